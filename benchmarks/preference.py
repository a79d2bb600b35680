"""Which of two or three styles do people like better: blind pairs on sheets, and the count of the answers.

`python -m benchmarks.preference --styles ink-line ink-noir --out pairs FRAME...` paints every frame in every style and
writes sheets of pairs marked A and B, in an order and on sides that the seed decides, with no style's name on them,
and `key.json`, which says what was where. With `--above` the frame itself stands small above its pair. Paintings are
finished as in a comic: so much of faces and of brightness is kept as is usual for their style. A person writes a line
for each pair into a text file, `7 A`, `7 B`, or `7 =` where neither is better, and
`python -m benchmarks.preference --tally pairs/key.json answers.txt` counts.
"""

import argparse
import json
import math
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from configs.units import Frozen
from film.pictures.faces import make_finder
from layouts.contacts.contact import label_font
from stylize.styles.dials import AS_PAINTED
from stylize.styles.paint import PaintRequest, paint_files
from stylize.styles.registry import make_stylizer, style_dials
from stylize.styles.stylizer import Batch, Stylizer

WIDTH_PX = 960
_GAP_PX, _LABEL_PX = 20, 34
_PAPER, _INK = (236, 236, 232), (20, 20, 20)
_TIE = "="
UNTOUCHED = "untouched"


class Pair(Frozen):
    """One question: the same frame in two styles."""

    number: int
    frame: str
    a: str
    b: str
    """The styles that stand under A and B."""


class Key(Frozen):
    """What was shown where."""

    seed: int
    pairs: tuple[Pair, ...]


def main(given: Sequence[str] = ()) -> None:
    asked = _arguments(given)
    if asked.tally:
        key, answers = (path.read_text(encoding="utf-8") for path in asked.tally)
        print(report(Key.model_validate_json(key), read_answers(answers)))
        return
    if not 2 <= len(asked.styles) <= 3 or not asked.frames:
        sys.exit("two or three --styles and some frames are needed; see --help")
    key = draw_pairs(asked.frames, asked.styles, asked.seed)
    for sheet in write_sheets(key, asked.frames, asked.out, asked.on_a_sheet, asked.width, above=asked.above):
        print(sheet)


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.preference")
    parser.add_argument("frames", nargs="*", type=Path, metavar="FRAME", help="pictures")
    parser.add_argument(
        "--styles", nargs="+", default=[], metavar="NAME", help="two or three; untouched is the frame itself"
    )
    parser.add_argument("--out", type=Path, default=Path("pairs"), metavar="DIR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--on-a-sheet", type=int, default=4, metavar="N", help="pairs on one sheet")
    parser.add_argument("--width", type=int, default=WIDTH_PX, metavar="PX", help="of each painting")
    parser.add_argument("--above", action="store_true", help="show the frame itself above its pair, small")
    parser.add_argument("--tally", nargs=2, type=Path, metavar=("KEY", "ANSWERS"), help="count the answers")
    return parser.parse_args(given)


def draw_pairs(frames: Sequence[Path], styles: Sequence[str], seed: int) -> Key:
    """Put every two styles against each other on every frame, in random order.

    Each style of two stands under A as often as under B, give or take one: people favour a side.
    """
    dice = random.Random(seed)
    asked = []
    for left, right in combinations(styles, 2):
        turned = [at % 2 == 1 for at in range(len(frames))]
        dice.shuffle(turned)
        for frame, turn in zip(frames, turned, strict=True):
            asked.append((str(frame), right, left) if turn else (str(frame), left, right))
    dice.shuffle(asked)
    pairs = [Pair(number=at, frame=frame, a=a, b=b) for at, (frame, a, b) in enumerate(asked, start=1)]
    return Key(seed=seed, pairs=tuple(pairs))


def write_sheets(
    key: Key, frames: Sequence[Path], out: Path, on_a_sheet: int, width_px: int = WIDTH_PX, *, above: bool = False
) -> list[Path]:
    """Paint the frames, write the sheets of pairs and `key.json` into a folder, and return all their paths.

    Args:
        key: The questions.
        frames: The pictures that they are about.
        out: The folder; it is made.
        on_a_sheet: How many pairs a sheet shows.
        width_px: Every painting is so wide.
        above: Whether the frame itself stands small above its pair.
    """
    out.mkdir(parents=True, exist_ok=True)
    styles = sorted({style for pair in key.pairs for style in (pair.a, pair.b)} | ({UNTOUCHED} if above else set()))
    sheets = []
    with tempfile.TemporaryDirectory() as folder:
        painted = {style: _paint(style, frames, Path(folder, str(at)), width_px) for at, style in enumerate(styles)}
        for first in range(0, len(key.pairs), on_a_sheet):
            sheet = draw_sheet(key.pairs[first : first + on_a_sheet], painted, above=above)
            sheets.append(out / f"pairs-{first // on_a_sheet + 1:02}.png")
            sheet.save(sheets[-1])
    (out / "key.json").write_text(json.dumps(key.model_dump(), indent=1), encoding="utf-8")
    return [*sheets, out / "key.json"]


class _Untouched(Stylizer):
    """The frame as it is, scaled like a painting: what every style must be better than."""

    name = UNTOUCHED

    def paint(self, batch: Batch) -> Batch:
        return batch.copy()


def _paint(style: str, frames: Sequence[Path], folder: Path, width_px: int) -> dict[str, Path]:
    stylizer, dials = (_Untouched(), AS_PAINTED) if style == UNTOUCHED else (make_stylizer(style), style_dials(style))
    jobs = {
        str(frame): _job(frame, folder / f"{at}.png", width_px, faces=dials.faces > 0)
        for at, frame in enumerate(frames)
    }
    paint_files(stylizer, list(jobs.values()), dials=dials)
    return {frame: job.target for frame, job in jobs.items()}


def _job(frame: Path, target: Path, width_px: int, *, faces: bool) -> PaintRequest:
    with Image.open(frame) as picture:
        height_px = max(1, round(picture.height * width_px / picture.width))
        heads = make_finder().find(np.array(picture.convert("RGB"))) if faces else ()
    return PaintRequest(source=frame, target=target, size_px=(width_px, height_px), faces=heads)


def draw_sheet(pairs: Sequence[Pair], painted: Mapping[str, Mapping[str, Path]], *, above: bool = False) -> Image.Image:
    """Draw pairs below each other, A at the left and B at the right, with their numbers and nothing else.

    Args:
        pairs: What is shown.
        painted: The painting of each style and frame, all of the same width.
        above: Whether the frame as it is, of half that width, stands above the pair.
    """
    rows = [[Image.open(painted[style][pair.frame]).convert("RGB") for style in (pair.a, pair.b)] for pair in pairs]
    width_px = rows[0][0].width
    frames = [_halved(painted[UNTOUCHED][pair.frame]) if above else None for pair in pairs]
    heights_px = [row[0].height + (frame.height if frame else 0) for row, frame in zip(rows, frames, strict=True)]
    height_px = sum(height_px + _LABEL_PX + _GAP_PX for height_px in heights_px)
    sheet = Image.new("RGB", (2 * width_px + 3 * _GAP_PX, height_px + _GAP_PX), _PAPER)
    pen, font, top = ImageDraw.Draw(sheet), label_font(_LABEL_PX - 10), _GAP_PX
    for pair, row, frame in zip(pairs, rows, frames, strict=True):
        if frame:
            sheet.paste(frame, ((sheet.width - frame.width) // 2, top))
            top += frame.height
        for side, picture in enumerate(row):
            left = _GAP_PX + side * (width_px + _GAP_PX)
            pen.text((left, top), f"{pair.number} {'AB'[side]}", fill=_INK, font=font)
            sheet.paste(picture, (left, top + _LABEL_PX))
        top += row[0].height + _LABEL_PX + _GAP_PX
    return sheet


def _halved(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB").resize((picture.width // 2, max(1, picture.height // 2)))


def read_answers(text: str) -> dict[int, str]:
    """Read lines such as `7 A`, `8 b` and `9 =`; empty lines and what follows `#` are left out.

    Raises:
        ValueError: A line is none of these, or a pair is answered twice.
    """
    answers: dict[int, str] = {}
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) != 2 or not words[0].isdecimal() or words[1].upper() not in ("A", "B", _TIE):
            raise ValueError(f"{line.strip()!r} is no answer; write the pair's number and A, B or =")
        if int(words[0]) in answers:
            raise ValueError(f"pair {words[0]} is answered twice")
        answers[int(words[0])] = words[1].upper()
    return answers


def tally(key: Key, answers: Mapping[int, str]) -> dict[tuple[str, str], Counter[str]]:
    """Count, for every two styles in the order of their names, how often each won; ties stand under `=`.

    Raises:
        ValueError: There is an answer to a pair that was not asked.
    """
    unknown = set(answers) - {pair.number for pair in key.pairs}
    if unknown:
        raise ValueError(f"there is no pair {min(unknown)}")
    counts: dict[tuple[str, str], Counter[str]] = {}
    for pair in key.pairs:
        first, second = sorted((pair.a, pair.b))
        count = counts.setdefault((first, second), Counter({first: 0, second: 0, _TIE: 0}))
        if pair.number in answers:
            count[{"A": pair.a, "B": pair.b, _TIE: _TIE}[answers[pair.number]]] += 1
    return counts


def by_chance(wins: int, losses: int) -> float:
    """Return the two-sided sign test: how probable so uneven a count is where nobody prefers anything."""
    played = wins + losses
    tail = sum(math.comb(played, at) for at in range(max(wins, losses), played + 1))
    return min(1.0, 2 * tail / 2**played)


def report(key: Key, answers: Mapping[int, str]) -> str:
    """Return a line for every two styles."""
    lines = []
    for (first, second), count in sorted(tally(key, answers).items()):
        chance = by_chance(count[first], count[second])
        lines.append(f"{first} {count[first]} : {count[second]} {second}, {count[_TIE]} ties (by chance: {chance:.3f})")
    return "\n".join([*lines, f"{len(answers)} of {len(key.pairs)} pairs answered"])


if __name__ == "__main__":
    main(sys.argv[1:])
