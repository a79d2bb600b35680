"""A storyboard from a person's hands: panels that show another frame are looked at anew, others stay as they are."""

from fractions import Fraction
from pathlib import Path

import pytest

from configs.recipes.recipe import Recipe
from configs.units import Box
from film.model import Keyframe, Movie, ShotList
from tasks.making.brought import adopting
from tasks.making.brought.adopting import Board, adopt_storyboard, check_film
from tasks.making.reading import seen_of
from tasks.store.film_run import FilmRun
from tasks.store.handles import Kept
from tasks.store.order import Order
from tests.layouts.boards import board, face, panel, words

SHOTS = Kept[ShotList](root=Path("store"), path=Path("shots.json"), sha256="1" * 64)
FACE = face(0.4, 0.2, 0.6, 0.6)


def frame(at_s: int, digest: str, *faces: object) -> Keyframe:
    return Keyframe(
        shot=0, at_s=at_s, image=Path("a.jpg"), sha256=digest * 64, size_px=(1920, 1080), faces=faces,
        focus=Box(x0=0.1, y0=0.1, x1=0.5, y1=0.5), busy="01 23",
    )  # fmt: skip


NARROW = frame(3, "c").model_copy(update={"size_px": (1440, 1080)})
FRAMES = {Fraction(1): frame(1, "a"), Fraction(2): frame(2, "b", FACE), Fraction(3): NARROW}


@pytest.fixture
def adopted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Adopt panels of a film whose frames are known."""
    monkeypatch.setattr(adopting, "frames_at", lambda run, shots, times: {at: FRAMES[at] for at in times})
    film = tmp_path / "film.mkv"
    film.write_bytes(b"film")
    movie = Movie(path=film, sha256="0" * 64, duration_s=600, rate=Fraction(24), size_px=(1920, 1080))
    order = Order(film=film, out=tmp_path / "film.pdf", recipe=Recipe(), work=tmp_path)
    run = FilmRun(order=order, movie=movie)

    def adopt(*panels):
        board_ = Board(storyboard=board(panels), path=tmp_path / "s.json", film=film, recipe=Recipe())
        check_film(run, board_)
        return adopt_storyboard(run, board_, SHOTS).load().pages[0].panels

    return adopt


def test_another_frame_is_looked_at_anew(adopted) -> None:
    stale = panel(2, words("Hm.", face=1), faces=[face(0.1, 0.1, 0.2, 0.2)], seen=seen_of(FRAMES[Fraction(1)]))
    (found,) = adopted(stale)
    assert found.faces == (FACE,) and found.seen == "b" * 12 and found.busy == "01 23"
    assert found.focus is not None and found.words[0].face is None


def test_another_frame_brings_its_own_size(adopted) -> None:
    seen = seen_of(FRAMES[Fraction(1)])
    narrow, wide = adopted(panel(3, seen=seen), panel(1, seen="d", size_px=(1440, 1080)))
    assert narrow.size_px == (1440, 1080)
    assert wide.size_px is None, "as most of the film has"


def test_what_a_person_says_of_the_same_frame_stands(adopted) -> None:
    mended = panel(2, faces=(), seen=seen_of(FRAMES[Fraction(2)]))
    assert adopted(mended) == (mended,)


def test_a_panel_written_by_hand_is_looked_at(adopted) -> None:
    (bare, told) = adopted(panel(2), panel(1, faces=[FACE]))
    assert bare.faces == (FACE,)
    assert told.faces == (FACE,), "it says itself what is to be seen"
