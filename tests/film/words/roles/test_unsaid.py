"""What nobody says is told against the habits of its file."""

from fractions import Fraction

from film.words.roles.unsaid import Written, unsaid

TALK = ("Where is he?", "Over there.", "I see him now.", "Let us go!", "Wait for me.")


def captions(*texts: str, named: int = 0) -> set[str]:
    """Return which of the texts are captions, three seconds apart; so many first ones tell their speaker."""
    cues = [
        Written(text, Fraction(3 * at), Fraction(3 * at + 1), named=at < named) for at, text in enumerate(texts)
    ]  # fmt: skip
    return {cue.text for cue, found in zip(cues, unsaid(cues), strict=True) if found}


def test_capitals_without_a_full_stop_are_no_talk_of_small_letters() -> None:
    told = captions("THE OLD HARBOUR", *TALK, "GET OUT.", "HELP!", "WHY?", "USA", "FBI HEADQUARTERS", "I said no.")
    assert told == {"THE OLD HARBOUR", "FBI HEADQUARTERS"}


def test_a_film_of_capitals_has_times_and_an_end_alone() -> None:
    talk = [text.upper() for text in TALK]
    assert captions("THE OLD HARBOUR", "PARIS, 1943", *talk, "THE END") == {"PARIS, 1943", "THE END"}


def test_what_goes_on_from_cue_to_cue_is_said() -> None:
    told = [
        ("He told them to", 0, 2),
        ("GET OUT", 2, 3),
        *((one, 5 + 3 * at, 6 + 3 * at) for at, one in enumerate(TALK)),
    ]
    broken = [Written(text, Fraction(begin), Fraction(end), named=False) for text, begin, end in told]
    assert not any(unsaid(broken))


def test_a_year_that_answers_is_said_and_one_that_is_shown_is_not() -> None:
    assert captions(*TALK, "1943.", "Two years ago.", "Day one.") == set()
    assert captions(*TALK, "1943", "Three months later...") == {"1943", "Three months later..."}


def test_where_speakers_are_named_short_lines_without_a_sentence_are_shown() -> None:
    assert captions(*TALK, "Bristol docks", "He runs away.", "and so on", named=5) == {"Bristol docks"}
    assert captions(*TALK, "Bristol docks") == set()


def test_a_file_without_stops_tells_by_its_times_alone() -> None:
    talk = [text.rstrip("?.!") for text in TALK]
    assert captions(*talk, "Bristol docks", "Three months later", "1943", "GET OUT") == {"Three months later"}


def test_no_cue_and_one_cue() -> None:
    assert unsaid([]) == [] and captions("Hello there.") == set() and captions("THE END") == {"THE END"}
