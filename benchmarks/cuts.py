"""How well shots are found, beside PySceneDetect's Content and Adaptive detectors as they ship.

`python -m benchmarks.cuts [--only FILM ...] [--own] [--keep FOLDER] [--moves N] [--pieces N]`: each marked film as it
is, with bars, beside a still diagram, under a band with a logo, and noisy (`--keep` keeps these copies); with `--own`
without PySceneDetect. What is learned is measured on films it never saw: each group of films is left out in turn
(`benchmarks.transitions.learning`). Then N camera moves over drawings and photos, and N pieces of each kind of
happening (`benchmarks.transitions.distractors`), in which nothing is to be found, and the wipes of N made clips.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
from scenedetect import AdaptiveDetector, ContentDetector, detect

from benchmarks.scoring import Score, score
from benchmarks.transitions.distractors import KINDS
from benchmarks.transitions.left_out import judges_without
from benchmarks.transitions.making import SIZES, Pictures, camera_move, grain, make_clip
from benchmarks.transitions.sources import FILMS, GROUPS, load, truths
from film.decoding.ffmpeg import film_input
from film.decoding.frames import Batch
from film.decoding.probe import probe
from film.model import Movie, Shot, Transition
from film.shots.judging.judge import Judges
from film.shots.shots import Survey, find_shots
from tests.film.programs import run

VARIANTS = {
    "as it is": "",
    "with bars": "pad=iw:iw*3/4:0:(oh-ih)/2",
    "beside a diagram": "pad=iw*2:ih:0:0:white,drawbox=x=iw*0.55:y=ih*0.1:w=iw*0.15:h=ih*0.3:color=blue:t=fill"
    ",drawbox=x=iw*0.75:y=ih*0.05:w=iw*0.2:h=ih*0.5:color=green:t=6"
    ",drawbox=x=iw*0.56:y=ih*0.6:w=iw*0.35:h=ih*0.03:color=black:t=fill",
    "under a band and a logo": "drawbox=x=0:y=ih*0.82:w=iw:h=ih*0.18:color=navy:t=fill"
    ",drawbox=x=iw*0.05:y=ih*0.86:w=iw*0.5:h=ih*0.05:color=white:t=fill"
    ",drawbox=x=iw*0.82:y=ih*0.04:w=iw*0.14:h=ih*0.16:color=red:t=fill",
    "noisy": "noise=alls=30:allf=t",
}

Finder = Callable[[Path], list[int]]


def ours(path: Path, judges: Judges) -> list[int]:
    """Return the first frames of all shots but the first."""
    return [shot.first_frame for shot in find_shots(probe(path), judges=judges).shots[1:]]


def content(path: Path) -> list[int]:
    return [start.frame_num for start, _ in detect(str(path), ContentDetector())[1:]]


def adaptive(path: Path) -> list[int]:
    return [start.frame_num for start, _ in detect(str(path), AdaptiveDetector())[1:]]


STOCK: dict[str, Finder] = {"PySceneDetect Content": content, "PySceneDetect Adaptive": adaptive}
LEARNED_WITHOUT = {name: group for group, names in GROUPS.items() for name in names}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", help="names of films in the test material")
    parser.add_argument("--own", action="store_true", help="leave PySceneDetect out")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the copies")
    parser.add_argument("--moves", type=int, default=60)
    parser.add_argument("--pieces", type=int, default=20)
    args = parser.parse_args()
    if not FILMS.is_dir():
        print("the test material is not here: nothing to measure")
        return
    found = {name: truth for name, truth in truths().items() if not args.only or name in args.only}
    pooled: dict[str, Score] = {}
    print(f"{'':26}{'':24}{'P':>6}{'R':>6}{'F1':>7}   hard    same   dissolve  fade   false alarms")
    for name, truth in found.items():
        judges = judges_without(LEARNED_WITHOUT.get(name, "sintel"))
        finders: dict[str, Finder] = {"filmcomic, film left out": partial(ours, judges=judges)}
        finders |= {} if args.own else STOCK
        with tempfile.TemporaryDirectory(prefix="filmcomic-bench-") as temporary:
            folder = args.keep or Path(temporary)
            for number, (variant, filters) in enumerate(VARIANTS.items()):
                path = _made(FILMS / name, filters, folder / f"{Path(name).stem}_{number}.mkv")
                for finder, find in finders.items():
                    result = score(find(path), truth)
                    pooled[finder] = pooled.get(finder, Score()) + result
                    print(f"{name[:24]:26}{variant:24}{finder:25}{_line(result)}", flush=True)
    for finder, result in pooled.items():
        print(f"{'all together':26}{'':24}{finder:25}{_line(result)}")
    _quiet("camera moves", camera_move, args.moves)
    for kind, make in KINDS.items():
        _quiet(kind, make, args.pieces)
    _wipes(args.pieces)


def _made(film: Path, filters: str, path: Path) -> Path:
    if not filters or path.exists():
        return path if filters else film
    chain = f"scale=480:-2,{filters}"
    run(film_input(film).output(str(path), vf=chain, map="0:v:0", crf=22, preset="ultrafast", fps_mode="passthrough"))
    return path


def _quiet(kind: str, make: Callable[[np.random.Generator, tuple[int, int], int], Pictures], count: int) -> None:
    """Count what each judge takes for a change in pieces of ten seconds in which no shot changes."""
    all_judges = {group: judges_without(group) for group in GROUPS}
    found: dict[str, list[str]] = {group: [] for group in GROUPS}
    with_any: Counter[str] = Counter()
    for seed in range(count):
        rng = np.random.default_rng([seed, 77])
        pictures = make(rng, SIZES[seed % 3], 240)
        if seed % 3 == 1:
            pictures = grain(rng, pictures)
        for group, judges in all_judges.items():
            borders = _borders(pictures, judges)
            found[group].extend(shot.transition.value for shot in borders)
            with_any[group] += bool(borders)
    for group, borders_ in found.items():
        told = ", ".join(f"{number} {kind_}" for kind_, number in sorted(Counter(borders_).items()))
        told = f"{told} found in {with_any[group]} of them" if told else "nothing found"
        print(f"{count} pieces, {kind}, {group} left out: {told}", flush=True)


def _wipes(count: int) -> None:
    """Count the wipes found in clips made of each group's films, by the judges that never saw them."""
    for group, names in GROUPS.items():
        sources, judges = [load(name) for name in names], judges_without(group)
        seen = found = false = 0
        for seed in range(count):
            clip = make_clip(np.random.default_rng([seed, 78]), sources)
            borders = [
                shot.first_frame for shot in _borders(clip.pictures, judges) if shot.transition is Transition.WIPE
            ]
            met = [any(start - 2 <= at <= end + 2 for at in borders) for start, end in clip.wipes]
            seen, found = seen + len(met), found + sum(met)
            false += sum(not any(start - 2 <= at <= end + 2 for start, end in clip.wipes) for at in borders)
        print(
            f"{count} clips of {group}, left out: {found} of {seen} wipes found as wipes, {false} where there is none"
        )


def _borders(pictures: Pictures, judges: Judges) -> list[Shot]:
    size_px = pictures.shape[2], pictures.shape[1]
    survey = Survey(
        Movie(path=Path("piece"), sha256="", duration_s=Fraction(10), rate=Fraction(24), size_px=size_px), judges
    )
    for first in range(0, len(pictures), 16):
        some = pictures[first : first + 16]
        survey.add(Batch([Fraction(first + k, 24) for k in range(len(some))], some))
    return list(survey.shots()[1:])


def _line(one: Score) -> str:
    kinds = [_share(one, kind) for kind in ("hard", "hard_same", "dissolve", "fade")]
    false = ", ".join(f"{kind} {count}" for kind, count in sorted(one.false.items())) or "none"
    return (
        f"{one.precision:6.2f}{one.recall:6.2f}{one.f1:7.3f}   {kinds[0]:8}{kinds[1]:7}{kinds[2]:10}{kinds[3]:7}{false}"
    )


def _share(one: Score, kind: str) -> str:
    return f"{one.hits[kind]}/{one.events[kind]}" if one.events[kind] else "-"


if __name__ == "__main__":
    main()
