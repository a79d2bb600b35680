"""Networks known by their kernels: the table against the networks themselves."""

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

import torchvision  # noqa: E402

from stylize.animegan.generator import Generator  # noqa: E402
from stylize.animegan.lite import LiteGenerator  # noqa: E402
from stylize.atelier.atelier_net import AtelierNet  # noqa: E402
from stylize.checkpoints.known import network_of  # noqa: E402
from stylize.checkpoints.layers import tflite_layers  # noqa: E402
from stylize.training.steps.discriminator import Discriminator  # noqa: E402
from stylize.transfer.johnson import JohnsonNet  # noqa: E402
from tests.material import shared  # noqa: E402


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (Generator, "AnimeGANv2's generator"),
        (LiteGenerator, "AnimeGANv2's lite generator"),
        (Discriminator, "AnimeGANv2's discriminator"),
        (JohnsonNet, "Johnson's network for one painting"),
        (AtelierNet, "the own styles (atelier)"),
        (torchvision.models.vgg16, "VGG16"),
        (torchvision.models.vgg19, "VGG19"),
        (torchvision.models.squeezenet1_1, "SqueezeNet"),
    ],
)
def test_networks_are_known(make: Any, name: str) -> None:
    with torch.device("meta"):  # shapes without numbers: VGG has half a gigabyte of them
        shapes = [tuple(value.shape) for value in make().state_dict().values() if value.ndim == 4]
    assert network_of(shapes) == name


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("animeganv2_hayao_256x256_integer_quant", "AnimeGANv2's generator"),
        ("style_predict_quantized_256", "Magenta's predictor of a painting's style"),
        ("style_transfer_f16_384", "Magenta's transformer for any painting"),
        ("style_transfer_quantized_dynamic", "Magenta's transformer for any painting"),
    ],
)
def test_published_files_are_known(file: str, name: str) -> None:
    assert network_of(tflite_layers(shared(f"weights/published/{file}.tflite")).shapes) == name


def test_others_have_no_name() -> None:
    assert network_of([]) == "" and network_of([(1, 2, 3, 4)]) == ""
