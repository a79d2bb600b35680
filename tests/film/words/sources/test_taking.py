"""Taking the source that was named, and saying what there is."""

from pathlib import Path

import pytest

from configs.errors import SubtitleError
from film.decoding.probe import probe
from film.model import Movie
from film.words.dialogue import listen
from film.words.silence import explain_silence
from film.words.sources.listing import list_sources
from film.words.sources.taking import find_track
from tests.film.programs import run
from tests.material import shared

SIGNS = "1\n00:00:01,000 --> 00:00:02,000\nOLD CHURCH\n"
TALK = "1\n00:00:01,000 --> 00:00:02,000\nHello there.\n\n2\n00:00:03,000 --> 00:00:03,500\nWho are you?\n"


def film_with(folder: Path, *tracks: tuple[str, str, str], name: str = "film.mkv", key: str = "title") -> Movie:
    """Make a film of tracks: their words, language and title, which stands in the metadata under a key."""
    import ffmpeg

    picture = ffmpeg.input("color=s=64x36:r=5:d=4", format="lavfi")
    inputs, facts = [picture], {}
    for number, (words, language, title) in enumerate(tracks):
        (folder / f"{number}.txt").write_text(words)
        inputs.append(ffmpeg.input(str(folder / f"{number}.txt"), format="srt"))
        facts |= {f"metadata:s:s:{number}": f"language={language}"}
        facts |= {f"metadata:s:{number + 1}": f"{key}={title}"}
    codec = "srt" if name.endswith(".mkv") else "mov_text"
    node = ffmpeg.output(*inputs, str(folder / name), vcodec="libx264", scodec=codec, **facts)
    run(node.overwrite_output())
    for number in range(len(tracks)):
        (folder / f"{number}.txt").unlink()
    return probe(folder / name)


@pytest.mark.parametrize("title", ["English (Forced)", "Signs/Songs", "S&S", "Forcés", "Zwangsuntertitel"])
def test_where_there_are_signs_alone_one_line_says_so(tmp_path: Path, title: str) -> None:
    movie = film_with(tmp_path, (SIGNS, "eng", title), (TALK, "eng", "Director's comments"))
    dialogue = listen(movie)
    assert [line.text for line in dialogue.lines] == ["OLD CHURCH"]
    (line,) = dialogue.warnings
    assert line.startswith(f"track 1 (eng, {title}) has signs, songs or foreign words alone")


def test_a_forced_track_comes_after_all_that_is_said_and_captions_for_the_deaf(tmp_path: Path) -> None:
    kinds = ((SIGNS, "eng", "English (Forced)"), (TALK.upper(), "eng", "Hearing impaired"), (TALK, "eng", "English"))
    movie = film_with(tmp_path, *kinds)
    assert listen(movie).lines[0].text == "Hello there."
    assert listen(film_with(tmp_path, *kinds[:2])).lines[0].text == "HELLO THERE."


@pytest.mark.parametrize("key", ["title", "handler_name"])
def test_an_mp4_has_titles_as_names(tmp_path: Path, key: str) -> None:
    movie = film_with(tmp_path, (SIGNS, "eng", "Signs & Songs"), (TALK, "eng", "Full"), name="film.mp4", key=key)
    assert [one.title for one in movie.streams] == ["", "Signs & Songs", "Full"]
    assert listen(movie).lines[0].text == "Hello there."


def test_a_track_can_be_taken_by_its_number(tmp_path: Path) -> None:
    movie = film_with(tmp_path, (SIGNS, "eng", "Signs"), (TALK, "eng", "Commentary"), (TALK, "fra", ""))
    (tmp_path / "film.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nbeside\n")
    told = [listen(movie, track=number) for number in ("1", "2", "3")]
    assert [one.lines[0].text for one in told] == ["OLD CHURCH", "Hello there.", "Hello there."]
    assert [one.language for one in told] == ["en", "en", "fr"] and not any(one.warnings for one in told)
    assert listen(movie).lines[0].text == "beside"


@pytest.mark.parametrize("wanted", ["0", "7", "cc1"])
def test_a_track_that_is_not_there_is_told_in_one_line(tmp_path: Path, wanted: str) -> None:
    movie = film_with(tmp_path, (SIGNS, "eng", "Signs"), (TALK, "eng", "Commentary"))
    with pytest.raises(SubtitleError) as error:
        find_track(movie, wanted)
    line = str(error.value)
    assert f"has no track of words {wanted}; there are: track 1 (eng, Signs), track 2 (eng, Commentary)" in line
    assert "\n" not in line and error.value.exit_code == 2


def test_a_track_of_pictures_is_told_in_one_line() -> None:
    movie = probe(shared("nasty/found/sample_with_pgs_subtitles.mkv"))
    number = next(str(one.index) for one in movie.streams if one.codec.casefold().startswith(("pgs", "hdmv")))
    with pytest.raises(SubtitleError, match="PGS, which is pictures of words; there are none: give a file with"):
        find_track(movie, number)


def test_a_film_of_commentary_alone_says_that_it_was_not_taken(tmp_path: Path) -> None:
    movie = film_with(tmp_path, (TALK, "eng", "Kommentar"))
    line = explain_silence(movie, listen(movie))
    assert "not taken: track 1 (eng, Kommentar): a commentary, not the film's words" in line


def test_a_track_that_tells_no_language_is_believed_to_be_in_the_one_that_is_asked_for(tmp_path: Path) -> None:
    movie = film_with(tmp_path, (TALK, "und", ""), (SIGNS.replace("OLD", "ALTE"), "deu", ""))
    assert listen(movie, language="fr").lines[0].text == "Hello there."
    assert listen(movie, language="de").lines[0].text == "ALTE CHURCH"


def _srt(*said: str) -> str:
    return "".join(
        f"{number + 1}\n00:00:{at // 10:02},{at % 10}00 --> 00:00:{at // 10:02},{at % 10 + 1}00\n{text}\n\n"
        for number, (at, text) in enumerate((2 * number, text) for number, text in enumerate(said))
    )


HOURS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
LONG = [f"Where were you when it was {hour} o'clock?" for hour in HOURS]
DIALOGUE = _srt(*LONG)


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(_srt("OLD CHURCH", "TO THE STATION, NO ENTRY FOR STRANGERS"), id="signs in capitals"),
        pytest.param(
            _srt(*(f"{{\\an8}}The old church of town {'no' * (at // 3)}" for at in range(5))), id="placed signs"
        ),
        pytest.param(_srt(LONG[3], LONG[5], "Ja."), id="foreign words that the other has as well"),
        pytest.param(_srt("Ja."), id="a word"),
    ],
)
def test_a_part_of_the_words_is_told_by_what_another_track_holds(tmp_path: Path, part: str) -> None:
    movie = film_with(tmp_path, (part, "eng", ""), (DIALOGUE, "eng", ""), (DIALOGUE.upper(), "eng", "SDH"))
    for language in ("", "en"):
        assert listen(movie, language=language).source == "track 2 (eng)"
    rows = list_sources(movie)
    assert [row.holds for row in rows] == [
        "signs, songs or foreign words alone", "all that is said", "for the hard of hearing"
    ]  # fmt: skip
    assert [row.taken for row in rows] == [False, True, False] and rows[0].why == "choice 3"


@pytest.mark.parametrize(
    ("own", "other", "language"),
    [
        pytest.param(
            _srt(*LONG[:4]), _srt(*(f"I wrote this scene on a train, {one}" for one in LONG * 3)), "eng", id="quiet"
        ),
        pytest.param(_srt(*(one.upper() for one in LONG[:8])), DIALOGUE, "eng", id="all in capitals"),
        pytest.param(_srt("OLD CHURCH"), DIALOGUE, "ger", id="another language"),
        pytest.param(_srt("OLD CHURCH"), _srt("Hello there.", "Who are you?"), "eng", id="hardly anything to go by"),
    ],
)
def test_what_may_be_all_that_is_said_is_no_part(tmp_path: Path, own: str, other: str, language: str) -> None:
    movie = film_with(tmp_path, (own, "eng", ""), (other, language, ""))
    assert listen(movie).source == "track 1 (eng)"
