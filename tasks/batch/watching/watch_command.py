"""The watch's command, as the command line takes it up. Heavy modules are imported inside it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from configs.recipes.recipe import load_recipe
from tasks.console.options import RECIPE_FLAGS, RUN_FLAGS, lay_flags
from tasks.console.printing import say

_FILE = click.Path(path_type=Path)


def watch_command(make: Callable[..., object]) -> click.Command:
    """Return `filmcomic watch`.

    Args:
        make: Makes the comics of a batch: runs the flow `make-comics` with the parameters that it is given by name.
    """

    @click.command("watch")
    @click.argument("folder", type=_FILE)
    @click.option("-o", "--out", type=_FILE, metavar="DIR", help="Where the comics go; else beside the films.")
    @click.option("--recursive", is_flag=True, help="Watch the folders below too.")
    @click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out such names; may repeat.")
    @click.option("--extras", is_flag=True, help="Take trailers, samples and other extras too.")
    @click.option("--jobs", type=click.IntRange(1, 64), metavar="N", help="Films at a time; else as it can bear.")
    @click.option(
        "--settle",
        type=click.FloatRange(0.1, 3600),
        default=5.0,
        metavar="SECONDS",
        help="How long a film stands still before it is taken; else 5.",
    )
    @click.option("--once", is_flag=True, help="Take what is there, wait for what still grows, then end.")
    @click.option("--poll", is_flag=True, help="Look by the clock, as on shares; never ask the system what comes.")
    @lay_flags(RECIPE_FLAGS, RUN_FLAGS, any_name=("folder", "out"))
    def watch(
        folder: Path,
        out: Path | None,
        settle: float,
        once: bool,
        poll: bool,
        recipe: Path | None,
        work: Path | None,
        recursive: bool,
        exclude: tuple[str, ...],
        extras: bool,
        jobs: int | None,
        **flags: Any,
    ) -> None:
        """Make a comic of every film that comes into FOLDER, as soon as it has come wholly, until Ctrl-C."""
        asked = load_recipe(recipe, flags)
        from tasks.batch.folder.plain import plain_folder
        from tasks.batch.outcomes import comics_printed, conclude
        from tasks.batch.watching.bell import Bell
        from tasks.batch.watching.inbox import Inbox, WatchWish
        from tasks.batch.watching.mounts import mount_of
        from tasks.batch.watching.watcher import watch_on, watch_once

        def tell(line: str) -> None:
            say(line, err=True)

        films, comics = plain_folder(folder, work), plain_folder(out or folder, work)
        wish = WatchWish(
            folder=films.link,
            out=comics.link if out else None,
            recipe=asked,
            work=work,
            recursive=recursive,
            exclude=exclude,
            extras=extras,
            jobs=jobs,
            settle_s=settle,
            firm=tuple(key for key, value in flags.items() if value is not None),
        )
        inbox = Inbox(wish, tell)
        with comics_printed(comics.real):
            if once:
                conclude(watch_once(inbox, make))
                return
            mount = mount_of(films.link)
            share = mount.kind if mount is not None and mount.is_share else ""
            how = f"; it lies on a share ({share}) and is looked through by the clock" if share else ""
            tell(f"{films.given}: films that come are made comics{how}; Ctrl-C ends it")
            watch_on(inbox, make, Bell(films.link, recursive, poll or bool(share), tell), tell)

    return watch
