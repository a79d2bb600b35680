"""Templates of HTML and EPUB: one engine for all of them, which escapes whatever is put in."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from configs.disk.untrusted import harmless


def fill_template(name: str, /, **values: Any) -> str:
    """Return a template of this folder with its places filled; a place that is not filled is an error."""
    return _engine().get_template(name).render(values)


def stream_template(name: str, /, **values: Any) -> Iterator[str]:
    """Yield a filled template piece by piece: what comes from iterators is asked for when it is its turn."""
    yield from _engine().get_template(name).generate(values)


@cache
def _engine() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        finalize=_without_harm,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )


def _without_harm(value: Any) -> Any:
    """Let nothing through that XML has no sign for, wherever it came in."""
    if isinstance(value, Markup):
        return Markup(harmless(value))  # escaped already, or JSON
    return harmless(value) if isinstance(value, str) else value
