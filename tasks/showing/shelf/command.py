"""The shelf's command, as the command line takes it up."""

from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=4280, metavar="N", help="Else 4280; 0: any free one.")
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="Else this machine alone; there is no password.")
def shelf(folder: Path, **place: Any) -> None:
    """Show the finished comics of FOLDER to browsers and, by OPDS, to reading apps, until Ctrl-C."""
    from tasks.showing.shelf.serve_shelf import serve_shelf

    serve_shelf(folder, **place)
