"""The order in which a line of mixed directions is seen: Unicode's bidirectional algorithm for one line of plain text.

The implicit part of UAX #9 (revision for Unicode 16): P2-P3, W1-W7, N1-N2, I1-I2, L1-L2. Marks of explicit embedding do
not occur, since lettering strips invisible characters; brackets in pairs (N0) are taken as other neutrals.

It is our own for want of a library: HarfBuzz shapes each run in its own direction and so needs levels, where
python-bidi, under the LGPL besides, gives back the text turned round, and PyICU has to be built against ICU on most
machines. The tests hold it to python-bidi's order.
"""

import unicodedata
from itertools import groupby

_STRONG = ("L", "R", "AL")
_NEUTRAL = ("B", "S", "WS", "ON")


def base_level(text: str) -> int:
    """Return 1 for a line whose first letter is written from right to left, else 0 (P2, P3)."""
    first = next((kind for char in text if (kind := unicodedata.bidirectional(char)) in _STRONG), "L")
    return int(first != "L")


def levels(text: str) -> list[int]:
    """Return the embedding level of each character: odd ones are written from right to left."""
    base = base_level(text)
    kinds = [unicodedata.bidirectional(char) or "ON" for char in text]
    kinds = ["ON" if kind not in (*_STRONG, "EN", "ES", "ET", "AN", "CS", "NSM", "WS") else kind for kind in kinds]
    outer = "R" if base else "L"
    _weak(kinds, outer)
    _neutral(kinds, outer)
    found = [base + _raised(kind, base) for kind in kinds]
    for at in range(len(text) - 1, -1, -1):  # L1: spaces at the line's end stand where the line ends
        if not text[at].isspace():
            break
        found[at] = base
    return found


def _raised(kind: str, base: int) -> int:
    """Return by how much a resolved type lies above the base level (I1, I2)."""
    if base:
        return 0 if kind == "R" else 1
    return {"L": 0, "R": 1}.get(kind, 2)


def _weak(kinds: list[str], outer: str) -> None:
    """Resolve marks, numbers and what stands in and beside numbers (W1-W7)."""
    before, strong = outer, outer
    for at, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[at] = kind = before
        if kind in _STRONG:
            strong = kind
        elif kind == "EN" and strong == "AL":
            kinds[at] = kind = "AN"
        before = kind
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
    for at in range(1, len(kinds) - 1):
        one, kind, two = kinds[at - 1 : at + 2]
        if one == two and ((kind in ("ES", "CS") and one == "EN") or (kind == "CS" and one == "AN")):
            kinds[at] = one
    begin = 0
    for kind, run in groupby(list(kinds)):
        end = begin + len(list(run))
        beside = (kinds[begin - 1] if begin else "", kinds[end] if end < len(kinds) else "")
        if kind == "ET":
            kinds[begin:end] = ["EN" if "EN" in beside else "ON"] * (end - begin)
        begin = end
    strong = outer
    for at, kind in enumerate(kinds):
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[at] = "L"
        elif kind in ("ES", "ET", "CS"):
            kinds[at] = "ON"


def _neutral(kinds: list[str], outer: str) -> None:
    """Let neutrals take the direction of both neighbours where they agree, else that of the line (N1, N2)."""
    begin = 0
    for neutral, run in groupby(list(kinds), key=lambda kind: kind in _NEUTRAL):
        end = begin + len(list(run))
        if neutral:
            left = _side(kinds[begin - 1]) if begin else outer
            right = _side(kinds[end]) if end < len(kinds) else outer
            kinds[begin:end] = [left if left == right else outer] * (end - begin)
        begin = end


def _side(kind: str) -> str:
    return "L" if kind == "L" else "R"  # numbers count as written from the right


def visual_runs(text: str) -> list[tuple[int, int, int]]:
    """Return runs of one level as they stand from left to right (L2): (begin, end, level) of each."""
    runs: list[tuple[int, int, int]] = []
    begin = 0
    for level, group in groupby(levels(text)):
        end = begin + len(list(group))
        runs.append((begin, end, level))
        begin = end
    highest = max((level for _, _, level in runs), default=0)
    for turned in range(highest, 0, -1):
        at = 0
        while at < len(runs):
            end = at
            while end < len(runs) and runs[end][2] >= turned:
                end += 1
            runs[at:end] = runs[at:end][::-1]
            at = max(end, at + 1)
    return runs
