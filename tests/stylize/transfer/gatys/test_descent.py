"""The descent: it reaches the bottom, survives overstepping and rough gradients, and keeps the best place."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from stylize.transfer.gatys.descent import descend  # noqa: E402
from tests.arithmetic import near  # noqa: E402


@pytest.mark.parametrize("adam", [False, True])
def test_descent(adam: bool) -> None:
    weights = torch.tensor([1.0, 4.0, 0.3, 2.0]).view(1, 1, 2, 2)
    wanted = torch.tensor([0.1, 0.9, 0.4, 0.6]).view(1, 1, 2, 2)
    start = torch.full((1, 1, 2, 2), 0.5)
    found, curve = descend(start, lambda x: (weights * (x - wanted).square()).sum(), 60, adam=adam)
    assert torch.allclose(found, wanted, atol=0.03)
    assert len(curve) == 61 and curve[-1] < 0.01 * curve[0]
    assert torch.equal(start, torch.full((1, 1, 2, 2), 0.5))


def test_descent_survives_overstepping() -> None:
    """A valley whose walls rise steeply throws a full step far out."""
    start = torch.full((1, 1, 1, 2), 0.6)
    found, curve = descend(start, lambda x: ((20 * (x - 0.5)) ** 4).sum() + torch.exp(9 * x).sum(), 40, adam=False)
    assert max(curve) > 4 * min(curve)
    at_found = float(((20 * (found - 0.5)) ** 4).sum() + torch.exp(9 * found).sum())
    assert at_found == near(min(curve), terms=16)
    assert at_found < curve[0]


def test_descent_without_a_number_gives_the_start_back() -> None:
    start = torch.full((1, 1, 1, 2), 0.6)
    found, curve = descend(start, lambda x: (x * float("nan")).sum(), 3, adam=False)
    assert torch.equal(found, start)
    assert len(curve) == 4


def test_lbfgs_finds_the_bottom_of_a_narrow_valley() -> None:
    """Curvatures a hundred times apart: what the remembered steps are for."""
    curvatures = torch.logspace(0, 2, 50).view(1, 1, 5, 10)
    wanted = torch.linspace(0.2, 0.8, 50).view(1, 1, 5, 10)
    start = torch.full((1, 1, 5, 10), 0.5)

    def loss(x: Any) -> Any:
        return (curvatures * (x - wanted).square()).sum()

    ends = [descend(start, loss, 40, adam=adam)[1][-1] for adam in (False, True)]
    assert ends[0] < 1e-4 * float(loss(start))
    assert ends[0] < 0.1 * ends[1]


def test_rounded_gradients_lead_as_far() -> None:
    wanted = torch.rand(1, 3, 40, 40, generator=torch.Generator().manual_seed(0))
    start = torch.full((1, 3, 40, 40), 0.5)
    kernel = torch.rand(8, 3, 3, 3, generator=torch.Generator().manual_seed(1)) - 0.5

    def loss(dtype: Any) -> Any:
        def of(x: Any) -> Any:
            seen, goal = (torch.nn.functional.conv2d(y.to(dtype), kernel.to(dtype)).float() for y in (x, wanted))
            return (seen - goal).square().mean()

        return of

    exact, rounded = (descend(start, loss(dtype), 8, adam=False)[0] for dtype in (torch.float32, torch.bfloat16))
    judge = loss(torch.float32)
    assert float(judge(exact)) < 0.05 * float(judge(start))
    assert float(judge(rounded)) < float(judge(exact)) + 0.002 * float(judge(start))
