"""A small network grafted onto a large one paints like it before it has learnt anything."""

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from stylize.atelier.atelier_net import AtelierNet  # noqa: E402
from stylize.training import graft as grafting  # noqa: E402
from stylize.training.graft import graft  # noqa: E402

pytestmark = pytest.mark.usefixtures("alone_on_a_thread")


@pytest.fixture(scope="module")
def teacher() -> AtelierNet:
    """A large network that darkens, by layers that are all in play."""
    from stylize.atelier.atelier_graph import fold
    from stylize.atelier.atelier_net import load_folded

    torch.manual_seed(2)
    made = AtelierNet()
    torch.nn.init.normal_(made.out.weight, 0, 0.03)
    torch.nn.init.constant_(made.out.bias, -0.2)
    folded = fold({name: value.numpy() for name, value in made.state_dict().items()})
    return load_folded({name: torch.from_numpy(value) for name, value in folded.items()}).eval().requires_grad_(False)


def waves(count: int) -> torch.Tensor:
    """Draw broad shapes and some grain, (count, 3, 96, 96) in [-1, 1]."""
    torch.manual_seed(3)
    across = torch.linspace(0, 9, 96)
    shapes = [
        torch.sin(across * (1 + k / 3) + k)[None, :, None] * torch.cos(across - k)[None, None] for k in range(count)
    ]
    return (torch.stack(shapes) * torch.rand(count, 3, 1, 1) + 0.1 * torch.randn(count, 3, 96, 96)).clamp(-1, 1)


def test_it_paints_as_its_teacher_on_pictures_it_has_not_seen(teacher: AtelierNet) -> None:
    pictures = waves(8)
    pupil = graft(teacher, pictures[:6])
    inner = (..., slice(16, -16), slice(16, -16))
    with torch.no_grad():
        wanted, painted = teacher(pictures[6:]), pupil(pictures[6:])
    error = float((painted - wanted)[inner].square().mean())
    assert error < 0.15 * float((pictures[6:] - wanted)[inner].square().mean())


def test_what_both_have_is_taken_over(teacher: AtelierNet) -> None:
    pupil = graft(teacher, waves(2))
    for name in ("down3", "up3", "fuse3"):
        assert torch.equal(getattr(pupil, name).weight, getattr(teacher, name).conv.weight)
    assert len(teacher.body) == 3, "the teacher is left as it was"


def test_the_block_that_does_least_is_left_out(teacher: AtelierNet) -> None:
    kept = teacher.body[1].second.conv.weight.clone()
    teacher.body[1].second.conv.weight.mul_(1e-4)
    teacher.body[1].second.conv.bias.mul_(1e-4)
    try:
        assert grafting._least_missed(teacher, waves(2), 1) == {1}
    finally:
        teacher.body[1].second.conv.weight.copy_(kept)
