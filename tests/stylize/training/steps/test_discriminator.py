"""The discriminator against its layer table: shapes, borders, spectral norm, and a state that goes on bit by bit."""

import io

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from torch import nn  # noqa: E402

from stylize.animegan.generator import FrameNorm  # noqa: E402
from stylize.training.steps.discriminator import Discriminator, PatchBlock  # noqa: E402
from tests.arithmetic import apart, near, rounding, terms_of  # noqa: E402

CONVOLUTIONS = [  # in, out, stride, norm, active
    (3, 32, 1, False, True),
    (32, 64, 2, False, True),
    (64, 128, 1, True, True),
    (128, 128, 2, False, True),
    (128, 256, 1, True, True),
    (256, 256, 1, True, True),
    (256, 1, 1, False, False),
]


def made(seed: int = 0) -> Discriminator:
    torch.manual_seed(seed)
    return Discriminator()


def picture(height: int = 32, width: int = 32, seed: int = 1, batch: int = 1) -> torch.Tensor:
    return torch.rand(batch, 3, height, width, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_parameters() -> None:
    assert sum(value.numel() for value in made().parameters()) == 1_128_800


def test_layers_are_the_tables() -> None:
    found = []
    for _, convolution, norm, active in made():
        assert convolution.kernel_size == (3, 3) and convolution.bias is None
        assert isinstance(norm, nn.Identity) or (isinstance(norm, FrameNorm) and norm.eps == 1e-12)
        slope = getattr(active, "negative_slope", None)
        assert slope in (0.2, None)
        found.append(
            (
                convolution.in_channels,
                convolution.out_channels,
                convolution.stride[0],
                isinstance(norm, FrameNorm),
                slope == 0.2,
            )
        )
    assert found == CONVOLUTIONS


@pytest.mark.parametrize(
    ("size", "expected"), [((256, 256), (64, 64)), ((64, 96), (16, 24)), ((37, 50), (9, 12)), ((32, 32), (8, 8))]
)
def test_a_quarter_of_the_picture(size: tuple[int, int], expected: tuple[int, int]) -> None:
    with torch.no_grad():
        assert made()(picture(*size)).shape == (1, 1, *expected)


def test_weights_start_narrow() -> None:
    for block in made():
        original = block[1].parametrizations.weight.original
        assert original.std().item() == pytest.approx(0.02, rel=0.1)


def test_borders_are_nought_and_where_the_original_has_them() -> None:
    x = torch.arange(1.0, 17.0).reshape(1, 1, 4, 4)
    even = PatchBlock(1, 1)[0](x)
    assert even.shape[-2:] == (6, 6) and torch.equal(even[..., 1:5, 1:5], x) and even.sum() == x.sum()
    strided = PatchBlock(1, 1, stride=2)[0](x)
    assert strided.shape[-2:] == (5, 5) and torch.equal(strided[..., 1:, 1:], x) and strided.sum() == x.sum()


def test_one_convolution_by_hand() -> None:
    block = PatchBlock(1, 1, stride=2).eval()
    kernel = torch.arange(9.0).reshape(1, 1, 3, 3)
    hook = block[1].parametrizations.weight
    with torch.no_grad():
        hook.original.copy_(kernel)
        hook[0]._u.copy_(torch.ones(1))
        hook[0]._v.copy_(kernel.flatten() / 204**0.5)  # the squares of 0 to 8 sum to 204
        found = block(torch.tensor([[[[1.0, 2.0], [-3.0, 4.0]]]]))
    by_hand = (4 * 1 + 5 * 2 - 7 * 3 + 8 * 4) / 204**0.5  # the border lies at the top and the left
    assert found.item() == near(by_hand, terms=9)


def test_the_largest_singular_value_becomes_one() -> None:
    network = made()
    with torch.no_grad():
        for _ in range(60):
            network(picture(8, 8))
    for block in network:
        matrix = block[1].weight.detach().flatten(1)
        assert torch.linalg.matrix_norm(matrix, 2).item() == pytest.approx(1, rel=0.04)


def test_only_training_follows_the_singular_values() -> None:
    network = made()
    before = {key: value.clone() for key, value in network.state_dict().items()}
    network.eval()(picture())
    assert all(torch.equal(value, before[key]) for key, value in network.state_dict().items())
    network.train()(picture())
    moved = {
        key.rpartition(".")[2] for key, value in network.state_dict().items() if not torch.equal(value, before[key])
    }
    assert moved == {"_u", "_v"}


def test_a_gradient_for_every_weight_and_for_the_picture() -> None:
    network, x = made(), picture().requires_grad_()
    (network(x) - 1).square().mean().backward()
    assert all(value.grad is not None and value.grad.abs().max() > 0 for value in network.parameters())
    assert x.grad is not None and x.grad.abs().max() > 0


def test_scale_of_the_weights_does_not_matter() -> None:
    network, x = made().eval(), picture()
    before = network(x)
    with torch.no_grad():
        for block in network:
            block[1].parametrizations.weight.original *= 3
    assert apart(network(x), before) < rounding(terms_of(network))


def step(network: Discriminator, optimizer: torch.optim.Optimizer, seed: int) -> float:
    loss = (network(picture(seed=seed)) - 1).square().mean() + network(picture(seed=seed + 50)).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def optimizer_of(network: Discriminator) -> torch.optim.Optimizer:
    return torch.optim.Adam(network.parameters(), 1e-3, betas=(0.5, 0.999))


def test_a_saved_state_goes_on_bit_by_bit() -> None:
    network = made()
    optimizer = optimizer_of(network)
    for seed in range(2):
        step(network, optimizer, seed)
    stored = io.BytesIO()
    torch.save({"network": network.state_dict(), "optimizer": optimizer.state_dict()}, stored)
    straight = [step(network, optimizer, seed) for seed in range(2, 4)]

    resumed = made(seed=9)
    again = optimizer_of(resumed)
    stored.seek(0)
    state = torch.load(stored, weights_only=True)
    resumed.load_state_dict(state["network"])
    again.load_state_dict(state["optimizer"])
    assert [step(resumed, again, seed) for seed in range(2, 4)] == straight
    for key, value in network.state_dict().items():
        assert torch.equal(resumed.state_dict()[key], value), key


def test_it_learns_to_tell_two_pictures_apart() -> None:
    network = made()
    optimizer = optimizer_of(network)
    losses = [step(network, optimizer, 0) for _ in range(12)]
    assert losses[-1] < 0.5 * losses[0]


def test_bf16_keeps_the_iteration_in_fp32() -> None:
    network = made()
    with torch.autocast("cpu", torch.bfloat16):
        scores = network(picture())
    scores.float().mean().backward()
    assert network[0][1].parametrizations.weight[0]._u.dtype == torch.float32
    assert network[0][1].parametrizations.weight.original.grad.isfinite().all()
