"""The commands of whoever looks after a machine: `filmcomic doctor` and `filmcomic clean`. They only read options.

Heavy modules are imported inside the commands, as in `flows/cli.py`.
"""

import json
from pathlib import Path

import click

from configs.errors import FAULTS_FOUND
from configs.settings import work_root
from tasks.console.options import RUN_FLAGS, lay_flags
from tasks.console.printing import say


@click.command()
@click.option("--gpu", is_flag=True, help="Also try whether PyTorch reaches the GPU, which takes some seconds.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@lay_flags(RUN_FLAGS)
def doctor(gpu: bool, as_json: bool, work: Path | None) -> None:
    """Check this machine and say how to mend what is wrong; exit code 4 when something must be mended."""
    from tasks.upkeep.doctor import is_well, make_round, told

    results = []
    for result in make_round(work, try_gpu=gpu):
        results.append(result)
        for line in () if as_json else told(result):
            say(line)
    if as_json:
        say(json.dumps([result.model_dump(mode="json") for result in results], indent=1, ensure_ascii=False))
    if not is_well(results):
        raise click.exceptions.Exit(FAULTS_FOUND)


@click.command()
@click.option("--yes", is_flag=True, help="Remove it; else it is only shown what would go.")
@click.option("--older", metavar="AGE", help="Only what has not been used for so long, as in 30d, 12h or 2w.")
@click.option("--film", "films", multiple=True, metavar="FILM", help="Only this film's; may repeat.")
@click.option("--all", "everything", is_flag=True, help="Also what finished comics need; never what a run uses.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@lay_flags(RUN_FLAGS, any_name=("films",))
def clean(
    yes: bool, older: str | None, films: tuple[str, ...], everything: bool, as_json: bool, work: Path | None
) -> None:
    """Show what the work folder holds; remove what no finished or running comic needs."""
    from tasks.upkeep.clearing import CleaningWish, plan_cleaning, read_age, remove
    from tasks.upkeep.holdings import hold
    from tasks.upkeep.inventory import told_end, told_holdings, told_json

    folder = work_root(work)
    wish = CleaningWish(older_s=read_age(older) if older else 0.0, films=films, everything=everything)
    plans = plan_cleaning(hold(folder), wish)
    for line in () if as_json else told_holdings(folder, plans):
        say(line)
    freed, failed = remove(folder, plans) if yes else (0, [])
    for line in failed:
        say(line, err=True)
    if as_json:
        say(json.dumps(told_json(folder, plans, freed), indent=1, ensure_ascii=False))
    else:
        say(told_end(plans, freed if yes else None))
