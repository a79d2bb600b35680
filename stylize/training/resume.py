"""Checkpoints: all that a training needs to go on as if it had never stopped.

Networks, optimisers, the step and the identity of the training. No state of random numbers is among them, since none
is carried from step to step: samples are a function of seed and step, and the networks draw nothing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from configs.disk.files import beside
from configs.errors import InputError
from configs.units import file_sha256
from stylize.training.data.plan import FREE, TrainingPlan, differences

KEPT = 2
"""Checkpoints that stay: the last, and one before it in case the last is spoilt."""

_VERSION = 1
_PARTS = {"version", "identity", "step", "phase", "networks", "optimisers", "patience"}


@dataclass(frozen=True)
class Checkpoint:
    """What a file of a training holds."""

    step: int
    """Steps done."""
    phase: str
    """That the optimisers belong to."""
    networks: dict[str, dict[str, torch.Tensor]]
    optimisers: dict[str, dict[str, Any]]
    patience: dict[str, Any]
    """Best loss on held-out photos, and how many samples ago."""


def identity(plan: TrainingPlan, features: nn.Module, digests: Mapping[str, str]) -> dict[str, Any]:
    """Return all that decides the weights after a step, so that no training goes on as another one.

    Args:
        plan: What is asked.
        features: The feature network.
        digests: Of the pictures, by what they are.
    """
    settings = {name: value for name, value in plan.settings.model_dump().items() if name not in FREE}
    seen = hashlib.sha256()
    for name, value in sorted(features.state_dict().items()):
        seen.update(name.encode() + value.cpu().float().numpy().tobytes())
    start = file_sha256(plan.start_from) if plan.start_from else ""
    more = {"ema": plan.ema, "zoom": list(plan.zoom), "start_from": start, "features": seen.hexdigest()}
    return settings | more | dict(digests)


def save(
    folder: Path,
    whose: Mapping[str, Any],
    *,
    step: int,
    phase: str,
    networks: Mapping[str, nn.Module],
    optimisers: Mapping[str, torch.optim.Optimizer],
    patience: Mapping[str, Any],
) -> Path:
    """Write a checkpoint, all or nothing, and remove those before the last two; raises OutputError.

    Args:
        folder: Of the checkpoints.
        whose: The training's identity.
        step: Steps done.
        phase: That the optimisers belong to.
        networks: By name.
        optimisers: By name.
        patience: Best loss on held-out photos, and how many samples ago.
    """
    path = folder / f"step-{step:08}.pt"
    content = {
        "version": _VERSION,
        "identity": dict(whose),
        "step": step,
        "phase": phase,
        "networks": {name: network.state_dict() for name, network in networks.items()},
        "optimisers": {name: optimiser.state_dict() for name, optimiser in optimisers.items()},
        "patience": dict(patience),
    }
    with beside(path) as draft:
        torch.save(content, draft)
    for old in checkpoints(folder)[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def checkpoints(folder: Path) -> list[Path]:
    """Return the checkpoints in a folder, the last one last."""
    return sorted(folder.glob("step-*.pt"))


def latest(folder: Path, whose: Mapping[str, Any]) -> tuple[Checkpoint | None, list[str]]:
    """Return the last checkpoint that can be read, and a line about each that cannot.

    Raises:
        InputError: It is of another training, or none of those that are there can be read.
    """
    spoilt: list[str] = []
    paths = checkpoints(folder)
    for path in reversed(paths):
        content = _read(path)
        if content is None:
            spoilt.append(f"{path}: the checkpoint is damaged and is passed over")
            continue
        if others := differences(whose, content["identity"]):
            cure = f"use the same {others[0]} as before, or train into another folder"
            raise InputError(f"the checkpoint is of a training with another {', '.join(others)}", cure=cure, path=path)
        parts = {name: content[name] for name in ("step", "phase", "networks", "optimisers", "patience")}
        return Checkpoint(**parts), spoilt
    if paths:
        raise InputError("no checkpoint in it can be read", cure="remove them, or give another folder", path=folder)
    return None, spoilt


def _read(path: Path) -> dict[str, Any] | None:
    """Return a checkpoint's content, None where it is damaged; code in the file is never run."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception:  # the loader meets damage with almost any exception there is
        return None
    whole = isinstance(content, dict) and content.keys() >= _PARTS and content["version"] == _VERSION
    return content if whole else None


def restore(
    checkpoint: Checkpoint, networks: Mapping[str, nn.Module], optimisers: Mapping[str, torch.optim.Optimizer]
) -> None:
    """Fill networks and optimisers with what a checkpoint holds."""
    for name, network in networks.items():
        network.load_state_dict(checkpoint.networks[name])
    for name, optimiser in optimisers.items():
        optimiser.load_state_dict(checkpoint.optimisers[name])
