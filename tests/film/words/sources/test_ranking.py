"""Which source of words comes first."""

from pathlib import Path

import pytest

from film.model import Movie, Stream, StreamKind
from film.words.sources import ranking
from film.words.sources.in_picture import CaptionTrack
from film.words.sources.ranking import rank
from film.words.subtitles.beside import Beside
from tests.film.reels import silent_movie


def track(index: int, language: str = "", **more: bool | str) -> Stream:
    return Stream(index=index, kind=StreamKind.TEXT, codec="subrip", language=language, **more)


def named(source: Beside | Stream | CaptionTrack) -> str:
    if isinstance(source, Beside):
        return source.path.name
    return source.name if isinstance(source, CaptionTrack) else str(source.index)


@pytest.fixture
def movie(monkeypatch: pytest.MonkeyPatch) -> Movie:
    captions = (CaptionTrack("cc1", "eng"), CaptionTrack("cc3"))
    monkeypatch.setattr(ranking, "find_captions", lambda movie: captions)
    sound = Stream(index=1, kind=StreamKind.AUDIO, codec="aac", language="eng")
    words = (track(2, "eng", forced=True), track(3, "eng", title="SDH"), track(4, "eng"), track(5, "fra"), track(6))
    picture = Stream(index=0, kind=StreamKind.VIDEO, codec="mpeg2video")
    return silent_movie(Path("film.ts"), streams=(picture, sound, *words))


FILES = (
    Beside(Path("film.srt"), ""),
    Beside(Path("film.en.srt"), "en"),
    Beside(Path("film.en.forced.srt"), "en", forced=True),
)


@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("", "film.srt film.en.srt 4 5 6 3 cc1 cc3 film.en.forced.srt 2"),
        ("en", "film.en.srt 4 3 film.srt 6 cc1 cc3 film.en.forced.srt 2"),
        ("fr", "5 film.srt 6 cc3"),
    ],
)
def test_files_then_tracks_then_captions_then_parts_of_the_words(movie: Movie, language: str, order: str) -> None:
    assert [named(one) for one in rank(movie, FILES, language)] == order.split()
