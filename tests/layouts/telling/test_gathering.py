"""Which still a cue goes with when it is known who of those in sight says it."""

from configs.units import Box, Face
from layouts.telling.beats import Still, TimedWords
from tests.layouts.films import cue, panels, still, told

ANN = Face(box=Box(x0=0.3, y0=0.2, x1=0.5, y1=0.6), mouth=(0.4, 0.5), score=0.9)
FIRST, SECOND = (0, 4), (4, 8)


def shots(*, faces: bool = True) -> list[Still]:
    seen = (ANN,) if faces else ()
    return [still(2, 0, FIRST, faces=seen), still(6, 1, SECOND, faces=seen)]


def spoken_in(stills: list[Still], *cues: TimedWords) -> list[tuple[int | None, int | None, bool]]:
    """The shot of each balloon, the face that says it, and whether it comes from outside."""
    return [
        (each.shot, words.face, words.off_screen) for each in panels(told(stills, list(cues))) for words in each.words
    ]


def test_a_cue_goes_with_the_shot_that_shows_who_says_it() -> None:
    assert spoken_in(shots(), cue(0, 3.5, 6, "Well.")) == [(1, None, False)]
    assert spoken_in(shots(), cue(0, 3.5, 6, "Well.", faces=((2, 0),), unseen=(6,))) == [(0, 1, False)]
    assert spoken_in(shots(), cue(0, 3.8, 6, "Well.", faces=((2, 0),), unseen=(6,))) == [(1, None, True)], "too short"


def test_a_cue_leaves_a_shot_of_others_for_one_that_may_show_who_says_it() -> None:
    faceless = [still(2, 0, FIRST), still(6, 1, SECOND, faces=(ANN,))]
    assert spoken_in(shots(), cue(0, 2.5, 6, "Well.", unseen=(6,))) == [(0, None, False)]
    assert spoken_in(shots(), cue(0, 3.5, 6, "Well.", unseen=(6,))) == [(1, None, True)], "too short"
    assert spoken_in(faceless, cue(0, 2.5, 6, "Well.", unseen=(6,))) == [(1, None, True)], "it shows nobody"
    assert spoken_in(faceless, cue(0, 1, 5, "Well.")) == [(0, None, False)], "nor need it show anybody"


def test_the_order_of_cues_stays() -> None:
    cues = [cue(0, 3, 6, "One.", faces=((6, 0),)), cue(1, 3, 6, "Two.", faces=((2, 0),), unseen=(6,))]
    assert [shot for shot, _, _ in spoken_in(shots(), *cues)] == [0, 0]


def test_a_cue_goes_with_the_still_of_its_shot_that_shows_who_says_it() -> None:
    stills = [still(at_s, 0, (0, 8), faces=(ANN,)) for at_s in (1, 4, 7)]
    said = cue(0, 4, 5, "Well.", faces=((7, 0),))
    assert [panel.at_s for panel in panels(told(stills, [said])) if panel.words] == [7]


def test_a_sentence_is_not_joined_where_two_were_seen_to_say_it() -> None:
    first = cue(0, 1, 2, "I've been alone for", faces=((2, 0),))
    for face, count in (((2, 0), 1), ((2, 1), 2)):
        assert len(spoken_in(shots(), first, cue(1, 2.1, 3, "so long?", faces=(face,)))) == count
    assert len(spoken_in(shots(), first, cue(1, 2.1, 3, "so long?", unseen=(2,)))) == 2
