"""The lite generator against its layer table and against its parts put together by hand."""

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from stylize.animegan.generator import ConvBlock, FrameNorm, double  # noqa: E402
from stylize.animegan.lite import LiteGenerator  # noqa: E402
from stylize.training.steps.starts import start_generator  # noqa: E402
from tests.arithmetic import apart, rounding, terms_of  # noqa: E402

CONVOLUTIONS = [  # in, out, kernel, stride
    (3, 32, 7, 1),
    *[(32, 32, 3, 2), (32, 64, 3, 1)],
    *[(64, 64, 3, 2), (64, 128, 3, 1)],
    *[(128, 64, 3, 2), (64, 128, 3, 1)],
    *[(128, 32, 1, 1), (32, 32, 3, 1), (32, 128, 1, 1)] * 4,
    *[(128, 128, 3, 1), (128, 64, 3, 1)],
    *[(64, 64, 3, 1), (64, 32, 3, 1)],
    *[(32, 32, 3, 1), (32, 32, 7, 1)],
    (32, 3, 1, 1),
]


def lite(seed: int = 0) -> LiteGenerator:
    network = LiteGenerator().eval()
    start_generator(network, seed)
    return network.requires_grad_(False)


def picture(height: int, width: int, batch: int = 1) -> torch.Tensor:
    return torch.rand(batch, 3, height, width, generator=torch.Generator().manual_seed(1)) * 2 - 1


def test_parameters() -> None:
    assert sum(value.numel() for value in LiteGenerator().parameters()) == 698_240


def test_layers_are_the_tables() -> None:
    convolutions = [module for module in LiteGenerator().modules() if isinstance(module, nn.Conv2d)]
    found = [(c.in_channels, c.out_channels, c.kernel_size[0], c.stride[0]) for c in convolutions]
    assert found == CONVOLUTIONS
    assert all(c.bias is None for c in convolutions)


def test_every_convolution_has_a_norm_but_the_bottlenecks_last_and_the_last() -> None:
    norms = [module for module in LiteGenerator().modules() if isinstance(module, FrameNorm)]
    assert len(norms) == len(CONVOLUTIONS) - 4 - 1
    assert {norm.eps for norm in norms} == {1e-12}


def test_it_is_its_parts() -> None:
    network, x = lite(), picture(16, 24)
    full = network.block_a(x)
    half = network.block_b(full)
    quarter = network.block_c(half)
    low = network.block_d[0](quarter)
    for block in network.block_d[1:]:
        low = low + block.layers[2](block.layers[1](block.layers[0](low)))
    assert low.shape == (1, 128, 2, 3)
    up = network.block_e[1](network.block_e[0](double(low)) + quarter)
    up = network.block_f[1](network.block_f[0](double(up)) + half)
    up = network.block_g[1](network.block_g[0](double(up)) + full)
    assert torch.equal(network(x), torch.tanh(network.out_layer[0](up)))


@pytest.mark.parametrize(("height", "width"), [(8, 8), (9, 14), (16, 8), (33, 23), (16, 32)])
def test_any_size_comes_back(height: int, width: int) -> None:
    painted = lite()(picture(height, width))
    assert painted.shape == (1, 3, height, width)
    assert painted.isfinite().all() and painted.abs().max() <= 1 and painted.std() > 0.01


def test_odd_sizes_are_reflected_at_the_right_and_the_bottom() -> None:
    network, x = lite(), picture(17, 30)
    by_hand = F.pad(x, (0, 2, 0, 7), mode="reflect")
    assert torch.equal(network(x), network(by_hand)[..., :17, :30])


def test_the_smallest_is_reflected_twice() -> None:
    network, x = lite(), picture(8, 8)
    order = [0, 1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1, 0, 1]
    by_hand = x[..., order, :][..., order]
    assert torch.equal(network(x), network(by_hand)[..., :8, :8])


def test_too_small_is_told() -> None:
    with pytest.raises(ValueError, match="at least 8x8"):
        lite()(picture(7, 16))


def test_pictures_do_not_depend_on_their_company() -> None:
    network, x = lite(), picture(16, 24, batch=3)
    together = network(x)
    for index in range(3):
        assert apart(network(x[index : index + 1])[0], together[index]) < rounding(terms_of(network))


def test_the_gradient_reaches_every_weight() -> None:
    network = LiteGenerator()
    network(picture(16, 16)).square().mean().backward()
    assert all(value.grad is not None and value.grad.abs().max() > 0 for value in network.parameters())


def test_the_state_comes_back() -> None:
    network, other, x = lite(0), lite(1), picture(16, 16)
    assert not torch.equal(network(x), other(x))
    other.load_state_dict(network.state_dict())
    assert torch.equal(network(x), other(x))


class TestStart:
    def test_the_variance_is_hes(self) -> None:
        network = ConvBlock(64, 96, eps=1e-12)
        start_generator(network, 3)
        weight = network[1].weight
        assert weight.var().item() == pytest.approx(2 / (64 * 9), rel=0.02)
        assert weight.abs().max().item() <= 2 * (1.3 * 2 / (64 * 9)) ** 0.5 + 1e-7
        assert abs(weight.mean().item()) < 1e-3

    def test_depthwise_counts_its_own_inputs_and_biases_are_nought(self) -> None:
        network = ConvBlock(512, 512, eps=1e-12, depthwise=True)
        start_generator(network, 3)
        assert network[1].weight.var().item() == pytest.approx(2 / 9, rel=0.05)
        assert network[1].bias.abs().max() == 0

    def test_the_seed_decides_alone(self) -> None:
        first, third = lite(5), lite(6)
        torch.rand(7)
        assert all(torch.equal(a, b) for a, b in zip(first.parameters(), lite(5).parameters(), strict=True))
        assert not torch.equal(first.out_layer[0].weight, third.out_layer[0].weight)
