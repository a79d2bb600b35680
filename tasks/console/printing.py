"""What is printed: for people harmless on any terminal, for programs to the byte."""

import os
import sys
from pathlib import Path
from typing import IO

import click

from configs.disk.untrusted import visible
from configs.settings import place_url


def say(told: object, *, err: bool = False) -> None:
    """Print for people: whatever a terminal would obey shows instead, and nothing is too odd to be printed."""
    stream = sys.stderr if err else sys.stdout
    text = visible(str(told)) if err or stream.isatty() else str(told)
    encoding = stream.encoding or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace").decode(encoding), err=err)


def put_path(path: Path, output: IO[str] | None = None) -> None:
    """Print where something was made: on a terminal for people, else to the byte, since programs go on from there.

    Args:
        path: The path; a line end in it shows as a space, since a line is a path. Of what went to a URL, that is shown.
        output: Where to, standard output when left out.
    """
    place = place_url(path) or path
    if output is None and sys.stdout.isatty():
        say(place)
    else:
        click.echo(b" ".join(os.fsencode(place).splitlines()), file=output)
