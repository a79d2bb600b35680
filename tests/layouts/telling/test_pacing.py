import re
import time
from fractions import Fraction
from itertools import groupby, pairwise
from pathlib import Path

import pysubs2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from configs.errors import InputError
from layouts.book.copyfitting import word_count
from layouts.book.storyboard import Framing, PageBoard, Storyboard, WordsKind
from layouts.telling.pacing import Limits, Still, TimedWords, tell
from tests.layouts.boards import spoken
from tests.layouts.films import cue, film_ref, films, in_story_order, letters, make_film, panels, still, told
from tests.material import shared

LIMITS = Limits()
SLOW = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def words_of(storyboard: Storyboard) -> str:
    return letters("".join(line.text for line in spoken(storyboard)))


def check_rules(storyboard: Storyboard, cues: list[TimedWords]) -> None:
    """What holds for every storyboard, whatever the film."""
    assert words_of(storyboard) == in_story_order(cues)
    in_time = [panel for panel in panels(storyboard) if panel.words]
    assert all(before.at_s <= after.at_s for before, after in pairwise(in_time))
    late = [after for before, after in pairwise(panels(storyboard)) if after.at_s < before.at_s]
    assert all(any(panel.at_s > each.at_s and not panel.words for panel in panels(storyboard)) for each in late)
    for page in storyboard.pages:
        counts = [sum(word_count(words.text) for words in panel.words) for panel in page.panels]
        assert 1 <= len(page.panels) <= LIMITS.page_panels
        assert sum(counts) <= LIMITS.page_words
        assert max(counts) <= LIMITS.panel_cap(len(page.panels))
    for panel in panels(storyboard):
        assert len(panel.words) <= LIMITS.panel_balloons
        assert all(word_count(words.text) <= LIMITS.balloon_words for words in panel.words)
    for before, after in pairwise(panels(storyboard)):
        assert before.at_s != after.at_s or (before.words and after.words), "a still is repeated for words alone"


@given(films())
@SLOW
def test_any_film_keeps_the_rules(film: tuple[list[Still], list[TimedWords]]) -> None:
    stills, cues = film
    storyboard = told(stills, cues)
    check_rules(storyboard, cues)
    assert storyboard == told(list(reversed(stills)), list(reversed(cues)))


@given(films(), st.integers(1, 8), st.booleans())
@SLOW
def test_any_budget_is_kept_or_the_least_is_named(
    film: tuple[list[Still], list[TimedWords]], pages: int, chapters: bool
) -> None:
    stills, cues = film
    marks = [(Fraction(at), f"Chapter {at}") for at in range(0, 60, 7)] if chapters else []
    try:
        storyboard = told(stills, cues, pages=pages, chapters=marks)
    except InputError as error:
        least = int(re.search(r"at least (\d+) pages; give --pages \1 or more", str(error))[1])
        assert least > pages
        storyboard = told(stills, cues, pages=least, chapters=marks)
        assert len(storyboard.pages) == least
        pages = least
    assert len(storyboard.pages) <= pages
    check_rules(storyboard, cues)


@pytest.mark.parametrize("pages", [None, 200, 120, 90])
def test_a_two_hour_film_becomes_a_book(pages: int | None) -> None:
    stills, cues = make_film(shots=1500, minutes=120, cues=1800)
    began = time.process_time()
    storyboard = told(stills, cues, pages=pages)
    assert time.process_time() - began < 20, "a bound against slips, not a measurement"
    check_rules(storyboard, cues)
    assert len(storyboard.pages) <= (pages or 250)
    assert len(storyboard.pages) >= 0.9 * (pages or 167)


def test_the_book_at_ease_reads_like_one() -> None:
    stills, cues = make_film(shots=1500, minutes=120, cues=1800)
    storyboard = told(stills, cues)
    counts = [len(page.panels) for page in storyboard.pages]
    assert max(counts) <= 6 and 4 <= sum(counts) / len(counts) <= 5.5
    assert sum(count > 2 for count in counts) >= 0.9 * len(counts)
    talk = [len(page.panels) for page in storyboard.pages if _is_talk(page)]
    assert sum(4 <= count <= 6 for count in talk) >= 0.9 * len(talk)
    silent = [not panel.words for panel in panels(storyboard)]
    assert 0.1 <= sum(silent) / len(silent) <= 0.4


def _is_talk(page: PageBoard) -> bool:
    said = sum(bool(panel.words) for panel in page.panels)
    return said > 0.6 * len(page.panels) and not page.slant and all(panel.frame is Framing.BOX for panel in page.panels)


def test_the_least_of_a_long_film_works() -> None:
    stills, cues = make_film(shots=1500, minutes=120, cues=1800)
    with pytest.raises(InputError, match=r"the words need at least (\d+) pages") as caught:
        told(stills, cues, pages=20)
    least = int(re.search(r"least (\d+)", str(caught.value))[1])
    storyboard = told(stills, cues, pages=least)
    assert len(storyboard.pages) == least
    check_rules(storyboard, cues)
    with pytest.raises(InputError):
        told(stills, cues, pages=least - 1)


def test_a_film_without_words() -> None:
    stills, _ = make_film(shots=1500, minutes=120, cues=0)
    storyboard = told(stills, [])
    assert 60 <= len(storyboard.pages) <= 170
    assert len(told(stills, [], pages=24).pages) in range(20, 25)
    one = told(stills, [], pages=1)
    assert len(one.pages) == 1 and 2 <= len(one.pages[0].panels) <= 6


def test_descriptions_of_its_pictures_make_a_silent_film_no_longer() -> None:
    stills, _ = make_film(shots=200, minutes=20, cues=0)
    seen = [
        cue(at, 12 * at, 12 * at + 5, "She walks slowly over the snow toward the mountain.", kind=WordsKind.NARRATION)
        for at in range(100)
    ]
    silent, talk = told(stills, []), told(stills, seen)
    described = told(stills, [one.model_copy(update={"described": True}) for one in seen])
    assert len(described.pages) <= 1.1 * len(silent.pages) < len(talk.pages)
    assert words_of(described) == words_of(talk)


def test_a_short_film_keeps_all_its_stills() -> None:
    stills = [still(at + 1, shot, (at, at + 3)) for shot, at in enumerate(range(0, 45, 3))]
    storyboard = told(stills, [cue(0, 4, 6, "Where are you?")])
    assert len(panels(storyboard)) == len(stills)
    assert 3 <= len(storyboard.pages) <= 4


def test_words_in_every_shot() -> None:
    stills = [still(at + 1, shot, (at, at + 3), scene=shot // 9) for shot, at in enumerate(range(0, 1800, 3))]
    cues = [cue(shot, 3 * shot + 0.5, 3 * shot + 2.5, f"This is line {shot}, my friend.") for shot in range(600)]
    storyboard = told(stills, cues)
    check_rules(storyboard, cues)
    assert 50 <= len(storyboard.pages) <= 90


def test_forty_cues_in_a_second() -> None:
    stills = [still(1, 0, (0, 4)), still(3, 0, (0, 4)), still(5, 1, (4, 8))]
    cues = [cue(index, 2 + index / 40, 2 + index / 40 + 0.02, f"Word {index}!") for index in range(40)]
    storyboard = told(stills, cues)
    check_rules(storyboard, cues)
    assert all(panel.shot == 0 for panel in panels(storyboard) if panel.words)
    with pytest.raises(InputError, match="at least 2 pages; give --pages 2 or more"):
        told(stills, cues, pages=1)


def test_one_still_gives_one_page_with_one_panel() -> None:
    for cues in ([], [cue(0, 1, 2, "Hello.")]):
        storyboard = told([still(5)], cues, pages=1)
        assert [len(page.panels) for page in storyboard.pages] == [1]


def test_no_still_is_one_line() -> None:
    with pytest.raises(InputError, match=r"film\.mkv: no picture of the film can be shown; choose a longer range"):
        tell([], [], film=film_ref(1), language="", style="ink-line", format="us")
    with pytest.raises(InputError, match="at least 1 page, not 0"):
        told([still(1)], [], pages=0)


def test_cues_outside_the_stills_go_to_the_nearest() -> None:
    stills = [still(12, 3, (10, 14)), still(16, 4, (14, 18))]
    cues = [cue(0, 1, 2, "Before."), cue(1, 90, 91, "After.")]
    shots = [panel.shot for panel in panels(told(stills, cues)) if panel.words]
    assert shots == [3, 4]


def test_a_cue_goes_with_the_shot_it_overlaps_longest() -> None:
    stills = [still(2, 0, (0, 4)), still(6, 1, (4, 8)), still(10, 2, (8, 12))]
    lines = {3.5: 1, 2.0: 0, 7.9: 2}
    for start_s, shot in lines.items():
        storyboard = told(stills, [cue(0, start_s, start_s + 2.2, "Look out!")])
        assert [panel.shot for panel in panels(storyboard) if panel.words] == [shot]


def test_a_cue_goes_with_the_nearest_still_of_its_shot() -> None:
    stills = [still(2, 0, (0, 30)), still(14, 0, (0, 30)), still(27, 0, (0, 30))]
    storyboard = told(stills, [cue(0, 12, 14, "Now!")])
    assert [bool(panel.words) for panel in panels(storyboard)] == [False, True, False]


def test_a_long_overlapping_cue_does_not_drag_others_along() -> None:
    stills = [still(at + 1, shot, (at, at + (2 if shot < 9 else 40))) for shot, at in enumerate(range(0, 20, 2))]
    cues = [cue(0, 1, 50, "A song that lasts.", kind=WordsKind.SONG), cue(1, 5, 6, "Who sings?")]
    told_in = [
        (panel.shot, [words.line for words in panel.words]) for panel in panels(told(stills, cues)) if panel.words
    ]
    assert told_in == [(2, [0, 1])]


def test_cues_at_the_same_time_keep_their_numbers_order() -> None:
    cues = [cue(2, 1, 2, "Third."), cue(0, 1, 2, "First."), cue(1, 1, 2, "Second.")]
    assert [line.line for line in spoken(told([still(5)], cues))] == [0, 1, 2]


def test_overflowing_words_take_another_still_of_the_shot_first() -> None:
    stills = [still(2, 0, (0, 30)), still(14, 0, (0, 30)), still(27, 0, (0, 30)), still(33, 1, (30, 36))]
    long = " ".join(["word"] * 24) + "."
    cues = [cue(index, 13 + index / 10, 14 + index / 10, long) for index in range(3)]
    times = [panel.at_s for panel in panels(told(stills, cues)) if panel.words]
    assert times == [2, 14, 27]


def test_lines_far_apart_get_a_picture_each() -> None:
    stills = [still(2, 0, (0, 20)), still(6, 0, (0, 20)), still(18, 0, (0, 20))]
    cues = [cue(0, 4, 5, "Are you there?"), cue(1, 8, 9, "No answer.")]
    assert [len(panel.words) for panel in panels(told(stills, cues))] == [0, 1, 1]


def test_a_sentence_over_two_cues_is_joined() -> None:
    cues = [cue(0, 1, 3, "I've been alone for"), cue(1, 3.2, 5, "as long as I can remember."), cue(2, 5.1, 6, "Go.")]
    lines = spoken(told([still(5)], cues))
    assert [line.text for line in lines] == ["I've been alone for as long as I can remember.", "Go."]


def test_speakers_are_never_joined() -> None:
    cues = [cue(0, 1, 3, "I've been alone for", speaker="ANNA"), cue(1, 3.2, 5, "so long?", speaker="BO")]
    assert len(spoken(told([still(5)], cues))) == 2
    same = [cue(0, 1, 2, "Run.", speaker="ANNA"), cue(1, 2.1, 3, "Now!", speaker="ANNA")]
    assert [line.text for line in spoken(told([still(5)], same))] == ["Run. Now!"]


def test_a_long_cue_becomes_linked_balloons() -> None:
    text = "I have walked for days over the ice. " * 15
    storyboard = told([still(2, 0), still(8, 0)], [cue(7, 1, 9, text.strip())])
    parts = [words for panel in panels(storyboard) for words in panel.words]
    assert {words.line for words in parts} == {7} and len(parts) >= 5
    assert [line.line for line in spoken(storyboard)] == [7]


def test_chapters_open_a_page() -> None:
    stills, cues = make_film(shots=150, minutes=12, cues=170)
    chapters = [(Fraction(500), "The end"), (Fraction(0), "The start"), (Fraction(250), "The middle")]
    storyboard = told(stills, cues, chapters=chapters)
    opened = [(page.chapter, page.panels[0].at_s) for page in storyboard.pages if page.chapter]
    assert [title for title, _ in opened] == ["The start", "The middle", "The end"]
    assert all(at_s >= wanted - Fraction(1, 4) for (_, at_s), wanted in zip(opened, (0, 250, 500), strict=True))
    crowded = told(stills, cues, chapters=chapters, pages=12)
    assert [page.chapter for page in crowded.pages if page.chapter] == ["The start", "The middle", "The end"]


def test_more_chapters_than_pages_share_them() -> None:
    stills, _ = make_film(shots=60, minutes=5, cues=0)
    chapters = [(Fraction(10 * number), f"C{number}") for number in range(20)]
    storyboard = told(stills, [], chapters=chapters, pages=2)
    assert len(storyboard.pages) <= 2
    assert storyboard.pages[0].chapter.startswith("C0 – C")


def test_a_mark_at_every_shot_makes_no_flip_book() -> None:
    stills = [still(at + 1, shot, (at, at + 3)) for shot, at in enumerate(range(0, 300, 3))]
    storyboard = told(stills, [], chapters=[(Fraction(3 * number), f"C{number}") for number in range(100)])
    assert len(storyboard.pages) <= 35
    assert storyboard.pages[0].chapter.startswith("C0 – C")


def test_scenes_like_to_open_a_page() -> None:
    stills = [still(at + 1, shot, (at, at + 3), scene=shot // 5) for shot, at in enumerate(range(0, 60, 3))]
    storyboard = told(stills, [])
    assert [len(page.panels) for page in storyboard.pages] == [5, 5, 5, 5]


def test_the_first_panel_of_a_scene_is_larger() -> None:
    stills = [still(at + 1, shot, (at, at + 3), scene=shot // 5) for shot, at in enumerate(range(0, 30, 3))]
    weights = [panel.weight for panel in panels(told(stills, []))]
    assert weights[0] > weights[1] and weights[5] > weights[4]


def test_action_pages_hold_fewer_panels() -> None:
    calm = [still(at + 1, shot, (at, at + 2)) for shot, at in enumerate(range(0, 48, 2))]
    wild = [each.model_copy(update={"motion": 0.9}) for each in calm]
    assert len(told(wild, []).pages) > len(told(calm, []).pages)
    counts = [len(page.panels) for page in told(wild, []).pages]
    assert max(counts) <= 4 and sum(2 <= count <= 3 for count in counts) >= 0.7 * len(counts)


def test_no_page_starves() -> None:
    for count in range(2, 40):
        stills = [still(at + 1, at // 3, (at - at % 3, at - at % 3 + 3)) for at in range(count)]
        sizes = [len(page.panels) for page in told(stills, []).pages]
        assert min(sizes) >= min(count, 2), sizes


def test_a_sentence_is_not_broken_over_a_page_without_need() -> None:
    stills = [still(at + 1, shot, (at, at + 2)) for shot, at in enumerate(range(0, 40, 2))]
    cues = [cue(0, 8.2, 9.8, "When I was young and lived"), cue(1, 10.1, 11.5, "in the land of snow, I had a dragon.")]
    for page in told(stills, cues).pages:
        assert sum(bool(panel.words) for panel in page.panels) in (0, 2)


def test_details_of_the_still_go_along() -> None:
    film, cues = make_film(shots=3, minutes=0.2, cues=0)
    storyboard = told(film, cues)
    assert [panel.faces for panel in panels(storyboard)] == [each.faces for each in film] or panels(storyboard)[0].faces
    late = told([still(12, 0, (0, 13))], [cue(0, 99, 100, "Late.")], film=film_ref(11))
    assert late.film.duration_s == 12
    assert panels(late)[0].words[0].start_s is None


@pytest.mark.parametrize("name", ["en", "vi", "fr", "ja", "en.nasty"])
def test_real_subtitles(name: str) -> None:
    path = shared(f"films/sintel_trailer.{name}.srt")
    cues = _cues_of(path)
    stills = [still(at + 1, shot, (at, at + 3), scene=shot // 6) for shot, at in enumerate(range(0, 51, 3))]
    storyboard = told(stills, cues)
    check_rules(storyboard, cues)
    lines = [line.line for line in spoken(storyboard)]
    assert lines == [line for line, _ in groupby(lines)]


def _cues_of(path: Path) -> list[TimedWords]:
    events = pysubs2.load(str(path), encoding="utf-8")
    texts = [" ".join(event.plaintext.split()) for event in events]
    return [
        cue(index, event.start / 1000, event.end / 1000, text)
        for index, (event, text) in enumerate(zip(events, texts, strict=True))
        if text
    ]


def test_a_panel_tells_the_size_of_its_picture_where_it_is_another() -> None:
    narrow = still(15, shot=1, span=(10, 20)).model_copy(update={"size_px": (1440, 1080)})
    storyboard = told([still(5), narrow], [cue(0, 4, 6, "One."), cue(1, 14, 16, "Two.")])
    assert [panel.size_px for panel in panels(storyboard)] == [None, (1440, 1080)]
