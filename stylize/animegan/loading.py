"""The generator's weights out of whatever file they were published in: told by its content, not by its name.

A file of PyTorch or safetensors holds a state dict under the generator's own names, or under others with the same
shapes in the same order. Files of TensorFlow Lite and ONNX hold the graph of the same network, which also tells whose
arithmetic it was made for.
"""

from pathlib import Path

import torch
from torch import nn

from configs.errors import WeightsError
from stylize.animegan.generator import Arithmetic, Generator
from stylize.checkpoints.checkpoints import load_into, read_state
from stylize.checkpoints.header import is_safetensors
from stylize.checkpoints.known import network_of, refuse_checkpoint
from stylize.checkpoints.layers import ConvLayer, Layers, fits, is_onnx, onnx_layers, state_layers, tflite_layers
from stylize.checkpoints.tflite import is_tflite

_WANTED = "AnimeGANv2's generator"
_CURE = "give weights of the network that this style paints with"
_ARITHMETICS = {"asymmetric": Arithmetic.ORIGINAL, "align_corners": Arithmetic.PORT}


def load_generator(path: Path, arithmetic: Arithmetic) -> Generator:
    """Return the generator with the weights of a file, in fp32.

    Args:
        path: A file that `torch.save` wrote, safetensors, TensorFlow Lite (quantised numbers are spread out) or ONNX.
        arithmetic: Whose arithmetic it paints with where the file does not tell.

    Raises:
        WeightsError: The file cannot be read, is damaged, or is of another network; the line says which.
    """
    refuse_checkpoint(path)
    if is_tflite(path):
        return _of_graph(tflite_layers(path), path, arithmetic)
    if is_onnx(path) and not is_safetensors(path):
        return _of_graph(onnx_layers(path), path, arithmetic)
    network = Generator(arithmetic)
    try:
        load_into(network, path)
    except WeightsError as misfit:
        state = read_state(path)  # its own error, where it is that
        layers = state_layers({name: value.float().numpy() for name, value in state.items()})
        if not _fill(network, layers):
            raise _other(layers, path) or misfit from None
    return network


def _of_graph(layers: Layers, path: Path, arithmetic: Arithmetic) -> Generator:
    """Return the generator of a graph's layers, with the arithmetic that its resizes have."""
    resizes = set(layers.corners) or {""}
    network = Generator(_ARITHMETICS.get(min(resizes), arithmetic))
    if not _fill(network, layers):
        problem = f"is not a graph of {_WANTED}: it has {len(layers.found)} convolutions"
        raise _other(layers, path) or WeightsError(problem, cure=_CURE, path=path)
    if not resizes <= {"", *_ARITHMETICS} or len(resizes) > 1:
        problem = f"is {_WANTED} with a resize ({', '.join(sorted(resizes))}) that is not the original's nor the port's"
        raise WeightsError(problem, cure="give the weights that it was made of", path=path)
    return network


def _other(layers: Layers, path: Path) -> WeightsError | None:
    """Return the error that says which network it is, where that is known."""
    name = network_of(layers.shapes)
    if not name or name == _WANTED:
        return None
    return WeightsError(f"holds {name}, not {_WANTED}", cure=_CURE, path=path)


def _fill(network: nn.Module, layers: Layers) -> bool:
    """Fill the network with layers that fit it; false where they do not."""
    names = network.state_dict()
    wanted = state_layers({name: value.numpy() for name, value in names.items()})
    if not fits(layers.found, wanted.found):
        return False
    pairs = zip(layers.found, wanted.found, strict=True)
    values = [value for one, like in pairs for value in _numbers(one, like)]
    network.load_state_dict(dict(zip(names, values, strict=True)))
    return True


def _numbers(layer: ConvLayer, like: ConvLayer) -> list[torch.Tensor]:
    """Return a layer's numbers as the network's own layer has them; a bias that is nought may lack or be too much."""
    parts = [(layer.kernel, like.kernel), (layer.bias, like.bias), (layer.scale, like.scale), (layer.shift, like.shift)]
    return [
        torch.zeros(ours.shape) if found is None else torch.from_numpy(found.copy())
        for found, ours in parts
        if ours is not None
    ]
