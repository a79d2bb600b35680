"""`filmcomic plan FILM`: what a run would do, where, and about how long. It only reads options."""

import json
from pathlib import Path
from typing import Any

import click

from configs.recipes.recipe import load_recipe
from tasks.console.options import MAKE_FLAGS, RUN_FLAGS, lay_flags
from tasks.console.printing import say

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("film", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@lay_flags(MAKE_FLAGS, RUN_FLAGS, any_name=("film",))
def plan(film: Path, as_json: bool, recipe: Path | None, work: Path | None, spread: bool, **flags: Any) -> None:
    """Tell what making a comic of FILM would take: what is known, where the rest is done, about how long."""
    asked = load_recipe(recipe, flags)
    from tasks.batch.folder.plain import plain_names
    from tasks.showing.outlook import foresee, told_plan
    from tasks.store.order import take_order

    with plain_names(film, None, work, ".pdf") as named:
        run, stages = foresee(take_order(named.film, named.out, asked, work, spread=spread))
    if as_json:
        say(json.dumps([each.model_dump(mode="json") for each in stages], indent=1))
        return
    for line in told_plan(run, stages):
        say(line)
