"""Reading weights into a network and writing them: tensors only, every key and shape checked, errors in one line."""

import hashlib
import pickle
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import nn

from configs.errors import WeightsError
from configs.files import beside
from configs.units import file_sha256
from stylize.header import OTHER, SUFFIX, in_order, read_metadata

__all__ = ["State", "load_into", "read_metadata", "read_state", "save_weights"]

State = dict[str, torch.Tensor]

_SEAL = "data_sha256"
"""Under this name a file that we wrote carries the digest of its tensors, so that a flipped bit is seen."""


def load_into(network: nn.Module, path: Path, *, sha256: str = "") -> None:
    """Fill the network with the weights of a file that holds its state dict and nothing else.

    Args:
        network: Gets the weights in its own number format.
        path: A file that `torch.save` or `save_weights` wrote.
        sha256: The digest that the file must have; empty where none is known.

    Raises:
        WeightsError: The file cannot be read, is damaged, holds something else, is of another network, or its
            digest differs.
    """
    state = read_state(path, sha256=sha256)
    _check_fits(state, network.state_dict(), path)
    network.load_state_dict(state)


def read_state(path: Path, *, sha256: str = "") -> State:
    """Read a state dict onto the CPU, in the file's own number formats; code in the file is never run.

    Args:
        path: A safetensors file by its suffix, else one that `torch.save` wrote.
        sha256: The digest that the file must have; empty where none is known.

    Raises:
        WeightsError: The file cannot be read, is damaged, holds something else, or its digest differs.
    """
    if sha256:
        _check_digest(path, sha256)
    loaded = _read_safetensors(path) if path.suffix.lower() == SUFFIX else _read_pickle(path)
    if not isinstance(loaded, Mapping) or not loaded or not all(map(_is_entry, loaded.items())):
        raise WeightsError("holds no state dict (tensors under their names)", cure=OTHER, path=path)
    if broken := next((key for key, value in loaded.items() if not bool(torch.isfinite(value).all())), None):
        raise WeightsError(f"{broken} holds values that are no finite numbers", cure=OTHER, path=path)
    return dict(loaded)


def save_weights(
    network_or_state: nn.Module | Mapping[str, torch.Tensor], path: Path, *, half: bool, metadata: Mapping[str, str]
) -> None:
    """Write weights as a safetensors file, all or nothing; the same weights and texts give the same bytes.

    Args:
        network_or_state: A network, or its state dict.
        path: The file; its suffix must be .safetensors, since it is read by it.
        half: Round real numbers to 16 bits; whole numbers stay as they are.
        metadata: Texts that go with the weights: what they are, licence, what they were made of.

    Raises:
        WeightsError: A weight is no finite number, or none any more in 16 bits.
        OutputError: The file cannot be written.
        ValueError: The path has another suffix.
    """
    if path.suffix.lower() != SUFFIX:
        raise ValueError(f"weights are written as {SUFFIX}, not {path.name}")
    given = network_or_state.state_dict() if isinstance(network_or_state, nn.Module) else network_or_state
    state = {name: _rounded(value, half) for name, value in given.items()}
    if broken := next((name for name, value in state.items() if not bool(torch.isfinite(value).all())), None):
        raise WeightsError(f"{broken} would hold values that are no finite numbers", cure="train it anew", path=path)
    texts = {**metadata, _SEAL: _digest(state)}
    with beside(path) as draft:
        draft.write_bytes(in_order(save(state, texts)))


def _rounded(value: torch.Tensor, half: bool) -> torch.Tensor:
    plain = value.detach().to("cpu", torch.float16 if half and value.is_floating_point() else None)
    return plain.clone(memory_format=torch.contiguous_format)  # its own memory: the format knows no shared tensors


def _digest(state: Mapping[str, torch.Tensor]) -> str:
    digest = hashlib.sha256()
    for name in sorted(state):
        flat = state[name].contiguous().reshape(-1).view(torch.uint8)
        digest.update(f"{name} {tuple(state[name].shape)} {state[name].dtype}\n".encode())
        digest.update(flat.numpy().tobytes())
    return digest.hexdigest()


def _read_safetensors(path: Path) -> State:
    texts = read_metadata(path)  # its errors are in one line
    try:
        with safe_open(path, framework="pt") as opened:
            state = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 - no mapping
    except (SafetensorError, OSError, RuntimeError, ValueError) as error:
        raise WeightsError("is no safetensors file, or is damaged inside", cure=OTHER, path=path) from error
    if _SEAL in texts and texts[_SEAL] != _digest(state):
        raise WeightsError("is damaged: its numbers are not those that were saved", cure=OTHER, path=path)
    return state


def _read_pickle(path: Path) -> object:
    try:
        with warnings.catch_warnings(action="ignore"):  # about pickle protocols: nothing a person could mend
            loaded: object = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise _unreadable(error, path) from error
    except Exception as error:
        # the loader meets damage with almost any exception there is: RuntimeError, EOFError, KeyError, UnpicklingError
        raise WeightsError(_why_unreadable(error, path), cure=OTHER, path=path) from error
    return loaded


def _check_digest(path: Path, wanted: str) -> None:
    try:
        found = file_sha256(path)
    except OSError as error:
        raise _unreadable(error, path) from error
    if found != wanted:
        raise WeightsError(f"its digest is sha256:{found[:12]}..., not {wanted[:12]}...", cure=OTHER, path=path)


def _unreadable(error: OSError, path: Path) -> WeightsError:
    cure = "give a file of weights that can be read"
    return WeightsError(f"cannot be read ({error.strerror or error})", cure=cure, path=path)


def _is_entry(item: tuple[object, object]) -> bool:
    return isinstance(item[0], str) and isinstance(item[1], torch.Tensor)


def _why_unreadable(error: Exception, path: Path) -> str:
    if isinstance(error, pickle.UnpicklingError) and "unsupported global" in str(error).lower():
        # torch's own long text ends in advice to load it all the same, which would run the file's code
        return "holds more than tensors, so it is not read"
    if zipfile.is_zipfile(path):
        return "is not a file of weights, or is damaged inside"
    return "is truncated, or not a file that torch.save wrote"


def _check_fits(state: Mapping[str, torch.Tensor], wanted: Mapping[str, torch.Tensor], path: Path) -> None:
    problem = _misfit(state, wanted)
    if problem:
        raise WeightsError(f"not the weights of this network: {problem}", cure=OTHER, path=path)


def _misfit(state: Mapping[str, torch.Tensor], wanted: Mapping[str, torch.Tensor]) -> str:
    """Say how the state differs from what the network wants; empty where it fits."""
    if missing := [key for key in wanted if key not in state]:
        return f"{missing[0]} is missing ({len(missing)} of {len(wanted)} are)"
    if surplus := [key for key in state if key not in wanted]:
        return f"{surplus[0]} does not belong to it"
    for key, value in wanted.items():
        if state[key].shape != value.shape:
            return f"{key} has the shape {tuple(state[key].shape)}, not {tuple(value.shape)}"
    return ""
