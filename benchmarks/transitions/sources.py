"""The material of made transitions: pieces of single shots of real films, and pictures a camera can move over."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from film.decoding.frames import SmallFrames
from film.decoding.probe import probe
from tests.material import SHARED

MARKS = Path(__file__).parents[1] / "marks"
FILMS = SHARED / "films"
GROUPS = {
    "sintel": ("sintel_775s.mp4",),
    "tears": ("tears_of_steel_battle.webm",),
    "bunny": ("bbb_480p_30s.mp4",),
    "composed": ("composed_247s_480p.mp4",),
}
"""What belongs together when a film is left out; the trailer is a part of Sintel and is measured with it."""
TRAILER = "sintel_trailer.mp4"
_APART = 3
_SHORTEST = 16

Pictures = NDArray[np.uint8]


class Source(NamedTuple):
    """A film in small, and where its shots lie."""

    name: str
    pictures: Pictures
    shots: tuple[tuple[int, int], ...]
    """[first, end) of stretches inside one shot."""
    truth: Mapping[str, Any]


def truths() -> dict[str, Any]:
    """Return the marked borders of all films, by name."""
    found: dict[str, Any] = json.loads((FILMS / "cuts.json").read_text())
    for path in sorted(MARKS.glob("*.json")):
        name = next(entry.name for entry in FILMS.iterdir() if entry.stem == path.stem and entry.suffix != ".srt")
        found[name] = json.loads(path.read_text())
    return found


def load(name: str, cache: Path | None = None) -> Source:
    """Decode a film in small; `cache` is a folder that keeps what was decoded."""
    truth = truths()[name]
    kept = cache / f"{Path(name).stem}.npy" if cache else None
    if kept is not None and kept.is_file():
        pictures = np.load(kept, mmap_mode="r")
    else:
        pictures = np.concatenate([batch.pictures.copy() for batch in SmallFrames(probe(FILMS / name))])
        if kept is not None:
            np.save(kept, pictures)
    return Source(name, pictures, tuple(_stretches(len(pictures), truth)), truth)


def _stretches(count: int, truth: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    walls = [(event["start"], event["end"]) for event in truth["events"]]
    walls += [tuple(span) for span in truth.get("ignore", [])]
    walls += [(one["start"], one["end"]) for one in truth.get("distractors", []) if one["kind"] == "flash"]
    at = 0
    for start, end in [*sorted(walls), (count, count)]:
        gradual = end > start
        first, last = at + _APART, start - (_APART if gradual else 1)
        if last - first >= _SHORTEST:
            yield first, last
        at = max(at, end)


def drawings() -> list[Path]:
    """Return the pictures that a camera can move over."""
    return sorted((SHARED / "train").rglob("*.jpg"))


def wide(path: Path, height: int = 320) -> Pictures:
    """Return a picture (BGR) with its shorter side of a length."""
    image = cv2.imread(str(path))
    if image is None:
        raise OSError(f"{path} is no picture")
    scale = height / min(image.shape[:2])
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
