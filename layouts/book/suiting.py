"""One storyboard for pages of every size: what is too much for an edition's page is told on several.

The storyboard of a comic has four to six panels on a page. A telephone shows three and a strip one at a time, with no
more balloons than the eye takes in at once. Order, words and pictures stay the same in every edition.
"""

import math
import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from configs.recipes.page_settings import PageFormat
from layouts.book.storyboard import Framing, PageBoard, Panel, Storyboard, Words

_GOES_ON = 0.6
"""What it costs to part balloons of one line."""
_MOST = 24
"""No edition shows more panels on a page."""
_OPENS = 0.4
"""What a page gains that opens with a scene."""
_NOTHING_SAID = "…"
"""Stands for words that were signs alone: the balloon stays, somebody reacts."""


def suit_to_format(storyboard: Storyboard, page: PageFormat) -> Storyboard:
    """Return a storyboard with as much on a page, and in a panel, as the edition can hold at ease.

    Args:
        storyboard: The comic, made for pages of any size.
        page: The edition's pages; what they do not limit stays as it is.
    """
    boards = tuple(_boxed(board) for board in storyboard.pages) if page.strip else storyboard.pages
    pages = tuple(part for board in boards for part in _parts(board, page))
    return storyboard.model_copy(update={"pages": pages}) if pages != storyboard.pages else storyboard


def leave_out(storyboard: Storyboard, signs: AbstractSet[str]) -> Storyboard:
    """Return a storyboard whose words are without some signs: those that no font has."""
    if not signs:
        return storyboard
    boards = (
        board.model_copy(update={"panels": tuple(_without_signs(panel, signs) for panel in board.panels)})
        for board in storyboard.pages
    )
    return storyboard.model_copy(update={"pages": tuple(boards)})


def _without_signs(panel: Panel, signs: AbstractSet[str]) -> Panel:
    texts = [_left_of(words.text, signs) for words in panel.words]
    told = (words.model_copy(update={"text": text}) for words, text in zip(panel.words, texts, strict=True))
    return panel.model_copy(update={"words": tuple(told)})


def _left_of(text: str, signs: AbstractSet[str]) -> str:
    """Return what is left of a text; what only joined or coloured the signs is nothing by itself."""
    if signs.isdisjoint(text):
        return text
    rows = (" ".join("".join(char for char in row if char not in signs).split()) for row in text.splitlines())
    left = "\n".join(row for row in rows if row)
    seen = any(unicodedata.category(char) not in ("Cf", "Mn", "Me", "Sk") and not char.isspace() for char in left)
    return left if seen else _NOTHING_SAID


def halve_page(board: PageBoard) -> tuple[PageBoard, PageBoard]:
    """Return a page of at least two panels as two, of like weight."""
    loads = [_load(panel) for panel in board.panels]
    at = min(range(1, len(loads)), key=lambda at: (abs(sum(loads[:at]) - sum(loads[at:])), at))
    return _part(board, 0, at), _part(board, at, len(loads))


def _boxed(board: PageBoard) -> PageBoard:
    """Return a page without what needs a page: insets, bleeds and slanted gutters."""
    panels = tuple(panel.model_copy(update={"frame": Framing.BOX}) for panel in board.panels)
    return board.model_copy(update={"panels": panels, "slant": 0.0})


def _parts(board: PageBoard, page: PageFormat) -> list[PageBoard]:
    panels = tuple(part for panel in board.panels for part in _shared_out(panel, page.panel_balloons))
    board = board.model_copy(update={"panels": panels}) if panels != board.panels else board
    if page.page_panels is None and page.page_words is None:
        return [board]
    most = page.page_panels or _MOST
    words = [sum(len(one.text.split()) for one in panel.words) for panel in panels]
    fitting = [
        [end for end in range(start + 1, min(len(panels), start + most) + 1) if _fits(words[start:end], page)]
        for start in range(len(panels))
    ]
    breaks = _evenest([_load(panel) for panel in panels], [panel.opens_scene for panel in panels], fitting)
    return [_part(board, start, end) for start, end in breaks] if len(breaks) > 1 else [board]


def _fits(words: Sequence[int], page: PageFormat) -> bool:
    return len(words) == 1 or page.page_words is None or sum(words) <= page.page_words


def _load(panel: Panel) -> float:
    """Return the room that a panel asks for, in ordinary ones."""
    return math.sqrt(panel.weight) + sum(len(one.text) for one in panel.words) / 120


def _evenest(loads: Sequence[float], opens: Sequence[bool], fitting: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Cut a run of panels into the fewest pages, of like weight, that like to open with a scene."""
    best: list[tuple[int, float, int]] = [(0, 0.0, 0), *[(len(loads) + 1, 0.0, 0)] * len(loads)]
    for start, ends in enumerate(fitting):
        count, cost, _ = best[start]
        for end in ends:
            gain = _OPENS if opens[start] and start else 0.0
            best[end] = min(best[end], (count + 1, cost + sum(loads[start:end]) ** 2 - gain, start))
    cuts, end = [], len(loads)
    while end > 0:
        cuts.append((best[end][2], end))
        end = best[end][2]
    return cuts[::-1]


def _part(board: PageBoard, start: int, end: int) -> PageBoard:
    update = {"panels": board.panels[start:end], "chapter": "" if start else board.chapter}
    return board.model_copy(update=update)


def _shared_out(panel: Panel, most: int | None) -> list[Panel]:
    """Show a panel of many balloons several times, with like many each; what is one line stays together."""
    if most is None or len(panel.words) <= most:
        return [panel]
    count = -(-len(panel.words) // most)
    bounds = [0]
    for left in range(count, 0, -1):
        bounds.append(_bound(panel.words, bounds[-1], left, most))
    groups = [panel.words[start:end] for start, end in pairwise(bounds)]
    return [
        panel.model_copy(update={"words": words, "opens_scene": panel.opens_scene and number == 0})
        for number, words in enumerate(groups)
    ]


def _bound(words: Sequence[Words], start: int, left: int, most: int) -> int:
    """Return where the first of `left` groups from `start` on ends."""
    if left == 1:
        return len(words)
    rest = len(words) - start
    choice = range(start + max(1, rest - most * (left - 1)), start + min(most, rest - (left - 1)) + 1)

    def cost(end: int) -> float:
        one_line = words[end].line is not None and words[end].line == words[end - 1].line
        return abs(end - start - rest / left) + (_GOES_ON if one_line else 0.0)

    return min(choice, key=cost)
