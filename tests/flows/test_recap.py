"""A season with recaps: made from the episode before, anew when that changes, and without one where that fails."""

from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest

from configs.recipes.recipe import Recipe
from flows.comic import make_comic
from tasks.console.progress import Notice, Step, listening
from tasks.store.order import EpisodeBefore
from tests.film.drawn import Picture, draw

pytestmark = pytest.mark.usefixtures("prefect_server")

SHOTS, FRAMES_A_SHOT = 4, 15


def film(path: Path, seed: int) -> Path:
    def scene(number: int) -> Picture:
        shot = number // FRAMES_A_SHOT
        low = 110 * (shot % 2)
        blocks = np.random.default_rng(100 * seed + shot).integers(low + 10, low + 130, (6, 10, 3), np.uint8)
        return np.ascontiguousarray(np.repeat(np.repeat(blocks, 16, axis=0), 16, axis=1))

    return draw(path, scene, count=SHOTS * FRAMES_A_SHOT)


def front(comic: Path) -> str:
    """Return what stands on the sheet before page 1; nothing where that is the cover."""
    with pikepdf.open(comic) as pdf:
        first = [page.label for page in pdf.pages].index("1")
    return "" if first == 1 else pypdfium2.PdfDocument(comic)[first - 1].get_textpage().get_text_range()


def test_an_episode_begins_with_the_one_before(tmp_path: Path) -> None:
    one, two = (film(tmp_path / f"Show.S01E0{number}.mp4", number) for number in (1, 2))
    recipe = Recipe(style="ink-line", subtitles="none", page={"ppi": 100})
    before = EpisodeBefore(film=one, recipe=recipe)
    comic = make_comic(two, None, recipe, tmp_path / "work", before)
    assert front(comic).split() == ["Previously", "Season", "1,", "episode", "1"]
    first = comic.read_bytes()

    film(one, 3)
    assert make_comic(two, None, recipe, tmp_path / "work", before).read_bytes() != first, "other pictures are told"
    one.write_bytes(one.read_bytes()[:900])
    heard: list[Step | Notice] = []
    with listening(heard.append):
        assert front(make_comic(two, None, recipe, tmp_path / "work", before)) == ""
    told = [event.text for event in heard if isinstance(event, Notice) and "no recap page" in event.text]
    assert len(told) == 1 and told[0].startswith(f"{two.name}: ") and one.name in told[0]
