"""Reading weights into a network and writing them: tensors only, every key and shape checked, errors in one line."""

import hashlib
import pickle
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TypeGuard

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import nn

from configs.disk.files import beside
from configs.errors import WeightsError
from stylize.checkpoints.header import OTHER, SUFFIX, in_order, is_safetensors, read_metadata

__all__ = ["State", "load_into", "read_metadata", "read_state", "save_weights"]

State = dict[str, torch.Tensor]

_SAVED = "give a file in which a network's state_dict() was saved"

_USUAL = (
    *("params_ema", "g_ema", "ema", "model_ema", "state_dict_ema", "generator", "netG", "G", "gen"),
    *("state_dict", "model_state_dict", "model", "network", "net", "params", "weights", "state"),
)
"""Under which names checkpoints of trainings hold a network, the best to paint with first."""

_WRAPPERS = ("module.", "_orig_mod.")
"""What DataParallel and `torch.compile` put before every name."""

_LARGEST = 1e15
"""No network's weights come near; the squares that its norms sum overflow from about 1e19 on."""

_MOST_NAMES = 4

_SEAL = "data_sha256"
"""Under this name a file that we wrote carries the digest of its tensors, so that a flipped bit is seen."""


def load_into(network: nn.Module, path: Path) -> None:
    """Fill the network with the weights of a file that holds its state dict.

    The state dict may lie beside other things, as a training's checkpoints have it: of several the one that fits.

    Args:
        network: Gets the weights in its own number format.
        path: A file that `torch.save` or `save_weights` wrote.

    Raises:
        WeightsError: The file cannot be read, is damaged, holds something else, or is of another network.
    """
    wanted = network.state_dict()
    states = _states(path)
    tried = [*states, *map(_bared, states)]
    state = next((state for state in tried if not _misfit(state, wanted)), states[0])
    _check_numbers(state, path)
    _check_fits(state, wanted, path)
    network.load_state_dict(state)


def read_state(path: Path) -> State:
    """Read a state dict onto the CPU, in the file's own number formats; code in the file is never run.

    One that lies a level down, as in `{"epoch": 9, "state_dict": {...}}`, is found, the running mean of a training
    before others; and what a wrapped network puts before every name (`module.`) is taken off.

    Args:
        path: A safetensors file by its suffix or its content, else one that `torch.save` wrote.

    Raises:
        WeightsError: The file cannot be read, is damaged, or holds something else.
    """
    state = _states(path)[0]
    _check_numbers(state, path)
    return state


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


def _states(path: Path) -> list[State]:
    """Return every state dict that a file holds, at its top or a level down; those come first that are best to use."""
    safe = path.suffix.lower() == SUFFIX or is_safetensors(path)
    loaded = _read_safetensors(path) if safe else _read_pickle(path)
    if _is_state(loaded):
        return [_unwrapped(loaded)]
    if isinstance(loaded, Mapping):
        order = {name: place for place, name in enumerate(_USUAL)}
        names = sorted(
            (name for name, value in loaded.items() if _is_state(value)), key=lambda k: order.get(k, len(order))
        )
        if names:
            return [_unwrapped(loaded[name]) for name in names]
    raise WeightsError(f"holds no state dict (tensors under their names) but {_told(loaded)}", cure=_SAVED, path=path)


def _is_state(value: object) -> TypeGuard[Mapping[str, torch.Tensor]]:
    return isinstance(value, Mapping) and bool(value) and all(map(_is_entry, value.items()))


def _unwrapped(state: Mapping[str, torch.Tensor]) -> State:
    """Take off what torch's wrappers put before every name."""
    for prefix in _WRAPPERS:
        if all(name.startswith(prefix) for name in state):
            return _unwrapped({name.removeprefix(prefix): value for name, value in state.items()})
    return dict(state)


def _bared(state: State) -> State:
    """Take off the name that a larger model gives this network, where all begin with it: `generator.`, `net.`."""
    prefix = next(iter(state)).partition(".")[0] + "."
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}


def _told(loaded: object) -> str:
    """Say in a few words what a file holds instead of weights."""
    if isinstance(loaded, Mapping):
        names = ", ".join(str(name) for name in list(loaded)[:_MOST_NAMES])
        more = ", ..." if len(loaded) > _MOST_NAMES else ""
        return f"a dict of {names}{more}" if loaded else "nothing"
    if isinstance(loaded, torch.Tensor):
        return f"a single tensor of the shape {tuple(loaded.shape)}"
    if isinstance(loaded, list | tuple):
        return f"a list of {len(loaded)}"
    return f"a value of the type {type(loaded).__name__}"


def _check_numbers(state: State, path: Path) -> None:
    for name, value in state.items():
        if odd := _oddness(value):
            raise WeightsError(f"{name} is a tensor {odd}, which no network is made of", cure=_SAVED, path=path)
        plain = value.float() if value.is_floating_point() and value.element_size() == 1 else value
        if not bool(torch.isfinite(plain).all()):
            raise WeightsError(f"{name} holds values that are no finite numbers", cure=OTHER, path=path)
        if plain.is_floating_point() and plain.numel() and float(plain.abs().max()) > _LARGEST:
            most = float(plain.abs().max())
            raise WeightsError(f"{name} holds values as large as {most:.0e}: they overflow", cure=OTHER, path=path)


def _oddness(value: torch.Tensor) -> str:
    """Say in what way a tensor is no plain array of numbers; empty for one that is."""
    if value.layout != torch.strided or value.is_meta:
        return "without a number in every place"
    if value.is_quantized:
        return "of quantised numbers"
    held = value.untyped_storage().nbytes() // value.element_size()
    return "that tells of more numbers than it holds" if value.numel() > held else ""


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
        why, cure = _why_unreadable(error, path)
        raise WeightsError(why, cure=cure, path=path) from error
    return loaded


def _unreadable(error: OSError, path: Path) -> WeightsError:
    cure = "give a file of weights that can be read"
    return WeightsError(f"cannot be read ({error.strerror or error})", cure=cure, path=path)


def _is_entry(item: tuple[object, object]) -> bool:
    return isinstance(item[0], str) and isinstance(item[1], torch.Tensor)


def _why_unreadable(error: Exception, path: Path) -> tuple[str, str]:
    """Say what is wrong with a file that torch does not load, and what to do."""
    if isinstance(error, pickle.UnpicklingError) and "unsupported global" in str(error).lower():
        # torch's own long text ends in advice to load it all the same, which would run the file's code
        return "holds more than tensors (a whole model, or code), so it is not read", _SAVED
    if "TorchScript" in str(error):
        return "is a TorchScript program, not weights alone", _SAVED
    if zipfile.is_zipfile(path):
        return "is not a file of weights, or is damaged inside", OTHER
    return "is truncated, or not a file that torch.save wrote", OTHER


def _check_fits(state: Mapping[str, torch.Tensor], wanted: Mapping[str, torch.Tensor], path: Path) -> None:
    problem = _misfit(state, wanted)
    if problem:
        cure = "give weights of the network that this style paints with"
        raise WeightsError(f"not the weights of this network: {problem}", cure=cure, path=path)


def _misfit(state: Mapping[str, torch.Tensor], wanted: Mapping[str, torch.Tensor]) -> str:
    """Say how the state differs from what the network wants; empty where it fits."""
    if missing := [key for key in wanted if key not in state]:
        other = next((key for key in state if key not in wanted), None)
        instead = f", and {other} is there instead" if other else ""
        return f"{missing[0]} is missing ({len(missing)} of {len(wanted)} are){instead}"
    if surplus := [key for key in state if key not in wanted]:
        return f"{surplus[0]} does not belong to it"
    for key, value in wanted.items():
        if state[key].shape != value.shape:
            return f"{key} has the shape {tuple(state[key].shape)}, not {tuple(value.shape)}"
    return ""
