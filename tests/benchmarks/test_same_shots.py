"""Which shots two tellings of a film do not share."""

from fractions import Fraction

from benchmarks.same_shots import differences
from film.model import Shot, Transition


def _shot(frame: int) -> Shot:
    start_s, end_s = Fraction(frame, 24), Fraction(frame + 1, 24)
    return Shot(
        index=0,
        start_s=start_s,
        end_s=end_s,
        first_frame=frame,
        transition=Transition.HARD,
        clean_start_s=start_s,
        clean_end_s=end_s,
    )


def test_differences() -> None:
    own, other = [[_shot(frame) for frame in frames] for frames in ((0, 50, 90), (0, 52, 93, 120))]
    lost, more = differences(own, other, Fraction(2, 24))
    assert [shot.first_frame for shot in lost] == [90]
    assert [shot.first_frame for shot in more] == [93, 120]
