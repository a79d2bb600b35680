"""One film made by several: the same bytes as by one, and every part of it done once."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from configs.recipes.recipe import Recipe
from film.pictures import keyframes
from flows.comic import make_comic, make_part
from stylize.styles import paint
from tasks.making import painting, reading
from tasks.making.spread import sharing
from tasks.making.spread.lending import FilmPart
from tasks.serving.pools import PoolOutcome
from tasks.store.handles import Kept
from tests.film.drawn import Picture, draw

pytestmark = pytest.mark.usefixtures("prefect_server")

SHOTS, FRAMES_A_SHOT = 24, 12
RECIPE = Recipe(style="ink-line", page={"ppi": 100}, subtitles="none")
Item = TypeVar("Item")


def scene(number: int) -> Picture:
    """Draw a picture of its own for every shot."""
    shot = number // FRAMES_A_SHOT
    low = 110 * (shot % 2)
    blocks = np.random.default_rng(shot).integers(low + 10, low + 130, (6, 10, 3), np.uint8)
    return np.ascontiguousarray(np.repeat(np.repeat(blocks, 16, axis=0), 16, axis=1))


def by_two(items: Sequence[Item], size: int = 2) -> list[list[Item]]:
    everything = list(items)
    return [everything[at : at + 2] for at in range(0, len(everything), 2)]


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Counter[Any]:
    """Count what is picked and painted, wherever."""
    counted: Counter[Any] = Counter()
    lock = threading.Lock()

    def counting(name: str, real: Callable[..., Any], of: Callable[..., Any]) -> Callable[..., Any]:
        def counted_too(*given: Any, **named: Any) -> Any:
            with lock:
                counted.update((name, each) for each in of(*given))
            return real(*given, **named)

        return counted_too

    monkeypatch.setattr(keyframes, "pick", counting("pick", keyframes.pick, lambda movie, shots, wanted, *_: wanted))
    monkeypatch.setattr(
        painting,
        "paint_files",
        counting("paint", paint.paint_files, lambda _, files: [one.target.name for one in files]),
    )
    return counted


def test_a_film_that_is_spread_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: Counter[Any], heard: list[str]
) -> None:
    """A worker that dies half way through its first part, one that nobody hears of again, and this machine."""
    film = draw(tmp_path / "film.mp4", scene, count=SHOTS * FRAMES_A_SHOT)
    alone = make_comic(film, tmp_path / "alone.pdf", RECIPE, tmp_path / "alone").read_bytes()
    assert set(done.values()) == {1}
    done.clear()

    parts: list[Kept[Any]] = []

    def run_on_pool(deployment: str, sent: dict[str, Any], **_: object) -> PoolOutcome:
        part = Kept[FilmPart].model_validate(sent["part"])
        parts.append(part)
        if len(parts) == 2:  # of the two that each stage sends
            return PoolOutcome(done=False, why="the workers of cpu are gone, or have other work")
        state = make_part.fn(part)
        assert state is True, state
        return PoolOutcome(done=True)

    monkeypatch.setattr("tasks.making.spread.gain.START_S", 0.0)
    monkeypatch.setattr("tasks.making.spread.gain.LEAST_S", 0.01)
    monkeypatch.setattr(sharing, "others_online", lambda pool: 2)
    monkeypatch.setattr(sharing, "run_on_pool", run_on_pool)
    monkeypatch.setattr(reading, "batches", by_two)
    monkeypatch.setattr("flows.comic.paint_size", lambda **_: 2)
    spread = make_comic(film, tmp_path / "spread.pdf", RECIPE, tmp_path / "spread", spread=True).read_bytes()
    assert spread == alone
    assert set(done.values()) == {1}, "nothing twice"
    stages = {line.split(": ")[1].partition(",")[0] for line in heard if "go to another worker" in line}
    assert stages == {"keyframes", "pictures"}
    assert any("done here after all" in line for line in heard)
    assert not list((tmp_path / "spread").glob("*/parts/*/*"))
