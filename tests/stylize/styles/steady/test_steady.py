"""Frames in a row: what is painted stays on what moves, and nothing else does."""

import io
from itertools import pairwise

import numpy as np
import pytest

from configs.units import Box, Face
from stylize.styles.dials import Dials, apply_dials
from stylize.styles.steady.motion import Plane
from stylize.styles.steady.steady import Steady
from stylize.styles.stylizer import Batch, Picture
from tests.stylize.styles.steady.moving import Flickering, crossed, panned, texture


def flicker(paintings: Batch, step_px: int) -> float:
    """Return the mean squared difference of what is the same spot of a panned picture in frames that follow."""
    width = paintings.shape[2]
    gaps = [
        np.square(new[:, : width - step_px] - old[:, step_px:])[8:-8, 8:-8].mean() for old, new in pairwise(paintings)
    ]
    return float(np.mean(gaps[2:]))


@pytest.mark.parametrize("step_px", [0, 2, 5])
def test_a_painting_stays_locked_to_what_moves(step_px: int) -> None:
    frames = panned(8, step_px)
    frames += np.linspace(0, 0.01, 8, dtype=np.float32)[:, None, None, None]  # of still frames each is another one
    style = Flickering()
    assert flicker(Steady(style).paint(frames), step_px) < 0.3 * flicker(style.paint(frames), step_px)


def test_still_frames_keep_every_edge() -> None:
    frames = np.stack([texture(64, 48)] * 6)
    assert np.array_equal(Steady(Flickering()).paint(frames), Flickering().paint(frames))


def test_a_cut_begins_anew() -> None:
    frames = panned(4, 2)
    steady = Steady(Flickering())
    steady.paint(frames[:3])
    assert not np.array_equal(steady.paint(frames[3:]), Flickering().paint(frames[3:]))
    steady.cut()
    assert np.array_equal(steady.paint(frames[3:]), Flickering().paint(frames[3:]))


def test_another_shot_shows_nothing_of_the_last_even_without_a_cut() -> None:
    first, second = texture(96, 64), 1 - texture(96, 64)
    steady = Steady(Flickering(0))
    found = steady.paint(np.stack([first, second]))[1]
    assert np.abs(found - Flickering(0).paint(second[None])[0]).mean() < 0.01


@pytest.mark.parametrize("step_px", [4, 10])
def test_what_was_hidden_shows_no_ghost(step_px: int) -> None:
    frames, columns = crossed(7, step_px)
    alone = Flickering(0).paint(frames)
    together = Steady(Flickering(0)).paint(frames)
    for index in range(1, 7):
        ghost = np.abs(together - alone)[index].max(axis=-1)
        ghost[28:56, columns[index].start - 2 : columns[index].stop + 2] = 0  # the square itself
        assert ghost.max() < 0.06, "the square is lighter by half"


@pytest.mark.parametrize("parts", [(8,), (1,) * 8, (3, 5), (5, 1, 2)])
@pytest.mark.parametrize("every", [1, 2, 3])
def test_segments_give_the_same_bytes(parts: tuple[int, ...], every: int) -> None:
    frames = panned(8, 2)
    whole = Steady(Flickering(), every=every).paint(frames)
    done, kept = 0, b""
    for part in parts:
        steady = Steady(Flickering(), every=every)
        if kept:
            steady.restore(np.load(io.BytesIO(kept)))
        assert np.array_equal(steady.paint(frames[done : done + part]), whole[done : done + part])
        written = io.BytesIO()
        np.savez(written, allow_pickle=False, **steady.state())
        done, kept = done + part, written.getvalue()


def test_a_state_is_nobody_elses() -> None:
    frames = panned(4, 2)
    steady = Steady(Flickering())
    steady.paint(frames[:2])
    state = steady.state()
    after = steady.paint(frames[2:])
    for value in steady.state().values():
        value[...] = 0
    other = Steady(Flickering())
    other.restore(state)
    assert np.array_equal(other.paint(frames[2:]), after)


def test_memory_stays_flat() -> None:
    frames = panned(24, 1)
    steady = Steady(Flickering())
    sizes = []
    for frame in frames:
        steady.paint(frame[None])
        sizes.append(sum(value.nbytes for value in steady.state().values()))
    assert len(set(sizes)) == 1


def test_on_twos_every_other_frame_is_painted_and_each_shot_begins_with_a_new_one() -> None:
    frames = panned(6, 2)
    style = Flickering()
    steady = Steady(style, every=2)
    painted = steady.paint(frames[:3])
    assert style.paintings == 2
    assert np.array_equal(painted[0], painted[1]) and not np.array_equal(painted[1], painted[2])
    steady.cut()
    assert np.array_equal(steady.paint(frames[3:])[0], Flickering().paint(frames[3:])[0])
    with pytest.raises(ValueError, match="every frame of 0"):
        Steady(style, every=0)


def test_the_given_references_settle_a_shot_once() -> None:
    style, frames = Flickering(), panned(4, 2)
    steady = Steady(style)
    steady.cut([frames[0], frames[3]])
    steady.paint(frames * np.float32(0.2))
    steady.paint(frames)
    assert style.palettes == [2]


def test_without_references_new_light_settles_anew() -> None:
    style, frames = Flickering(), panned(4, 2)
    steady = Steady(style)
    steady.paint(frames * np.float32(0.2))  # a fade's beginning
    steady.paint(frames)
    steady.paint(frames * np.float32(0.2))
    assert style.palettes == [1, 2], "light that was there already is known"


def test_a_style_that_can_goes_on_from_the_last_painting() -> None:
    class Continuing(Flickering):
        def paint_on(self, picture: Picture, last: Picture, trust: Plane) -> Picture:
            assert trust.shape == last.shape[:2] == picture.shape[:2] and last.min() >= 0 and last.max() <= 1
            return last * np.float32(0.5)

    frames, style = np.stack([texture(64, 48)] * 2), Continuing()
    found = Steady(style).paint(frames)
    assert style.paintings == 1
    assert np.abs(found[1] - 0.5 * found[0]).max() > 0.1 > np.abs(found[1] - found[0] * (1 - 0.5 * 0.25)).max()


def test_frames_of_another_size_begin_a_shot() -> None:
    steady = Steady(Flickering())
    steady.paint(panned(2, 2))
    small = panned(2, 2, width=40, height=24)
    assert np.array_equal(steady.paint(small), Steady(Flickering()).paint(small))


def test_dials_are_turned_before_the_blend() -> None:
    frames, dials = panned(2, 2), Dials(strength=0.5, faces=0.5)
    heads = [[Face(box=Box(x0=0.3, y0=0.2, x1=0.6, y1=0.8), mouth=(0.45, 0.7), score=0.9)]] * 2
    found = Steady(Flickering(), dials=dials).paint(frames, heads)
    expected = apply_dials(Flickering().paint(frames[:1])[0], frames[0], dials, heads[0])
    assert np.array_equal(found[0], expected)
    assert not np.array_equal(found, Steady(Flickering(), dials=dials).paint(frames))
