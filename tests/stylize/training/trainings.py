"""Small trainings on real pictures, and what to look at in them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from configs.recipes.train_settings import load_training
from stylize.training.data.plan import Told, TrainingPlan

TINY = {"network": "lite", "perceptual": "squeezenet1_1", "precision": "fp32", "batch": 1, "crop_px": 32}
TINY |= {"init_steps": 4, "warm_steps": 0, "steps": 0, "sample_every": 100, "checkpoint_every": 2}


def plan(pictures: Path, out: Path, *, wanted: dict[str, Any] | None = None, **options: Any) -> TrainingPlan:
    settings = load_training("hayao", TINY | (wanted or {}))
    folders = {"photos": (pictures / "photo",), "drawings": (pictures / "illustration",)}
    return TrainingPlan(out=out, settings=settings, **(folders | options))


def after(steps: int) -> tuple[Callable[[Told], None], Callable[[], bool]]:
    """Return the two hooks that stop a training after so many steps."""
    done = [0]

    def tell(told: Told) -> None:
        done[0] = told.step if told.phase != "pictures" else 0

    return tell, lambda: done[0] >= steps


def tensors(value: Any, name: str = "") -> dict[str, torch.Tensor]:
    """Return every tensor and number in a checkpoint by the path to it."""
    if isinstance(value, dict | list | tuple):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return {key: found for at, each in items for key, found in tensors(each, f"{name}/{at}").items()}
    return {name: value} if isinstance(value, torch.Tensor) else {}
