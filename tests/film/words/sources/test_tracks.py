"""Subtitle tracks inside films."""

from fractions import Fraction
from pathlib import Path

import pytest

from film.decoding.probe import probe
from film.model import LineKind, Stream, StreamKind
from film.words.cleaning import clean
from film.words.dialogue import listen
from film.words.silence import explain_silence
from film.words.sources.tracks import choose_tracks, left_out, read_track, text_tracks, tracks_of
from tests.film.reels import add_track, draw_film, movie_of, silent_movie
from tests.film.words.subtitles.test_formats import ENGLISH
from tests.material import shared

STARTS = [Fraction(n, 100) for n in (1185, 1809, 3627, 4185)]
WORDS = "1\n00:00:00,500 --> 00:00:01,000\nOne\n\n2\n00:00:02,000 --> 00:00:03,000\n<i>Two</i>\n"


def track(index: int, language: str = "", **more: bool | str) -> Stream:
    return Stream(index=index, kind=StreamKind.TEXT, codec="subrip", language=language, **more)


@pytest.mark.parametrize(("language", "word"), [("eng", "What"), ("vi", "Điều"), ("VIE", "Điều"), ("ara", "ما")])
def test_tracks_of_the_trailer_by_language(language: str, word: str) -> None:
    lines = listen(movie_of(shared("films/sintel_trailer.subs_srt_eng_vie_ara.mkv")), language=language).lines
    assert [line.start_s for line in lines] == STARTS
    assert lines[0].text.split()[0] == word


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Tiếng Việt", "vi"), ("English [SDH]", "en"), ("Español (Latinoamérica)", "es-419"), ("jpn", "jpn"),
        ("SC", "zh-hans"), ("简英双语", "zh-hans"), ("Full Subtitles", ""), ("Made for it", ""),
    ],
)  # fmt: skip
def test_a_track_without_a_language_is_in_that_of_its_title(title: str, language: str) -> None:
    movie = silent_movie(Path("film.mkv"))
    movie = movie.model_copy(update={"streams": (*movie.streams, track(1, "und", title=title), track(2, "de"))})
    assert [one.language for one in tracks_of(movie)] == [language or "und", "de"]


def test_every_diacritic_of_the_vietnamese_track() -> None:
    dialogue = listen(movie_of(shared("films/sintel_trailer.subs_srt_eng_vie_ara.mkv")))
    assert (dialogue.source, dialogue.language) == ("track 3 (vie)", "vi")  # its default
    written = shared("films/sintel_trailer.vi.srt").read_text("utf-8")
    for line in dialogue.lines:
        assert line.text in " ".join(written.split())


@pytest.mark.parametrize("name", ["subs_mov_text.mp4", "subs_ass.mkv"])
def test_other_kinds_of_tracks(name: str) -> None:
    lines = listen(movie_of(shared(f"films/sintel_trailer.{name}"))).lines
    spoken = [line for line in lines if line.kind is LineKind.SPEECH]
    assert [line.text for line in spoken] == ENGLISH
    assert [line.start_s for line in spoken] == STARTS
    if name == "subs_ass.mkv":
        assert [line.speaker for line in spoken] == ["Shaman", "Sintel", "Shaman", "Sintel"]
        assert [line.kind for line in lines].count(LineKind.SIGN) == 1 and len(lines) == 5


FOUND = {
    "sample_with_srt.mkv": ["This is the first subtitle."],
    "sample_with_null_terminated_srt.mkv": ["This is the first"],
    "sample_with_ssa_subtitles.mkv": ["This is the first subtitle."],
    "sample_with_vtt_subtitles.mkv": ["This is the first subtitle."],
    "sample_with_overlapping_srt.mkv": [
        "First subtitle - end overlaps second",
        "Third subtitle - fully encompasses second",
        "Second subtitle - beginning overlaps first",
    ],
    "subtitleedit_MP4_SRT.mp4": ["Line 1", "Line 2"],
}


@pytest.mark.parametrize("name", FOUND)
def test_found_films(name: str) -> None:
    assert [line.text for line in listen(movie_of(shared(f"nasty/found/{name}"))).lines] == FOUND[name]


@pytest.mark.parametrize(("name", "called"), [("pgs_subtitles", "PGS"), ("vobsub", "VobSub")])
def test_pictures_of_words_are_skipped_with_the_reason(name: str, called: str) -> None:
    movie = movie_of(shared(f"nasty/found/sample_with_{name}.mkv"))
    dialogue = listen(movie)
    assert dialogue.lines == () and dialogue.warnings == ()
    assert f"{called}, which is pictures of words" in explain_silence(movie, dialogue)


def test_tracks_are_ordered_by_what_people_want() -> None:
    streams = (
        track(1, "eng", forced=True, default=True),
        track(2, "eng", hearing_impaired=True),
        track(3, "fra"),
        track(4, "vie", default=True),
        Stream(index=5, kind=StreamKind.PICTURE, codec="pgssub", language="eng"),
        Stream(index=6, kind=StreamKind.TEXT, codec="arib_caption", language="jpn"),
    )
    movie = silent_movie(Path("film.mkv"), streams=streams)
    tracks = text_tracks(movie)
    assert [one.index for one in tracks] == [4, 3, 2, 1]
    chosen = [[one.index for one in choose_tracks(tracks, tag)] for tag in ("", "en", "fre", "de")]
    assert chosen == [[4, 3, 2, 1], [2, 1], [3], []]
    assert left_out(movie) == (
        "track 5 (eng): PGS, which is pictures of words",
        "track 6 (jpn): ARIB captions, a format that is not read",
    )


@pytest.mark.parametrize("language", ["", "en"])
def test_the_whole_words_are_taken_before_parts_of_them(language: str) -> None:
    tracks = (
        track(1, "eng", title="Signs & Songs", default=True),
        track(2, "eng", title="Commentary", default=True),
        track(3, "eng", commentary=True),
        track(4, "eng", title="English SDH"),
        track(5, "eng", title="Full"),
    )
    taken = [5, 4, 1]
    for count in range(3):
        left = tuple(one for one in tracks if one.index not in taken[:count])
        found = choose_tracks(text_tracks(silent_movie(Path("film.mkv"), streams=left)), language)
        assert found[0].index == taken[count]
    talk = silent_movie(Path("film.mkv"), streams=tracks[1:3])
    assert text_tracks(talk) == () and len(left_out(talk)) == 2
    assert left_out(talk)[0] == "track 2 (eng, Commentary): a commentary, not the film's words"


@pytest.mark.parametrize(
    ("name", "source", "least"),
    [
        ("06a_default_is_signs_and_songs.mkv", "track 2 (eng, Full Subtitles)", 3),
        ("06b_commentary_first.mkv", "track 2 (eng, English)", 3),
    ],
)
def test_films_whose_first_track_is_not_the_words(name: str, source: str, least: int) -> None:
    movie = probe(shared(f"field/film/{name}"))
    for language in ("", "en"):
        dialogue = listen(movie, language=language)
        assert dialogue.source == source and len(dialogue.lines) >= least
        assert "OLD CHURCH" not in [line.text for line in dialogue.lines]


def test_regions_decide_between_tracks() -> None:
    tracks = [track(1, "por"), track(2, "pt-BR")]
    assert [choose_tracks(tracks, tag)[0] for tag in ("pt-BR", "pt", "pob")] == [tracks[1], tracks[0], tracks[1]]


@pytest.mark.parametrize(("suffix", "codec"), [("mkv", "srt"), ("mp4", "mov_text"), ("mkv", "ass"), ("mkv", "webvtt")])
def test_words_keep_their_times_on_uneven_frames(tmp_path: Path, suffix: str, codec: str) -> None:
    times = [0, 40, 90, 300, 310, 900, 1500, 1510, 2600, 3900]
    film = draw_film(tmp_path / "bare.mkv", times)
    (tmp_path / "words.srt").write_text(WORDS)
    target = tmp_path / f"film.{suffix}"
    movie = movie_of(add_track(film, tmp_path / "words.srt", target, codec=codec))
    lines = listen(movie).lines
    assert [(line.text, line.start_s, line.end_s) for line in lines] == [
        ("One", Fraction(1, 2), 1), ("Two", 2, 3),
    ]  # fmt: skip
    assert [line.kind for line in lines] == [LineKind.SPEECH, LineKind.NARRATION]


def test_words_inside_a_film_that_starts_late_move_with_its_picture(tmp_path: Path) -> None:
    film = draw_film(tmp_path / "bare.mkv", list(range(0, 4000, 40)))
    (tmp_path / "words.srt").write_text(WORDS)
    late = add_track(film, tmp_path / "words.srt", tmp_path / "late.mkv", shift_s=3.5)
    movie = movie_of(late)
    assert movie.start_offset_s == Fraction(7, 2)
    assert [line.start_s for line in listen(movie).lines] == [Fraction(1, 2), 2]
    (tmp_path / "late.srt").write_text(WORDS)  # beside the film: as players show it, not shifted
    beside = listen(movie)
    assert beside.source == "late.srt" and [line.start_s for line in beside.lines] == [Fraction(1, 2), 2]


def test_a_film_cut_short_gives_the_words_up_to_there(tmp_path: Path) -> None:
    whole = shared("films/sintel_trailer.subs_srt_eng_vie_ara.mkv")
    movie = movie_of(whole)
    half = tmp_path / "half.mkv"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    reading = read_track(movie.model_copy(update={"path": half}), movie.streams[2])
    lines = clean(reading.cues)[0]
    assert 1 <= len(lines) < 4 and [line.text for line in lines] == ENGLISH[: len(lines)]
