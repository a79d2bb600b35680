"""Following a loss downhill from a picture: L-BFGS made for pictures and rough gradients, or Adam.

Adam is torch's. L-BFGS is our own, since neither torch's nor SciPy's can be bounded by how much a picture changes:
torch's begins with a step whose changes sum to 1 over the whole picture, which with bf16 features is less than the
rounding, so that its first ten steps go astray; and its line search, as SciPy's, asks for the loss several times a
step (SciPy's on the CPU, in double precision), where one evaluation is what a step may cost.
"""

from collections import deque
from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor

_ADAM_RATE = 0.02
"""Of pixels in [0, 1]."""

_HISTORY = 10
"""Steps that L-BFGS remembers; each costs two pictures of memory."""

_FIRST_STEP = 0.005
"""Mean change of a pixel value in the first step of L-BFGS: any less, and the gradient's change is its rounding."""

_LONGEST_STEP = 0.05
"""Mean change of a pixel value in any step."""

_DIVERGED = 4.0
"""Times the best loss: L-BFGS, which searches no line, has overstepped."""


def descend(
    start: Tensor, loss_of: Callable[[Tensor], Tensor], steps: int, *, adam: bool
) -> tuple[Tensor, list[float]]:
    """Follow a loss downhill.

    L-BFGS takes full steps without a line search, which costs one evaluation a step; where that oversteps, it goes back
    to the best place and on from there with half the step.

    Args:
        start: Where to begin; left as it is.
        loss_of: The loss at a place, a scalar.
        steps: How many steps, one evaluation and one gradient each.
        adam: Adam in place of L-BFGS.

    Returns:
        The best place met, and the loss after 0, 1... `steps` steps.
    """
    x = start.detach().clone().requires_grad_(True)
    rate = 1.0
    stepper = _stepper(x, rate, adam=adam)
    best, best_loss, curve = x.detach().clone(), float("inf"), []
    for _ in range(steps):
        loss = loss_of(x)
        (slope,) = torch.autograd.grad(loss, [x])
        curve.append(float(loss.detach()))
        with torch.no_grad():
            if curve[-1] < best_loss:
                best, best_loss = x.detach().clone(), curve[-1]
            elif not curve[-1] <= _DIVERGED * best_loss:  # also where it is no number
                rate /= 2
                x.copy_(best)
                stepper = _stepper(x, rate, adam=adam)
                continue
            stepper.step(slope)
    with torch.no_grad():
        curve.append(float(loss_of(x)))
    return (x.detach() if curve[-1] <= best_loss else best), curve


class _Stepper(Protocol):
    def step(self, slope: Tensor) -> None:
        """Move the place it was made for, given the loss's gradient there."""


def _stepper(x: Tensor, rate: float, *, adam: bool) -> _Stepper:
    return _Adam(x, rate) if adam else _Lbfgs(x, rate)


class _Adam:
    """Kingma and Ba 2014, as torch has it."""

    def __init__(self, x: Tensor, rate: float) -> None:
        self._x = x
        self._optimiser = torch.optim.Adam(
            [x], lr=_ADAM_RATE * rate, eps=1e-12
        )  # slopes are tiny: a picture has many values

    def step(self, slope: Tensor) -> None:
        self._x.grad = slope
        self._optimiser.step()


class _Lbfgs:
    """The two-loop recursion of Nocedal 1980, with steps of full length but for two bounds."""

    def __init__(self, x: Tensor, rate: float) -> None:
        self._x, self._rate = x, rate
        self._pairs: deque[tuple[Tensor, Tensor, float]] = deque(maxlen=_HISTORY)
        self._last: tuple[Tensor, Tensor] | None = None
        """The last step and the slope before it."""

    def step(self, slope: Tensor) -> None:
        if self._last:
            moved, bent = self._last[0], slope - self._last[1]
            curvature = float((moved * bent).sum())
            if curvature > 0:
                self._pairs.append((moved, bent, curvature))
        way = -self._rate * self._scaled(slope)
        mean = float(way.abs().mean())
        longest = _LONGEST_STEP if self._pairs else _FIRST_STEP * self._rate
        if mean > longest or not self._pairs:
            way *= longest / max(mean, 1e-30)
        self._x += way
        self._last = way, slope

    def _scaled(self, slope: Tensor) -> Tensor:
        """Return the inverse of the estimated curvature, times the slope."""
        way, shares = slope.clone(), []
        for moved, bent, curvature in reversed(self._pairs):
            share = float((moved * way).sum()) / curvature
            way -= share * bent
            shares.append(share)
        if self._pairs:
            _, bent, curvature = self._pairs[-1]
            way *= curvature / float(bent.square().sum())
        for (moved, bent, curvature), share in zip(self._pairs, reversed(shares), strict=True):
            way += (share - float((bent * way).sum()) / curvature) * moved
        return way
