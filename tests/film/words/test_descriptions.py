"""Descriptions of what is to be seen, for those who do not see: told as captions among what is said, never as talk."""

from fractions import Fraction
from pathlib import Path

import pytest

from film.decoding.probe import probe
from film.model import Line, LineKind, Movie
from film.words.descriptions import as_narration, woven
from film.words.dialogue import listen
from film.words.sources.listing import list_sources
from tests.film.programs import run
from tests.film.reels import silent_movie

TALK = (("00:01,000", "00:02,000", "Hello there."), ("00:04,000", "00:05,000", "Who are you?"))
SEEN = (("00:00,200", "00:00,900", "A door opens."), ("00:04,200", "00:05,000", "She steps into the light."))
TOLD = ["A door opens.", "Hello there.", "She steps into the light.", "Who are you?"]


def srt(cues: tuple[tuple[str, str, str], ...]) -> str:
    return "\n".join(f"{at}\n00:{start} --> 00:{end}\n{text}\n" for at, (start, end, text) in enumerate(cues, start=1))


def film_of(folder: Path, *tracks: tuple[tuple[tuple[str, str, str], ...], str, str, str]) -> Movie:
    """Make a film of tracks: their cues, language, title and what the container says that they are for."""
    import ffmpeg

    inputs, facts = [ffmpeg.input("color=s=64x36:r=5:d=6", format="lavfi")], {}
    for number, (cues, language, title, purpose) in enumerate(tracks):
        (folder / f"{number}.txt").write_text(srt(cues))
        inputs.append(ffmpeg.input(str(folder / f"{number}.txt"), format="srt"))
        facts |= {f"metadata:s:s:{number}": f"language={language}", f"metadata:s:{number + 1}": f"title={title}"}
        facts |= {f"disposition:s:{number}": purpose or "0"}
    run(ffmpeg.output(*inputs, str(folder / "film.mkv"), vcodec="libx264", scodec="srt", **facts).overwrite_output())
    for number in range(len(tracks)):
        (folder / f"{number}.txt").unlink()
    return probe(folder / "film.mkv")


@pytest.mark.parametrize(("title", "flag"), [("", "descriptions"), ("", "visual_impaired"), ("Audio description", "")])
def test_a_track_of_descriptions_is_told_among_the_dialogue(tmp_path: Path, title: str, flag: str) -> None:
    movie = film_of(tmp_path, (SEEN, "eng", title, flag), (TALK, "eng", "", ""))
    heard = listen(movie)
    assert [line.text for line in heard.lines] == TOLD
    assert [line.kind for line in heard.lines] == [LineKind.NARRATION, LineKind.SPEECH] * 2
    assert [line.index for line in heard.lines] == [0, 1, 2, 3]
    assert heard.source.startswith("track 2") and heard.described.startswith("track 1")
    plain = listen(movie, descriptions=False)
    assert [line.text for line in plain.lines] == TOLD[1::2] and plain.described == ""
    told = list_sources(movie)[0]
    assert told.holds == "what is to be seen, for those who do not see"
    assert told.taken and told.why == "told as captions"


def test_descriptions_alone_tell_the_story_of_a_film_in_which_nothing_is_said(tmp_path: Path) -> None:
    movie = film_of(tmp_path, (SEEN, "eng", "", "descriptions"))
    heard = listen(movie)
    assert [(line.text, line.kind) for line in heard.lines] == [(text, LineKind.NARRATION) for text in TOLD[::2]]
    assert heard.source.startswith("track 1") and heard.language == "en" and not heard.described
    assert listen(movie, track="1").lines == heard.lines, "asked for by its number it is still no talk"
    assert listen(movie, descriptions=False).lines == listen(movie, subtitles="none").lines == ()


def test_the_languages_have_to_agree_where_they_are_told(tmp_path: Path) -> None:
    (tmp_path / "film.fr.srt").write_text(srt(TALK))
    movie = silent_movie(tmp_path / "film.mkv")
    for name, told in (("de", False), ("fr-CA", True)):
        beside = tmp_path / f"film.{name}.descriptions.vtt"
        beside.write_text("WEBVTT\n\n" + srt(SEEN).replace(",", "."))
        assert bool(listen(movie).described) is told, name
        beside.unlink()
    (tmp_path / "film.ad.srt").write_text(srt(SEEN))
    assert listen(movie).described == "film.ad.srt", "it does not tell its language"


def test_a_file_that_was_named_is_told_as_what_its_name_says(tmp_path: Path) -> None:
    movie = silent_movie(tmp_path / "film.mkv")
    (tmp_path / "film.ad.srt").write_text(srt(SEEN))
    (tmp_path / "other.srt").write_text(srt(TALK))
    assert [line.text for line in listen(movie, subtitles=tmp_path / "other.srt").lines] == TOLD
    alone = listen(movie, subtitles=tmp_path / "film.ad.srt").lines
    assert [line.kind for line in alone] == [LineKind.NARRATION] * 2


def test_a_file_says_by_itself_that_it_describes(tmp_path: Path) -> None:
    movie = silent_movie(tmp_path / "film.mkv")
    (tmp_path / "film.vtt").write_text("WEBVTT\nKind: descriptions\nLanguage: en\n\n" + srt(SEEN).replace(",", "."))
    assert {line.kind for line in listen(movie).lines} == {LineKind.NARRATION}


def line(index: int, start: float, end: float, text: str, kind: LineKind = LineKind.SPEECH, speaker: str = "") -> Line:
    return Line(index=index, start_s=Fraction(start), end_s=Fraction(end), text=text, kind=kind, speaker=speaker)


def test_what_is_seen_while_somebody_speaks_stands_before_it_and_a_tail_after() -> None:
    said = (line(0, 2, 6, "One."), line(1, 8, 12, "Two."))
    seen = (line(0, 3, 7, "During one."), line(1, 11.5, 15, "As two ends."), line(2, 20, 21, "Last."))
    told = woven(said, as_narration(seen))
    assert [one.text for one in told] == ["During one.", "One.", "Two.", "As two ends.", "Last."]
    assert [one.index for one in told] == [0, 1, 2, 3, 4]
    assert [one.start_s for one in told] == sorted(one.start_s for one in told)
    assert [(one.start_s, one.end_s) for one in told if one.kind is LineKind.SPEECH] == [(2, 6), (8, 12)]


def test_a_place_comes_before_what_is_to_be_seen_there() -> None:
    said = (line(0, 2, 6, "The harbour", LineKind.SIGN), line(1, 2, 6, "Ahoy!"))
    for start in (2, 3):
        told = woven(said, as_narration((line(0, start, 6, "Ships."),)))
        assert [one.text for one in told] == ["The harbour", "Ships.", "Ahoy!"]


def test_what_the_dialogue_says_as_well_is_told_once() -> None:
    said = (line(0, 2, 6, "Three years later", LineKind.SIGN),)
    assert woven(said, as_narration((line(0, 2, 5, "Three years later."),))) == said


def test_descriptions_are_whole_and_nobodys() -> None:
    cues = (
        line(0, 0, 4, "He reads:", LineKind.SPEECH),
        line(1, 0, 4, "GET OUT", LineKind.SIGN),
        line(2, 5, 6, "a door slams", LineKind.SOUND),
        line(3, 7, 8, "a lamp.", speaker="On the table"),
        line(4, 9, 10, "Dawn.", LineKind.NARRATION, speaker="Narrator"),
    )
    told = as_narration(cues)
    assert [one.text for one in told] == ["He reads: GET OUT", "a door slams", "On the table: a lamp.", "Dawn."]
    assert {(one.kind, one.speaker, one.described) for one in told} == {(LineKind.NARRATION, "", True)}
