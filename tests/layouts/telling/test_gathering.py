"""Which still a cue goes with: the one that shows who says it; cards and what nobody makes out are no panels."""

from configs.units import Box, Face
from layouts.book.storyboard import WordsKind
from layouts.telling.beats import Beat, Limits, Still, TimedWords
from layouts.telling.gathering import gather_beats
from layouts.telling.thinning import tell_apart
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


FACE = Face(box=Box(x0=0.6, y0=0.3, x1=0.7, y1=0.5), mouth=(0.65, 0.45), score=0.9)


def row(**odd: dict[str, object]) -> list[Still]:
    """Make stills of three shots, three seconds each, with what is odd about them: `b={"card": True}`."""
    return [still(3 * at + 1, at, (3 * at, 3 * at + 3), **odd.get(name, {})) for at, name in enumerate("abc")]


def gathered(stills: list[Still], *cues: TimedWords) -> list[tuple[int, list[str]]]:
    return [(beat.still.shot, [part.text for part in beat.parts]) for beat in gather_beats(stills, cues, Limits())]


def test_words_over_a_card_move_to_the_nearest_picture_as_a_caption() -> None:
    said = [cue(0, 1, 2, "First."), cue(1, 4.6, 5.8, "Alone I am."), cue(2, 7, 8, "Last.")]
    beats = gather_beats(row(b={"card": True}), said, Limits())
    assert [(beat.still.shot, [part.text for part in beat.parts]) for beat in beats] == [
        (0, ["First."]),
        (2, ["Alone I am.", "Last."]),
    ]
    assert [part.cue.kind for part in beats[1].parts] == [WordsKind.NARRATION, WordsKind.SPEECH]


def test_cards_alone_are_shown() -> None:
    every = {"card": True}
    assert gathered(row(a=every, b=every, c=every), cue(0, 4, 5, "Once.")) == [(0, []), (1, ["Once."]), (2, [])]


def test_silent_pictures_that_nobody_makes_out_go() -> None:
    blurred = {"readable": False}
    assert gathered(row(b=blurred)) == [(0, []), (2, [])]
    assert gathered(row(a=blurred, b=blurred, c=blurred)) == [(0, []), (1, []), (2, [])]


def test_words_take_the_nearest_picture_that_can_be_made_out() -> None:
    blurred = {"readable": False}
    assert gathered(row(b=blurred), cue(0, 3.2, 4, "Go!")) == [(0, ["Go!"]), (2, [])]
    another = [*row(b=blurred), still(5, 1, (3, 6))]
    assert gathered(another, cue(0, 3.2, 4, "Go!")) == [(0, []), (1, ["Go!"]), (2, [])]
    (beat,) = gather_beats(row(a=blurred, b=blurred, c=blurred), [cue(0, 4, 5, "Go!")], Limits())
    assert beat.still.shot == 1  # nobody near can be seen either
    moved = gather_beats(row(b=blurred), [cue(0, 3.2, 4, "Go!")], Limits())[0].parts[0].cue
    assert moved.off_screen
    heard = gather_beats(row(b=blurred), [cue(0, 3.2, 7, "Go on!")], Limits())
    assert [(beat.still.shot, part.cue.off_screen) for beat in heard for part in beat.parts] == [(2, False)]


def test_order_stays_where_words_move() -> None:
    said = [cue(at, 3 + at / 2, 3.4 + at / 2, f"Line {at}.") for at in range(5)]
    found = gathered(row(b={"card": True}), *said)
    assert [text for _, texts in found for text in texts] == [f"Line {at}." for at in range(5)]


def apart(*beats: Beat) -> list[tuple[float, Box | None, int]]:
    return [(float(beat.still.at_s), beat.crop, len(beat.parts)) for beat in tell_apart(beats, Limits())]


def test_no_picture_is_shown_twice() -> None:
    words = [
        f"Quite a long line, number {at}, that takes a good many words to tell to its very end." for at in range(4)
    ]
    talk = gather_beats(
        [still(1, 0, (0, 20), faces=(FACE,))], [cue(at, 4 * at, 4 * at + 3, words[at]) for at in range(4)], Limits()
    )
    assert len({beat.still.at_s for beat in talk}) == 1 < len(talk)
    crops = [crop for _, crop, _ in apart(*talk)]
    assert crops[0] is None
    assert all(crop is not None for crop in crops[1:])
    assert len(set(crops)) == len(crops)
    close = crops[1]
    assert close is not None and close.x0 < FACE.box.x0 < FACE.box.x1 < close.x1
    assert sum(count for _, _, count in apart(*talk)) == sum(len(beat.parts) for beat in talk)


def test_a_silent_picture_that_looks_like_an_earlier_one_goes() -> None:
    same = [Beat(still(at, at, look=look)) for at, look in ((1, 0), (2, 1), (3, 0))]
    assert [at for at, _, _ in apart(*same)] == [1, 2]
