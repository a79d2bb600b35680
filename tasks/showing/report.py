"""What the dashboard shows of a run: progress, a table of what was made, the keyframes, the first pages.

All pictures go in as data: addresses, so that the dashboard asks nobody else for them.
"""

import base64
import io
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import cast
from uuid import UUID

from PIL import Image
from prefect import get_run_logger
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.context import FlowRunContext

from configs.disk.files import temporary_folder
from configs.disk.untrusted import visible
from configs.recipes.recipe import clock
from film.model import ShotList
from layouts.book.crops import Excerpt
from layouts.book.page import Book
from layouts.book.storyboard import Storyboard
from layouts.contacts.contact import contact_sheet
from layouts.proof.preview import page_pictures
from tasks.console.progress import Notice, Step, listening, notice
from tasks.making.brought.linting import lint_run
from tasks.making.composing import Published
from tasks.making.painting import Painting
from tasks.making.reading import FRAMES, Keyframes
from tasks.making.redrawing import Redrawn, to_redraw
from tasks.showing.markdown import escape_markdown
from tasks.store.handles import Kept
from tasks.store.order import Order

_EVERY_S = 2.0
"""The server records about twenty things a second: progress is told no more often than this."""

_SHEET_PICTURES = 60
_FIRST_PAGES = 4
_CARD_PX = 700
_MOST_FAULTS = 200


class Reporter:
    """Gathers what a run made and tells the dashboard; silent outside a flow run."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._began_s: dict[str, float] = {}
        self._ended_s: dict[str, float] = {}
        self._counts: dict[str, str] = {}
        self._redrawn: Redrawn | None = None
        self._told_s = time.monotonic()
        self._lock = threading.Lock()
        self._log = get_run_logger()
        bar = create_progress_artifact(
            0.0, key="progress", description=f"Progress of {escape_markdown(order.film.name)}"
        )
        self._bar = cast(UUID, bar)  # Prefect's types leave room for an awaitable, which only async flows get

    def hear(self, event: Step | Notice) -> None:
        """Log a notice; note a stage's times and move the bar, though not too often."""
        if isinstance(event, Notice):
            self._log.warning("%s", visible(event.text))
        else:
            self._step(event)

    def _step(self, step: Step) -> None:
        now = time.monotonic()
        with self._lock:
            self._began_s.setdefault(step.stage, now)
            self._ended_s[step.stage] = now
            if now - self._told_s < _EVERY_S:
                return
            self._told_s = now
        with suppress(Exception):  # a bar that does not move must not stop the run
            update_progress_artifact(self._bar, step.percent)

    def keyframes(self, shots: Kept[ShotList], keyframes: Kept[Keyframes]) -> None:
        """Show a contact sheet of the keyframes."""
        self._counts["shots"] = str(len(shots.load().shots))
        frames = keyframes.load().frames
        self._counts["keyframes"] = str(len(frames))
        if not frames:
            return
        chosen = frames[:: max(1, -(-len(frames) // _SHEET_PICTURES))]
        with temporary_folder() as folder:
            sheet = folder / "sheet.jpg"
            labels = [clock(Fraction(round(frame.at_s))) for frame in chosen]
            contact_sheet([keyframes.root / FRAMES / frame.image for frame in chosen], labels, sheet)
            show_picture("keyframes", f"{len(frames)} keyframes of {self._order.film.name}", sheet)

    def redraws(self, book: Kept[Book], paintings: Mapping[Excerpt, Painting]) -> None:
        """Note how much is drawn anew; to be called before it is."""
        self._redrawn = to_redraw(book.root, book.load(), paintings)

    def comic(self, storyboard: Kept[Storyboard], published: Published) -> None:
        """Show the table of what was made and the first pages."""
        board = storyboard.load()
        self._counts |= _counts(board)
        if board.words_from:
            self._counts["words from"] = escape_markdown(board.words_from)
        if self._redrawn is not None:
            self._counts["of it new"] = str(self._redrawn)
            notice(f"{self._order.out.name}: {self._redrawn}")
        self._counts["megabytes"] = f"{published.comic.stat().st_size / 1e6:.1f}"
        rows = [{"what": what, "made": count} for what, count in self._counts.items()]
        rows += [{"what": f"seconds for {name}", "made": f"{self._seconds(name):.1f}"} for name in self._began_s]
        rows.append({"what": "comic", "made": escape_markdown(str(published.comic))})
        create_table_artifact(
            table=rows, key="made", description=f"What was made of {escape_markdown(self._order.film.name)}"
        )
        with temporary_folder() as folder:
            pages = page_pictures(published.pdf, folder, first=_FIRST_PAGES)
            sheet = folder / "pages.jpg"
            contact_sheet(pages, ["cover", *(f"page {at}" for at in range(1, len(pages)))], sheet)
            show_picture("first-pages", f"The first pages of {self._order.out.name}", sheet)
        update_progress_artifact(self._bar, 100.0)

    def proof(self, storyboard: Kept[Storyboard], book: Kept[Book]) -> None:
        """Show what the lint finds, rule by rule; a book is not kept back for it, nor for a lint that fails."""
        try:
            verdict = lint_run(book.root, book.load(), storyboard.load(), self._order.recipe)
        except Exception as error:
            self._log.warning("the comic was not proof-read: %s: %s", type(error).__name__, error)
            return
        self._counts["lint"] = str(verdict)
        rows: list[dict[str, str]] = [{"rule": rule, "faults": str(many)} for rule, many in verdict.table.items()]
        rows += [{"rule": fault.rule, "faults": escape_markdown(str(fault))} for fault in verdict.faults[:_MOST_FAULTS]]
        create_table_artifact(table=rows, key="lint", description=f"What a letterer would send back: {verdict}")

    def _seconds(self, stage: str) -> float:
        return self._ended_s[stage] - self._began_s[stage]


def _counts(board: Storyboard) -> dict[str, str]:
    panels = [panel for page in board.pages for panel in page.panels]
    said = [words for panel in panels for words in panel.words]
    return {
        "pages": str(len(board.pages)),
        "panels": str(len(panels)),
        "balloons and captions": str(len(said)),
        "words": str(sum(len(words.text.split()) for words in said)),
    }


def show_picture(key: str, words: str, picture: Path) -> None:
    """Show a picture on a page of its own, and on the run's page too, where a card shows its description only.

    Args:
        key: Of the artifact.
        words: What it shows, as plain text.
        picture: A file that Pillow reads.
    """
    words = escape_markdown(words)
    with Image.open(picture) as whole:
        whole.thumbnail((_CARD_PX, _CARD_PX))
        card = io.BytesIO()
        whole.save(card, "JPEG", quality=80)
    create_markdown_artifact(
        key=key,
        markdown=f"{words}\n\n![{words}]({_data_url(picture.read_bytes())})",
        description=f"**{words}** ![{words}]({_data_url(card.getvalue())})",  # a card shows one paragraph only
    )


def _data_url(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"


@contextmanager
def reporting(order: Order) -> Iterator[Reporter]:
    """Yield a reporter that listens to the run's progress while the block runs."""
    assert FlowRunContext.get() is not None, "reporting works inside a flow run only"
    reporter = Reporter(order)
    with listening(reporter.hear):
        yield reporter
