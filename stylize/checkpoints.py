"""Reading weights into a network: tensors only, every key and shape checked, errors in one line."""

import pickle
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import nn

from configs.errors import WeightsError

State = dict[str, torch.Tensor]


def load_into(network: nn.Module, path: Path) -> None:
    """Fill the network with the weights of a file that holds its state dict and nothing else.

    Args:
        network: Gets the weights in its own number format.
        path: A file that `torch.save` wrote.

    Raises:
        WeightsError: The file cannot be read, is damaged, holds something else, or is of another network.
    """
    state = read_state(path)
    _check_fits(state, network.state_dict(), path)
    network.load_state_dict(state)


def read_state(path: Path) -> State:
    """Read a state dict onto the CPU; code in the file is never run.

    Raises:
        WeightsError: The file cannot be read, is damaged, or holds something else.
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # about pickle protocols: nothing a person could mend
            loaded = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        cure = "give a file of weights that can be read"
        raise WeightsError(f"cannot be read ({error.strerror or error})", cure=cure, path=path) from error
    except Exception as error:
        # the loader meets damage with almost any exception there is: RuntimeError, EOFError, KeyError, UnpicklingError
        raise WeightsError(_why_unreadable(error, path), cure=_OTHER, path=path) from error
    if not isinstance(loaded, Mapping) or not loaded or not all(map(_is_entry, loaded.items())):
        raise WeightsError("holds no state dict (tensors under their names)", cure=_OTHER, path=path)
    if broken := next((key for key, value in loaded.items() if not bool(torch.isfinite(value).all())), None):
        raise WeightsError(f"{broken} holds values that are no finite numbers", cure=_OTHER, path=path)
    return dict(loaded)


_OTHER = "give another file, or download it again"


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
        raise WeightsError(f"not the weights of this network: {problem}", cure=_OTHER, path=path)


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
