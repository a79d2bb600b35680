"""Frames painted each for itself, and what painters of frames give back."""

import numpy as np
import pytest

from configs.errors import StyleError
from stylize.styles.dials import Dials
from stylize.styles.paint import PaintingMemoryError
from stylize.styles.steady.unsteady import Unsteady, paint_shades
from stylize.styles.stylizer import Batch, Stylizer
from tests.stylize.styles.steady.moving import Flickering, panned


def test_each_frame_is_painted_as_if_it_were_alone() -> None:
    frames = panned(5, 2)
    together = Unsteady(Flickering()).paint(frames)
    apart = Unsteady(Flickering())
    assert np.array_equal(together, np.concatenate([apart.paint(frames[at : at + 1]) for at in range(5)]))
    assert np.array_equal(together, Flickering().paint(frames))
    half = Unsteady(Flickering(), dials=Dials(strength=0.5)).paint(frames)
    assert np.allclose(half, (frames + together) / 2, atol=1e-5)


@pytest.mark.parametrize("border", [1, 2, 3])
def test_a_held_frame_is_held_over_any_border(border: int) -> None:
    frames = panned(6, 2)
    whole = Unsteady(Flickering(), every=2).paint(frames)
    assert all(np.array_equal(whole[at], whole[at + 1]) for at in (0, 2, 4))
    assert not np.array_equal(whole[1], whole[2])
    first, second = Unsteady(Flickering(), every=2), Unsteady(Flickering(), every=2)
    painted = first.paint(frames[:border])
    second.restore(first.state())
    assert np.array_equal(np.concatenate([painted, second.paint(frames[border:])]), whole)


def test_a_cut_is_painted_at_once() -> None:
    frames = panned(2, 2)
    painter = Unsteady(Flickering(), every=2)
    painter.paint(frames[:1])
    painter.cut()
    assert np.array_equal(painter.paint(frames[1:]), Flickering().paint(frames[1:]))


class _Narrow(Stylizer):
    """Has room for so many pictures at once."""

    name = "narrow"

    def __init__(self, room: int) -> None:
        self.room = room

    def paint(self, batch: Batch) -> Batch:
        if len(batch) > self.room:
            raise MemoryError
        return batch.copy()


def test_what_does_not_fit_at_once_is_painted_one_by_one() -> None:
    shades = np.random.default_rng(0).integers(0, 255, (4, 16, 16, 3), np.uint8)
    assert np.array_equal(paint_shades(Unsteady(_Narrow(1)), shades), shades)
    with pytest.raises(PaintingMemoryError, match="memory ran out painting one frame of 16x16 with narrow; close"):
        paint_shades(Unsteady(_Narrow(0)), shades)


def test_values_that_are_no_numbers_are_refused() -> None:
    class Broken(_Narrow):
        def paint(self, batch: Batch) -> Batch:
            return batch * np.float32("nan")

    with pytest.raises(StyleError, match="narrow paints values that are no numbers; choose another style"):
        paint_shades(Unsteady(Broken(9)), np.zeros((1, 16, 16, 3), np.uint8))
