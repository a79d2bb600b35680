"""How well shots are found, beside PySceneDetect's Content and Adaptive detectors as they ship.

`python -m benchmarks.cuts [FOLDER]`: FOLDER holds films and a `cuts.json` (default: the test material).
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from scenedetect import AdaptiveDetector, ContentDetector, detect

from benchmarks.scoring import Score, score
from film.decoding.probe import probe
from film.shots.shots import find_shots
from tests.material import SHARED

FOLDER = SHARED / "films"

Finder = Callable[[Path], list[int]]


def ours(path: Path) -> list[int]:
    """Return the first frames of all shots but the first."""
    return [shot.first_frame for shot in find_shots(probe(path)).shots[1:]]


def content(path: Path) -> list[int]:
    return [start.frame_num for start, _ in detect(str(path), ContentDetector())[1:]]


def adaptive(path: Path) -> list[int]:
    return [start.frame_num for start, _ in detect(str(path), AdaptiveDetector())[1:]]


FINDERS: dict[str, Finder] = {"filmcomic": ours, "PySceneDetect Content": content, "PySceneDetect Adaptive": adaptive}


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 and Path(sys.argv[1]).is_dir() else FOLDER
    if not (folder / "cuts.json").is_file():
        print(f"no cuts.json in {folder}: nothing to measure")
        return
    truths = json.loads((folder / "cuts.json").read_text())
    rows = {
        name: {film: score(find(folder / film), truth) for film, truth in truths.items()}
        for name, find in FINDERS.items()
    }
    films = [*truths, "real films together"]
    for film in films:
        print(f"\n{film}")
        print(f"  {'':24}{'P':>6}{'R':>6}{'F1':>7}   hard   same   dissolve  fade   false alarms")
        for name, scores in rows.items():
            print(f"  {name:24}{_line(_pooled(scores) if film == films[-1] else scores[film])}")


def _pooled(scores: dict[str, Score]) -> Score:
    return sum((one for film, one in scores.items() if not film.startswith("composed")), Score())


def _line(one: Score) -> str:
    kinds = [_share(one, kind) for kind in ("hard", "hard_same", "dissolve", "fade")]
    false = ", ".join(f"{kind} {count}" for kind, count in sorted(one.false.items())) or "none"
    return (
        f"{one.precision:6.2f}{one.recall:6.2f}{one.f1:7.3f}   {kinds[0]:7}{kinds[1]:7}{kinds[2]:10}{kinds[3]:7}{false}"
    )


def _share(one: Score, kind: str) -> str:
    return f"{one.hits[kind]}/{one.events[kind]}" if one.events[kind] else "-"


if __name__ == "__main__":
    main()
