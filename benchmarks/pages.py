"""What pages cost: composing and lettering against encoding their pictures as JPEG, memory, and the size of the PDF.

    (a) composing the pages, and drawing their words and balloons, against encoding their pictures
    (b) peak memory of drawing 200 pages against 100, beside twice what the PDF grows by
    (c) the PDF against the JPEGs in it

The book is that of a made-up film of two hours, drawn with frames of an open film; one thread of its own process each.
"""

import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import psutil
from PIL import Image

from configs.recipes.page_settings import load_format
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from layouts.book.crops import painted_whole
from layouts.book.page import Book
from layouts.editions.pdf.cutouts import Cuts
from layouts.editions.pdf.pdf import write_pdf
from layouts.lettering.fonts import pick_fonts
from layouts.pages.compose import compose_book
from tests.layouts.films import make_film, told
from tests.material import shared

_PAGES = 200
_SOURCES = 16
_SIZE_PX = (1920, 1080)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = paint(folder)
        composed_s, book = time_composing()
        encoded_s = encode(book, sources)
        drawn = {pages: apart(folder, pages) for pages in (_PAGES // 2, _PAGES)}
    count = len(book.pages)
    panels = sum(len(page.panels) for page in book.pages)
    written_s = drawn[_PAGES]["words_s"]
    made_s, cut_s = (composed_s + written_s) / count, drawn[_PAGES]["cut_s"] / count
    print(f"{count} pages, {panels} panels; a page, in seconds of the processor:")
    print(f"  composing {composed_s / count:.3f}, drawing words and balloons {written_s / count:.3f}")
    print(f"  cutting its pictures and encoding them as JPEG {cut_s:.3f}: ratio {made_s / cut_s:.2f} (at most 1)")
    print(f"  of that the encoder alone {encoded_s / count:.3f}: ratio {made_s / (encoded_s / count):.2f}")
    half, whole = drawn[_PAGES // 2], drawn[_PAGES]
    grown, more = ((whole[key] - half[key]) / 2**20 for key in ("peak", "bytes"))
    print(
        f"peak memory {half['peak'] / 2**20:.0f} MB at {_PAGES // 2} pages, {whole['peak'] / 2**20:.0f} MB at {_PAGES}:"
    )
    print(f"  {grown:.0f} MB more (at most twice the {more:.0f} MB that the PDF has more)")
    print(f"the PDF is {100 * (whole['bytes'] / whole['jpegs'] - 1):.1f} % larger than its JPEGs (at most 5)")


def paint(folder: Path) -> list[Path]:
    """Write the frames that stand for painted pictures."""
    movie = probe(shared("films/tears_of_steel_battle.webm"))
    paths = []
    with FrameReader(movie) as reader:
        for number in range(_SOURCES):
            _, picture = reader.read(movie.duration_s * Fraction(2 * number + 1, 2 * _SOURCES))
            paths.append(folder / f"{number}.png")
            Image.fromarray(picture).resize(_SIZE_PX, Image.Resampling.LANCZOS).save(paths[-1], compress_level=1)
    return paths


def time_composing() -> tuple[float, Book]:
    """Return how long the pages of the book took to compose, in seconds of the processor, and the book."""
    stills, cues = make_film(shots=1500, minutes=120, cues=1800)
    board = told(stills, cues, pages=_PAGES)
    lettering = pick_fonts(words.text for page in board.pages for panel in page.panels for words in panel.words)
    began = time.process_time()
    book, _ = compose_book(board, load_format("us"), lettering)
    return time.process_time() - began, book


def _shown(book: Book) -> Iterator[tuple[Fraction, float, float, float]]:
    for page in book.pages:
        for panel in page.panels:
            yield panel.at_s, panel.rect.width, panel.rect.height, panel.crop.width


def encode(book: Book, sources: list[Path]) -> float:
    """Return what encoding alone takes, of pictures that are decoded, cut and scaled already."""
    page, spent = book.format, 0.0
    frames = []
    for path in sources:
        with Image.open(path) as picture:
            frames.append(picture.convert("RGB"))
    for number, (_, width, height, share) in enumerate(_shown(book)):
        across = min(width / 72 * page.ppi, share * _SIZE_PX[0])
        pixels = (max(1, round(across)), max(1, round(across * height / width)))
        cut = frames[number % len(frames)].resize(pixels, Image.Resampling.LANCZOS)
        began = time.process_time()
        stream = io.BytesIO()
        cut.save(stream, "JPEG", quality=page.jpeg_quality, subsampling=0)
        spent += time.process_time() - began
    return spent


def apart(folder: Path, pages: int) -> dict[str, float]:
    """Draw the first pages in a process of their own; return its peak memory, bytes and seconds."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.pages", str(folder), str(pages)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def draw(folder: Path, pages: int) -> None:
    """Draw so many pages with the pictures of a folder, twice: the second time all pictures are cut already."""
    _, book = time_composing()
    book = book.model_copy(update={"pages": book.pages[:pages], "front": (), "back": ()})  # contents name later pages
    sources = sorted(folder.glob("*.png"))
    times = sorted({at_s for at_s, *_ in _shown(book)} | {book.cover.at_s})
    pictures = {at_s: sources[number % len(sources)] for number, at_s in enumerate(times)}
    target, cuts = folder / f"{pages}.pdf", Cuts(folder / f"cuts{pages}")
    began = time.process_time()
    write_pdf(book, painted_whole(book, pictures), target, cuts)
    first = time.process_time() - began
    began = time.process_time()
    write_pdf(book, painted_whole(book, pictures), target, cuts)
    spent = time.process_time() - began
    page = book.format
    placed = [(panel.at_s, panel.crop, panel.rect) for one in book.pages for panel in one.panels]
    placed.append((book.cover.at_s, book.cover.crop, book.cover.rect))
    jpegs = sum(
        cuts.path(pictures[at_s], crop, rect, ppi=page.ppi, quality=page.jpeg_quality).stat().st_size
        for at_s, crop, rect in placed
    )
    peak = getattr(psutil.Process().memory_info(), "peak_wset", 0) or _peak_bytes()
    print(
        json.dumps(
            {"peak": peak, "bytes": target.stat().st_size, "jpegs": jpegs, "words_s": spent, "cut_s": first - spent}
        )
    )


def _peak_bytes() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__" and len(sys.argv) == 3:
    draw(Path(sys.argv[1]), int(sys.argv[2]))
else:
    main()
