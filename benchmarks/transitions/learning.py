"""Learning the judges of `film.shots.judging` from made transitions, one group of films left out in turn.

`python -m benchmarks.transitions.learning [--clips N] [--cache FOLDER] [--write [--only JUDGE ...]]`: makes N clips
from each group of films, before them half as many from which the judge of windows is learned alone, after them a
quarter as many in which nothing but the light changes, takes pieces of the films as they are besides, runs the search
over all of them with every proposal noted, learns on all groups but one, and measures on the clips of that one.
`--write` keeps what was learned (`--only` that of some judges): on all films for the program, and with each group left
out for `python -m benchmarks.cuts`, which measures on the films' own borders. `--cache` keeps the small frames of the
films, and what was noted; throw it away when other figures are noted or other clips are made.
"""

import argparse
import json
import multiprocessing
import os
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.transitions.left_out import LEFT_OUT
from benchmarks.transitions.making import Clip, film_clip, lit_clip, make_clip, quiet_clip
from benchmarks.transitions.sources import GROUPS, Source, load
from film.shots.changes.cuts import CutFinder
from film.shots.changes.dissolves import DissolveFinder
from film.shots.changes.wipes import Wipe, WipeFinder
from film.shots.evidence.recent import Recent
from film.shots.judging import abrupt, gradual, judge
from film.shots.judging.gradual import BlendWindow, Judged
from film.shots.judging.judge import Judge, Judges, judges_table

HIDDEN = 24
_EPOCHS = 40
_TOGETHER = 5
"""So many networks are learned, from different beginnings, and asked together."""
_FILM_EVERY = 3
_QUIET_EVERY = 4
"""So many made clips come to a piece of a film as it is, and to a clip in which no shot changes."""
_SHAKEN = 0.08
"""Standard deviations by which figures are shaken while learning, about as they differ between copies of a film."""
_INSIDE = 0.75
"""Share of a window that lies in a dissolve from which on it counts as one; below `_OUTSIDE` it counts as none."""
_OUTSIDE = 0.1
_MET = 0.5
"""Share of a wipe and a front together that both have, from which on the front is that of the wipe."""

_KINDS = 4
"""Cuts, windows, groups, wipes."""

Rows = NDArray[np.float32]


class Lessons(NamedTuple):
    """Figures and whether they are what is to be found."""

    rows: Rows
    right: NDArray[np.bool_]


def lessons_of(clip: Clip, windows: Judge | None = None) -> tuple[list[Lessons], int]:
    """Return what a clip teaches about cuts, windows, groups and wipes, and how many of its cuts were not proposed.

    Args:
        clip: The made film.
        windows: The judge of windows; without it there are no groups to learn from.
    """
    height, width = clip.pictures.shape[1:3]
    recent = Recent((width, height))
    hard: list[tuple[int, Rows]] = []
    gradual: list[tuple[int, int, Rows]] = []
    groups: list[tuple[int, int, Rows]] = []
    wipes: list[tuple[Wipe, Rows]] = []

    def note_cut(frame: int, row: Rows) -> float:
        hard.append((frame, row))
        return float(frame in clip.hard)

    def note_window(window: BlendWindow, row: Rows) -> float:
        gradual.append((window.middle, window.half, row))
        return 0.0 if windows is None else float(windows.probability(row))

    def note_group(group: Sequence[Judged], row: Rows) -> float:
        start = min(one.window.middle - one.window.half for one in group)
        end = max(one.window.middle + one.window.half for one in group)
        groups.append(((start + end) // 2, (end - start) // 2, row))
        return 0.0

    def note_wipe(wipe: Wipe, row: Rows) -> float:
        wipes.append((wipe, row))
        return 0.0

    cuts = CutFinder(recent, clip.rate, lambda _: 1.0, note_cut)
    blends = DissolveFinder(recent, clip.rate, cuts.cuts, lambda _: 1.0, note_window, note_group)
    sweeps = WipeFinder(recent, clip.rate, cuts.cuts, note_wipe)
    for picture in clip.pictures:
        cuts.add(recent.add(picture).half)
        blends.add()
        sweeps.add()
    cuts.finish()
    blends.finish()
    sweeps.finish()
    proposed = {frame for frame, _ in hard}
    missed = sum(not {cut - 1, cut, cut + 1} & proposed for cut in clip.hard)
    kinds = _hard(clip, hard), _gradual(clip, gradual), _groups(clip, groups), _wipes(clip, wipes)
    return [_lessons(kind) for kind in kinds], missed


def _lessons(pairs: Iterable[tuple[Rows, bool]]) -> Lessons:
    found = list(pairs)
    rows = np.stack([row for row, _ in found]) if found else np.zeros((0, 0), np.float32)
    return Lessons(rows, np.asarray([right for _, right in found], np.bool_))


def _hard(clip: Clip, proposals: Sequence[tuple[int, Rows]]) -> Iterable[tuple[Rows, bool]]:
    frames = {frame for frame, _ in proposals}
    for frame, row in proposals:
        if any(first - 1 <= frame <= last + 2 for first, last in (*clip.other, *clip.wipes)):
            continue
        near = [cut for cut in clip.hard if abs(cut - frame) <= 1]
        if near and near[0] != frame and near[0] in frames:
            continue  # beside a cut that was proposed itself
        yield row, bool(near)


def _gradual(clip: Clip, proposals: Sequence[tuple[int, int, Rows]]) -> Iterable[tuple[Rows, bool]]:
    for middle, half, row in proposals:
        first, last = middle - half, middle + half
        if any(first <= cut <= last + 1 for cut in clip.hard):
            continue
        if any(first <= end and last >= start for start, end in (*clip.other, *clip.wipes)):
            continue
        inside = max((min(last, end + 1) - max(first, start - 1) for start, end in clip.dissolves), default=0)
        if inside >= _INSIDE * (last - first):
            yield row, True
        elif inside <= _OUTSIDE * (last - first):
            yield row, False


def _groups(clip: Clip, proposals: Sequence[tuple[int, int, Rows]]) -> Iterable[tuple[Rows, bool]]:
    for middle, half, row in proposals:
        first, last = middle - half, middle + half
        if any(first <= end and last >= start for start, end in (*clip.other, *clip.wipes)):
            continue
        met = [(start, end) for start, end in clip.dissolves if first <= end and last >= start]
        if any(start - 2 <= middle <= end + 2 for start, end in met):
            yield row, True
        elif not met:
            yield row, False


def _wipes(clip: Clip, proposals: Sequence[tuple[Wipe, Rows]]) -> Iterable[tuple[Rows, bool]]:
    for wipe, row in proposals:
        if any(wipe.start <= end and wipe.end >= start for start, end in (*clip.other, *clip.dissolves)):
            continue
        met = max((_shared((wipe.start + 1, wipe.end), (start, end + 1)) for start, end in clip.wipes), default=0)
        if met >= _MET:
            yield row, True
        elif met == 0:
            yield row, False


def _shared(left: tuple[int, int], right: tuple[int, int]) -> float:
    both = min(left[1], right[1]) - max(left[0], right[0])
    return max(0, both) / (max(left[1], right[1]) - min(left[0], right[0]))


def learn(lessons: Lessons) -> Judge:
    """Learn the weights of a judge: the mean of some networks."""
    some = [_learn_one(lessons, seed) for seed in range(_TOGETHER)]
    return Judge(
        some[0].mean,
        some[0].spread,
        np.concatenate([one.hidden for one in some], axis=1),
        np.concatenate([one.hidden_bias for one in some]),
        np.concatenate([one.out for one in some]) / _TOGETHER,
        np.asarray(sum(one.out_bias for one in some) / _TOGETHER),
    )


def _learn_one(lessons: Lessons, seed: int) -> Judge:
    """Learn one network by gradient descent (AdamW) on the cross entropy."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)  # the networks are far too small to be shared out
    mean, spread = lessons.rows.mean(axis=0), lessons.rows.std(axis=0) + 1e-6
    inputs = torch.from_numpy(np.clip((lessons.rows - mean) / spread, -5, 5))
    wanted = torch.from_numpy(lessons.right.astype(np.float32))
    net = torch.nn.Sequential(torch.nn.Linear(inputs.shape[1], HIDDEN), torch.nn.Tanh(), torch.nn.Linear(HIDDEN, 1))
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, _EPOCHS)
    for _ in range(_EPOCHS):
        for batch in torch.randperm(len(inputs)).split(256):
            optimizer.zero_grad()
            shaken = inputs[batch] + _SHAKEN * torch.randn(len(batch), inputs.shape[1])
            loss = torch.nn.functional.binary_cross_entropy_with_logits(net(shaken)[:, 0], wanted[batch])
            loss.backward()
            optimizer.step()
        schedule.step()
    (first, bias), (last, last_bias) = (
        (layer.weight.detach().numpy().T.copy(), layer.bias.detach().numpy().copy()) for layer in (net[0], net[2])
    )
    return Judge(mean, spread, first, bias, last[:, 0], last_bias[0])


class _Task(NamedTuple):
    group: str
    seeds: range
    windows: Judge | None
    cache: Path | None
    lit: bool
    """Nothing but shots in which the light changes slowly."""


@cache
def _sources(group: str, cache: Path | None) -> tuple[Source, ...]:
    return tuple(load(name, cache) for name in GROUPS[group])


def _collect(task: _Task) -> tuple[str, list[Lessons], int, int]:
    """Return what some clips of a group teach, how many cuts they have, and how many of them were not proposed."""
    cv2.setNumThreads(1)
    sources = _sources(task.group, task.cache)
    gathered: list[list[Lessons]] = [[], [], [], []]
    cuts = missed = 0
    for seed in task.seeds:
        rng = np.random.default_rng([seed, list(GROUPS).index(task.group)])
        clips = [lit_clip(rng, sources)] if task.lit else _mixed_clips(rng, sources, seed)
        for clip in clips:
            lessons, lost = lessons_of(clip, task.windows)
            cuts, missed = cuts + len(clip.hard), missed + lost
            for kind, one in zip(gathered, lessons, strict=True):
                kind.extend([one] if len(one.right) else [])
    return task.group, [_pooled(kind) for kind in gathered], cuts, missed


def _mixed_clips(rng: np.random.Generator, sources: Sequence[Source], seed: int) -> list[Clip]:
    clips = [make_clip(rng, sources)]
    if seed % _FILM_EVERY == 0:
        clips.append(film_clip(rng, sources[int(rng.integers(len(sources)))]))
    if seed % _QUIET_EVERY == 0:
        clips.append(quiet_clip(rng))
    return clips


def _pooled(lessons: Sequence[Lessons]) -> Lessons:
    if not lessons:
        return Lessons(np.zeros((0, 0), np.float32), np.zeros(0, np.bool_))
    return Lessons(np.concatenate([one.rows for one in lessons]), np.concatenate([one.right for one in lessons]))


def _lessons_by_group(
    seeds: range, windows: dict[str, Judge] | None, cache: Path | None, lit: bool = False
) -> list[dict[str, Lessons]]:
    """Return for each of the four decisions what each group teaches."""
    kept = cache / f"lessons_{seeds.start}_{seeds.stop}.npz" if cache else None
    if kept is not None and kept.is_file():
        return _read(kept)
    step = 10
    tasks = [
        _Task(group, seeds[at : at + step], windows[group] if windows else None, cache, lit)
        for at in range(0, len(seeds), step)
        for group in GROUPS
    ]
    found: list[dict[str, list[Lessons]]] = [{group: [] for group in GROUPS} for _ in range(_KINDS)]
    cuts = missed = 0
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        for group, lessons, some, lost in pool.imap(_collect, tasks):
            cuts, missed = cuts + some, missed + lost
            for kind, one in zip(found, lessons, strict=True):
                kind[group].extend([one] if len(one.right) else [])
    print(f"{len(seeds) * len(GROUPS)} clips with {cuts} hard cuts, {missed} of them not even proposed")
    pooled = [{group: _pooled(some) for group, some in kind.items()} for kind in found]
    if kept is not None:
        rows = {
            f"{number} {group} {name}": values
            for number, kind in enumerate(pooled)
            for group, lessons_ in kind.items()
            for name, values in lessons_._asdict().items()
        }
        np.savez(kept, allow_pickle=False, **rows)
    return pooled


def _read(path: Path) -> list[dict[str, Lessons]]:
    with np.load(path) as kept:
        return [
            {group: Lessons(*(kept[f"{number} {group} {name}"] for name in Lessons._fields)) for group in GROUPS}
            for number in range(_KINDS)
        ]


def _at_a_glance(lessons: Lessons, every: Sequence[str], cheap: Sequence[str]) -> Lessons:
    """Return what is taught by those of the figures alone that cost little."""
    return Lessons(lessons.rows[:, [every.index(name) for name in cheap]], lessons.right)


def _measured(judge_: Judge, lessons: Lessons) -> str:
    found = judge_.probability(lessons.rows) >= 0.5
    hits = int((found & lessons.right).sum())
    precision, recall = hits / max(int(found.sum()), 1), hits / max(int(lessons.right.sum()), 1)
    return f"P {precision:.3f}  R {recall:.3f}  F1 {2 * precision * recall / max(precision + recall, 1e-9):.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=200, help="of each group of films")
    parser.add_argument("--cache", type=Path, help="a folder that keeps what was decoded and noted")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", nargs="*", choices=Judges._fields, help="write these judges, keep the others")
    args = parser.parse_args()
    few = args.clips // 2
    first = _lessons_by_group(range(few), None, args.cache)
    others = {group: [name for name in GROUPS if name != group] for group in GROUPS}
    # Groups of windows are learned from judgements on films that the judge of windows never saw.
    windows = {group: learn(_pooled([first[1][name] for name in names])) for group, names in others.items()}
    second = _lessons_by_group(range(few, few + args.clips), windows, args.cache)
    third = _lessons_by_group(range(few + args.clips, few + args.clips + few // 2), windows, args.cache, lit=True)
    lessons = [
        {group: _pooled([one[group] for one in some if len(one[group].right)]) for group in GROUPS}
        for some in zip(first, second, third, strict=True)
    ]
    cuts, windows_, groups, wipes = lessons
    glances = [
        {group: _at_a_glance(kind[group], every, cheap) for group in GROUPS}
        for kind, every, cheap in (
            (lessons[0], abrupt.NAMES, abrupt.GLANCE_NAMES),
            (lessons[1], gradual.NAMES, gradual.GLANCE_NAMES),
        )
    ]
    lessons = [glances[0], cuts, glances[1], windows_, groups, wipes]  # as `Judges` has them
    left_out = {}
    for group, names in others.items():
        judges = Judges(*(learn(_pooled([kind[name] for name in names])) for kind in lessons))
        left_out[group] = judges
        for name, kind, one in zip(Judges._fields, lessons, judges, strict=True):
            print(f"{group:10} left out: {name:8} {_measured(one, kind[group])}  ({len(kind[group].right)} proposals)")
    if args.write:
        on_all = Judges(*(learn(_pooled(list(kind.values()))) for kind in lessons))
        _write(judge.LEARNED, _with_kept(judges_table(on_all), _read_json(judge.LEARNED), args.only))
        before = _read_json(LEFT_OUT)
        _write(
            LEFT_OUT, {name: _with_kept(judges_table(one), before[name], args.only) for name, one in left_out.items()}
        )


def _with_kept(new: dict[str, Any], old: dict[str, Any], only: Sequence[str] | None) -> dict[str, Any]:
    return {name: new[name] if not only or name in only else old[name] for name in Judges._fields}


def _read_json(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def _write(path: Path, told: dict[str, Any]) -> None:
    path.write_text(json.dumps(told) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
