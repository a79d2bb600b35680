"""The fast generator against the plain one: the same picture but for rounding."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from stylize.animegan import swift  # noqa: E402
from stylize.animegan.generator import Arithmetic, double  # noqa: E402
from stylize.animegan.swift import SwiftGenerator  # noqa: E402
from stylize.neural.neural import NetworkStylizer  # noqa: E402
from tests.arithmetic import apart, rounding, terms_of  # noqa: E402
from tests.stylize.animegan.test_generator import picture, random_generator  # noqa: E402


@pytest.fixture(params=[None, 700])
def bands(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bands as they are, which hold a small picture whole, and bands of a row or a few."""
    if request.param:
        monkeypatch.setattr(swift, "_BAND_VALUES", request.param)
        monkeypatch.setattr(swift, "_CHUNK_VALUES", request.param // 3)


@pytest.mark.parametrize("arithmetic", list(Arithmetic))
@pytest.mark.parametrize(("height", "width"), [(8, 8), (21, 30), (48, 36)])
def test_equals_the_plain_generator(bands: None, arithmetic: Arithmetic, height: int, width: int) -> None:
    plain = random_generator(arithmetic)
    x = picture(height, width)
    assert apart(SwiftGenerator(plain)(x), plain(x)) < rounding(terms_of(plain))


def test_flat_and_dark_pictures() -> None:
    plain = random_generator()
    for value in (-1.0, 0.0, 1.0):
        x = torch.full((1, 3, 24, 24), value)
        assert apart(SwiftGenerator(plain)(x), plain(x)) < rounding(terms_of(plain))


def test_pictures_of_a_batch_are_painted_singly() -> None:
    network, x = SwiftGenerator(random_generator()), picture(16, 20, batch=2)
    assert torch.equal(network(x), torch.cat([network(x[:1]), network(x[1:])]))


def test_four_kernels_are_the_resize_and_the_convolution() -> None:
    torch.manual_seed(0)
    x, kernel = torch.rand(1, 2, 7, 9), torch.rand(3, 2, 3, 3)
    # away from the borders, where both see the same pixels
    expected = torch.nn.functional.conv2d(double(x), kernel)[..., 1:-3, 1:-3]
    found = torch.empty_like(expected)
    for parity, four in enumerate(swift._four_kernels(kernel)):
        row, column = parity // 2, parity % 2
        small = torch.nn.functional.conv2d(x[..., row:, column:], four)
        target = found[..., row::2, column::2]
        target.copy_(small[..., : target.shape[-2], : target.shape[-1]])
    assert apart(found, expected) < rounding(2 * 9 * 4)  # two channels, nine taps, each a mean of up to four pixels


def test_weights_of_the_plain_one_are_not_touched() -> None:
    plain = random_generator()
    before = {key: value.clone() for key, value in plain.state_dict().items()}
    SwiftGenerator(plain)(picture(8, 8))
    assert all(torch.equal(value, before[key]) for key, value in plain.state_dict().items())


def test_bf16_keeps_the_picture() -> None:
    """Emulated where the processor has no bf16: slow, but the same numbers."""
    rows, columns = np.mgrid[0:64, 0:96] / 16  # something like a photo: broad shapes, a little grain
    shapes = np.stack([np.sin(rows + k) * np.cos(columns - k) for k in range(3)], axis=-1)
    grain = np.random.default_rng(0).random(shapes.shape)
    batch = np.clip(0.5 + 0.4 * shapes + 0.02 * grain, 0, 1).astype(np.float32)[None]
    full = NetworkStylizer("it", random_generator(), device="cpu", precision=torch.float32).paint(batch)
    for network in (random_generator(), SwiftGenerator(random_generator())):
        half = NetworkStylizer("it", network, device="cpu", precision=torch.bfloat16).paint(batch)
        assert 10 * np.log10(1 / float(np.mean((full - half) ** 2))) >= 50
