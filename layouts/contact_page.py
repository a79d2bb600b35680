"""The contact sheet as a page to choose from: one HTML file with all its pictures, that needs no network.

Each shot has a row: the frames that were chosen, framed, and others that it could have been shown by. A click on a
picture copies its time as a storyboard has it.
"""

import base64
import html
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from configs.files import beside
from configs.units import Frozen, Seconds
from layouts.contact import thumbnail

_TILE_PX = (224, 168)
_QUALITY = 72

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
body{{margin:1.5em;background:#faf9f6;color:#222;font:15px/1.4 system-ui,sans-serif}}
h1{{font-size:1.3em}}
section{{display:flex;flex-wrap:wrap;gap:10px;align-items:flex-start;padding:10px 0;border-top:1px solid #ddd;
content-visibility:auto;contain-intrinsic-size:auto 190px}}
h2{{width:8.5em;margin:0;font-size:1em}}h2 small{{display:block;font-weight:normal;color:#666}}
button{{border:3px solid transparent;padding:0;background:none;font:inherit;color:inherit;cursor:copy;text-align:left}}
button.chosen{{border-color:#d9720a}}button:focus-visible{{outline:3px solid #0a66d9}}
img{{display:block;max-width:224px}}code{{user-select:all}}button.copied code::after{{content:" copied"}}
</style></head><body><h1>{title}</h1><p>{note}</p>
"""
_FOOT = """<script>
document.addEventListener("click",event=>{const tile=event.target.closest("button");if(!tile)return;
const time=tile.querySelector("code").textContent;if(navigator.clipboard)navigator.clipboard.writeText(time).then(()=>{
tile.classList.add("copied");setTimeout(()=>tile.classList.remove("copied"),900)})});
</script></body></html>
"""
_NOTE = (
    "The framed pictures are in the storyboard, or were offered to it. A click copies a picture's time; put it into "
    "<code>at_s</code> of a panel and run <code>filmcomic render</code>."
)


class Tile(Frozen):
    """One picture to choose."""

    at_s: Seconds
    image: Path
    chosen: bool


class Row(Frozen):
    """A shot and its pictures, in order of time."""

    shot: int
    start_s: Seconds
    end_s: Seconds
    tiles: tuple[Tile, ...]


def contact_page(title: str, rows: Sequence[Row], target: Path) -> Path:
    """Write the page, one picture in memory at a time.

    Args:
        title: Of the film.
        rows: The shots in order of time.
        target: The HTML file, all or nothing.

    Raises:
        OutputError: The target cannot be written.
    """
    with beside(target) as draft, draft.open("w", encoding="utf-8") as page:
        page.write(_HEAD.format(title=html.escape(title), note=_NOTE))
        for row in rows:
            page.writelines(_row(row))
        page.write(_FOOT)
    return target


def time_text(at_s: Seconds) -> str:
    """Write a time as a storyboard has it: `83.5`."""
    return f"{round(float(at_s), 6):.6f}".rstrip("0").rstrip(".")


def _row(row: Row) -> Iterator[str]:
    span = f"{float(row.start_s):.2f} to {float(row.end_s):.2f} s"
    yield f'<section id="shot-{row.shot}"><h2>Shot {row.shot}<small>{span}</small></h2>\n'
    for tile in row.tiles:
        kind, said = (' class="chosen"', "chosen") if tile.chosen else ("", "other")
        time = time_text(tile.at_s)
        yield f'<button{kind} title="{said}: copy {time}"><img src="{_data(tile.image)}" alt="Frame at {time} s">'
        yield f"<code>{time}</code></button>\n"
    yield "</section>\n"


def _data(image: Path) -> str:
    stream = io.BytesIO()
    thumbnail(image, _TILE_PX).save(stream, "JPEG", quality=_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(stream.getvalue()).decode()}"
