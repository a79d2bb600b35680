"""The generator against the layer table, against numpy, and against the port's own arithmetic."""

from itertools import pairwise

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from torch.nn import functional as F  # noqa: E402

from stylize.animegan.generator import Arithmetic, ConvBlock, FrameNorm, Generator, double  # noqa: E402
from tests.arithmetic import apart, rounding, terms_of  # noqa: E402
from tests.stylize import reference  # noqa: E402

PARAMETERS = {
    "block_a": 60_320,
    "block_b": 221_696,
    "block_c": 1_354_752,
    "block_d": 295_424,
    "block_e": 211_264,
    "out_layer": 96,
}


def random_generator(arithmetic: Arithmetic = Arithmetic.ORIGINAL, seed: int = 0) -> Generator:
    """Weights that keep every layer busy, norms and biases away from one and nought."""
    torch.manual_seed(seed)
    made = Generator(arithmetic).eval().requires_grad_(False)
    for name, value in made.named_parameters():
        if value.dim() == 1:
            value.copy_(torch.rand_like(value) + (0.5 if name.endswith("weight") else -0.5))
    return made


def picture(height: int, width: int, seed: int = 1, batch: int = 1) -> torch.Tensor:
    return torch.rand(batch, 3, height, width, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_parameters_by_block() -> None:
    network = Generator()
    counts = {name: sum(p.numel() for p in block.parameters()) for name, block in network.named_children()}
    assert counts == PARAMETERS
    assert sum(counts.values()) == 2_143_552


def test_keys_are_the_published_ones() -> None:
    shapes = {key: tuple(value.shape) for key, value in Generator().state_dict().items()}
    expected = {}
    blocks = {"a": (3, 32, 64, 64), "b": (64, 128, 128), "d": (128, 128, 128), "e": (128, 64, 64, 32)}
    wide = {("a", 0): 7, ("e", 2): 7}
    for block, channels in blocks.items():
        for i, (c_in, c_out) in enumerate(pairwise(channels)):
            size = wide.get((block, i), 3)
            expected[f"block_{block}.{i}.1.weight"] = (c_out, c_in, size, size)
            expected |= {f"block_{block}.{i}.2.{kind}": (c_out,) for kind in ("weight", "bias")}
    for i, (c_in, c_out) in ((0, (128, 128)), (5, (256, 128))):
        expected[f"block_c.{i}.1.weight"] = (c_out, c_in, 3, 3)
        expected |= {f"block_c.{i}.2.{kind}": (c_out,) for kind in ("weight", "bias")}
    for i, c_in in ((1, 128), (2, 256), (3, 256), (4, 256)):
        layers, hidden = f"block_c.{i}.layers", 2 * c_in
        expected[f"{layers}.0.1.weight"] = (hidden, c_in, 1, 1)
        expected[f"{layers}.1.1.weight"] = (hidden, 1, 3, 3)
        expected[f"{layers}.2.weight"] = (256, hidden, 1, 1)
        expected |= {f"{layers}.{j}.2.{kind}": (hidden,) for j in (0, 1) for kind in ("weight", "bias")}
        expected |= {f"{layers}.3.{kind}": (256,) for kind in ("weight", "bias")}
        expected[f"{layers}.1.1.bias"] = (hidden,)
    expected["out_layer.0.weight"] = (3, 32, 1, 1)
    assert shapes == expected


def test_double_by_hand() -> None:
    x = torch.tensor([[[[0.0, 1.0], [4.0, 10.0]]]])
    by_hand = [[0.0, 0.5, 1.0, 1.0], [2.0, 3.75, 5.5, 5.5], [4.0, 7.0, 10.0, 10.0], [4.0, 7.0, 10.0, 10.0]]
    assert double(x)[0, 0].tolist() == by_hand


@pytest.mark.parametrize("size", [(2, 2), (3, 7), (8, 5)])
def test_double_is_the_mean_of_its_sources(size: tuple[int, int]) -> None:
    x = picture(*size)
    expected = reference.doubled(x[0].double().numpy())
    assert apart(double(x)[0], expected) < rounding(4)


def test_norm_is_over_the_whole_frame() -> None:
    x = picture(5, 9, batch=2) * 3 + 1
    norm = FrameNorm(3, 1e-12).requires_grad_(False)
    norm.weight.copy_(torch.tensor([1.0, 2.0, -0.5]))
    norm.bias.copy_(torch.tensor([0.0, 0.3, -1.0]))
    gamma, beta = norm.weight.double().numpy(), norm.bias.double().numpy()
    for index in (0, 1):
        expected = reference.layer_norm(x[index].double().numpy(), gamma, beta)
        assert apart(norm(x)[index], expected) < rounding(x[index].numel())


def test_norm_of_a_faint_picture_keeps_the_originals_epsilon() -> None:
    faint = picture(8, 8) * 1e-4
    assert FrameNorm(3, 1e-12)(faint).std().item() == pytest.approx(1, rel=0.01)
    assert FrameNorm(3, 1e-5)(faint).std().item() < 0.1


def test_stride_two_reflects_right_and_bottom_only() -> None:
    block = ConvBlock(1, 1, stride=2, eps=1e-12)
    x = torch.arange(16.0).reshape(1, 1, 4, 4)
    padded = block[0](x)
    assert padded.shape[-2:] == (5, 5)
    assert torch.equal(padded[..., :4, :4], x)
    assert torch.equal(padded[..., :4, 4], x[..., :, 2])
    assert torch.equal(padded[..., 4, :4], x[..., 2, :])


def test_whole_generator_equals_numpy() -> None:
    network = random_generator()
    x = picture(12, 20)
    state = {key: value.double().numpy() for key, value in network.state_dict().items()}
    expected = reference.Reference(state)(x[0].double().numpy())
    assert apart(network(x)[0], expected) < rounding(terms_of(network))


@pytest.mark.parametrize("arithmetic", list(Arithmetic))
@pytest.mark.parametrize(("height", "width"), [(8, 8), (9, 14), (33, 23), (16, 32)])
def test_any_size_comes_back(arithmetic: Arithmetic, height: int, width: int) -> None:
    painted = random_generator(arithmetic)(picture(height, width))
    assert painted.shape == (1, 3, height, width)
    assert painted.isfinite().all() and painted.abs().max() <= 1


def test_odd_sizes_are_reflected_at_the_right_and_the_bottom() -> None:
    network, x = random_generator(), picture(17, 22)
    by_hand = F.pad(x, (0, 2, 0, 3), mode="reflect")
    assert torch.equal(network(x), network(by_hand)[..., :17, :22])


def test_too_small_is_told() -> None:
    with pytest.raises(ValueError, match="at least 8x8"):
        Generator()(picture(7, 16))


def test_port_returns_to_the_encoders_sizes() -> None:
    network, x = random_generator(Arithmetic.PORT), picture(19, 30)
    half = network.block_a(x)
    low = network.block_c(network.block_b(half))
    assert half.shape[-2:] == (9, 15) and low.shape[-2:] == (4, 7)
    middle = network.block_d(F.interpolate(low, (9, 15), mode="bilinear", align_corners=True))
    full = network.block_e(F.interpolate(middle, (19, 30), mode="bilinear", align_corners=True))
    assert torch.equal(network(x), network.out_layer(full))
    assert {norm.eps for norm in network.modules() if isinstance(norm, FrameNorm)} == {1e-5}


def test_arithmetics_share_weights_but_differ() -> None:
    original, port = random_generator(), random_generator(Arithmetic.PORT)
    port.load_state_dict(original.state_dict())
    x = picture(32, 32)
    assert (original(x) - port(x)).abs().max() > 1e-3


def test_pictures_do_not_depend_on_their_company() -> None:
    network, x = random_generator(), picture(16, 24, batch=3)
    together = network(x)
    for index in range(3):
        assert apart(network(x[index : index + 1])[0], together[index]) < rounding(terms_of(network))


def test_it_can_be_trained() -> None:
    network = Generator()
    network(picture(16, 16)).square().mean().backward()
    assert all(value.grad is not None and value.grad.isfinite().all() for value in network.parameters())
