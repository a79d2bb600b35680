"""The documents of the project as a test sees them: fenced blocks, words in code, links, headings."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.material import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
_COMMANDS = ("", "console")
"""What the fences of blocks say that hold commands; of a console those lines that begin with its prompt."""


class Block(NamedTuple):
    """A fenced block."""

    page: Path
    line: int
    kind: str
    """What stands behind its fence: `toml`, `json panel`."""
    text: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


class Command(NamedTuple):
    """A line that a reader may give to a shell."""

    place: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.place} {' '.join(self.words)}"


@cache
def _tokens(page: Path) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))


def _inline(page: Path) -> Iterator[Token]:
    for token in _tokens(page):
        yield from token.children or ()


def blocks(*kinds: str) -> list[Block]:
    """Return the fenced blocks of some kinds; of every kind where none is named."""
    found = [
        Block(page, (token.map or [0])[0] + 1, token.info.strip(), token.content)
        for page in PAGES
        for token in _tokens(page)
        if token.type == "fence"
    ]
    return [block for block in found if not kinds or block.kind in kinds]


def commands() -> list[Command]:
    """Return every command in a fenced block, without its comment; lines that go on are joined."""
    found = []
    for block in blocks(*_COMMANDS):
        lines = block.text.replace("\\\n", " ").splitlines()
        if block.kind == "console":
            lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        found += [Command(str(block), tuple(words)) for line in lines if (words := shlex.split(line, comments=True))]
    return found


def in_code(page: Path) -> list[str]:
    """Return all words of a page that are written as code, outside blocks."""
    return [token.content for token in _inline(page) if token.type == "code_inline"]


def links(page: Path) -> list[str]:
    """Return where a page's links and pictures lead."""
    led = [token.attrGet("href") or token.attrGet("src") for token in _inline(page)]
    return [str(one) for one in led if one]


def anchors(page: Path) -> set[str]:
    """Return the names by which GitHub knows the headings of a page."""
    tokens = _tokens(page)
    titles = [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def rows(page: Path, heading: str) -> list[list[str]]:
    """Return the rows of the first table under a heading, cell by cell as they are written, without the head."""
    part = page.read_text(encoding="utf-8").partition(f"\n{heading}\n")[2]
    written = re.search(r"(?:^\|.*\n)+", part, re.MULTILINE)
    assert written, f"{page.name} has no table under {heading}"
    return [[cell.strip() for cell in line.strip("|\n").split(" | ")] for line in written[0].splitlines()[2:]]
