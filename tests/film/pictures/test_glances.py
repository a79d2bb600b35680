from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from film.model import FrameStats, Shot, Transition
from film.pictures.glances import other_times
from film.pictures.moments import Figures


def figures(frames: int) -> Figures:
    times = tuple(at / 24 for at in range(frames))
    flat = (100.0,) * frames
    return Figures(FrameStats(time_s=times, luma=flat, contrast=flat, sharpness=flat, change=(1.0,) * frames))


@given(st.integers(1, 400), st.integers(0, 9), st.lists(st.integers(0, 400), max_size=3))
def test_others_lie_in_the_shot_apart_from_each_other_and_from_what_was_chosen(
    length: int, most: int, frames: list[int]
) -> None:
    end_s = Fraction(length, 24)
    shot = Shot(
        index=0, start_s=0, end_s=end_s, first_frame=0, transition=Transition.START, clean_start_s=0, clean_end_s=end_s
    )
    chosen = [Fraction(frame % length, 24) for frame in frames]
    found = other_times(shot, figures(length), [], chosen, most)
    assert len(found) <= most and found == sorted(found)
    assert all(0 <= at < end_s for at in found)
    for number, at in enumerate(found):
        assert all(abs(at - other) >= Fraction(1, 12) for other in [*chosen, *found[:number]])
    if length > 100 and most <= 3:
        assert len(found) == most
