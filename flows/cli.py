"""The command line: `filmcomic make FILM`. It only reads options; the flows do the work.

Heavy modules are imported inside the commands, so that `--help` answers at once, and what can be refused is refused
before a server is brought up for it.
"""

import sys
from pathlib import Path

from tasks.console.interrupts import leave_on_signals

if __name__ == "__main__" or Path(sys.argv[0]).name == "filmcomic":
    leave_on_signals()  # before the imports below, which take their time

import json
from typing import Any

import click

from configs.errors import FAULTS_FOUND
from configs.recipes.recipe import load_recipe
from tasks.batch.watching.watch_command import watch_command
from tasks.console.command_line import Commands, run_command
from tasks.console.options import (
    BATCH_FLAGS,
    CHOICE_FLAGS,
    MAKE_FLAGS,
    PAINT_FLAGS,
    RECIPE_FLAGS,
    RUN_FLAGS,
    SHOW_FLAGS,
    TRAIN_FLAGS,
)
from tasks.console.options import lay_flags as _flags
from tasks.console.printing import put_path, say
from tasks.showing.plan_command import plan
from tasks.showing.shelf.command import shelf
from tasks.upkeep.commands import clean, doctor

_FILE = click.Path(path_type=Path)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="filmcomic")
def filmcomic() -> None:
    """Make a comic book of a film."""


filmcomic.add_command(clean)
filmcomic.add_command(doctor)
filmcomic.add_command(plan)
filmcomic.add_command(shelf)


@filmcomic.command()
@click.argument("film", type=_FILE)
@click.option("-o", "--out", type=_FILE, metavar="OUT.pdf", help="The comic; else beside the film.")
@_flags(MAKE_FLAGS, RUN_FLAGS, any_name=("film", "out"))
def make(film: Path, out: Path | None, recipe: Path | None, work: Path | None, spread: bool, **flags: Any) -> None:
    """Make a comic of FILM."""
    asked = load_recipe(recipe, flags)
    from film.pictures.faces import fetch_detector
    from tasks.batch.folder.destinations import comic_suffix
    from tasks.batch.folder.plain import plain_names
    from tasks.batch.unchanged import is_unchanged, key_before, remember
    from tasks.serving.running import run_flow
    from tasks.store.order import check_order

    with plain_names(film, out, work, comic_suffix(asked)) as named:
        order = check_order(named.film, named.out, asked, work)
        place = named.final or order.out
        # told without a server, which takes longer to come up than all else; unless a run would see better now
        if is_unchanged(film, place, asked, work) and not fetch_detector(lambda line: say(line, err=True)):
            say(f"{place.name}: unchanged, it is what a run would make", err=True)
        else:
            before = key_before(film, place, asked, work)
            from flows.comic import make_comic

            ways: dict[str, Any] = {"recipe": asked, "work": work, "spread": spread}
            named.place(run_flow(make_comic, film=named.film, out=named.out, **ways))
            remember(film, place, asked, work, before)
        put_path(place)


@filmcomic.command()
@click.argument("film", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_flags(RUN_FLAGS, any_name=("film",))
def shots(film: Path, as_json: bool, work: Path | None) -> None:
    """List the shots of FILM."""
    from tasks.batch.folder.plain import plain_names
    from tasks.console.terminal import showing
    from tasks.making.reading import shots_of

    with showing(), plain_names(film, None, work, ".json") as named:
        found = shots_of(named.film, work)
    keys = ("index", "start_s", "end_s", "first_frame", "transition")
    rows = [{key: value for key, value in shot.model_dump(mode="json").items() if key in keys} for shot in found]
    if as_json:
        say(json.dumps(rows, indent=1))
        return
    for row in rows:
        say("{index:5}  {start_s:12.6f}  {end_s:12.6f}  {first_frame:8}  {transition}".format(**row))


@filmcomic.command()
@click.argument("film", type=_FILE)
@click.option("--language", metavar="LANG", default="", help="What would be taken for this language.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_flags(RUN_FLAGS, any_name=("film",))
def tracks(film: Path, language: str, as_json: bool, work: Path | None) -> None:
    """List the words of FILM: tracks, captions in the picture, files beside it, and what would be taken."""
    from film.decoding.probe import peek
    from film.words.sources.listing import list_sources
    from tasks.batch.folder.plain import plain_names
    from tasks.showing.track_table import track_table

    with plain_names(film, None, work, ".json") as named:
        rows = list_sources(peek(named.film), language)
    if as_json:
        say(json.dumps([row.model_dump(mode="json") for row in rows], indent=1, ensure_ascii=False))
        return
    for line in track_table(rows):
        say(line)
    if not rows:
        say(f"{film.name}: there are no words in it or beside it", err=True)


@filmcomic.command()
@click.argument("film", type=_FILE)
@click.option("-o", "--out", type=_FILE, metavar="S.json", help="The storyboard; else beside the film.")
@_flags(RECIPE_FLAGS, RUN_FLAGS, any_name=("film", "out"))
def storyboard(film: Path, out: Path | None, recipe: Path | None, work: Path | None, **flags: Any) -> None:
    """Do everything up to the storyboard of FILM; draw nothing."""
    asked = load_recipe(recipe, flags)
    from tasks.batch.folder.plain import plain_names
    from tasks.serving.running import run_flow
    from tasks.store.order import check_order

    with plain_names(film, out, work, ".storyboard.json") as named:
        check_order(named.film, named.out, asked, work, suffix=".storyboard.json")
        from flows.comic import make_board

        made = run_flow(make_board, film=named.film, out=named.out, recipe=asked, work=work)
        put_path(named.place(made))


@filmcomic.command()
@click.argument("storyboard", type=_FILE)
@click.option("-o", "--out", type=_FILE, metavar="OUT.pdf", help="The comic; else beside the storyboard.")
@click.option("--film", type=_FILE, metavar="FILM", help="The film, when it has moved.")
@_flags(RECIPE_FLAGS, RUN_FLAGS)
def render(
    storyboard: Path,
    out: Path | None,
    film: Path | None,
    recipe: Path | None,
    work: Path | None,
    **flags: Any,
) -> None:
    """Draw STORYBOARD, perhaps edited by hand."""
    asked = load_recipe(recipe, flags)
    from tasks.making.brought.adopting import open_storyboard
    from tasks.serving.running import run_flow

    open_storyboard(storyboard, asked, film)
    from flows.comic import render_board

    put_path(run_flow(render_board, storyboard=storyboard, out=out, recipe=asked, work=work, film=film))


@filmcomic.command()
@click.argument("film", type=_FILE)
@click.option("-o", "--out", type=_FILE, metavar="OUT.html", help="The page; else beside the film.")
@_flags(CHOICE_FLAGS, RUN_FLAGS, any_name=("film", "out"))
def contact(film: Path, out: Path | None, work: Path | None, **flags: Any) -> None:
    """Show each shot of FILM with the frames chosen and others, their times ready for a storyboard."""
    asked = load_recipe(None, flags)
    from tasks.batch.folder.plain import plain_names
    from tasks.serving.running import run_flow
    from tasks.showing.contact_sheet import check_contact

    with plain_names(film, out, work, ".contact.html") as named:
        check_contact(named.film, named.out, asked, work)
        from flows.choosing import make_contact

        made = run_flow(make_contact, film=named.film, out=named.out, recipe=asked, work=work)
        put_path(named.place(made))


@filmcomic.command()
@click.argument("comic", type=_FILE, metavar="STORYBOARD|PDF")
@click.option("--storyboard", type=_FILE, metavar="S.json", help="What the PDF was made from.")
@click.option("--subtitles", type=_FILE, metavar="FILE", help="The words that must all be told, once and in order.")
@click.option("--edition", "--format", "edition", metavar="NAME", help="When not the storyboard's own.")
@click.option("--font", type=_FILE, metavar="FILE.ttf", help="Letter with this font; shantell-sans: download it.")
@click.option("--recipe", type=_FILE, metavar="FILE.toml", help="A recipe; flags beat its keys.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_flags(RUN_FLAGS)
def lint(
    comic: Path,
    storyboard: Path | None,
    subtitles: Path | None,
    recipe: Path | None,
    as_json: bool,
    work: Path | None,
    **flags: Any,
) -> None:
    """Find what a letterer would send back, in STORYBOARD or PDF; exit code 4 when there is something."""
    asked = load_recipe(recipe, flags)
    from tasks.making.brought.linting import lint_file

    verdict = lint_file(comic, recipe=asked, storyboard=storyboard, subtitles=subtitles, work=work)
    if as_json:
        say(json.dumps([fault.model_dump() for fault in verdict.faults], indent=1, ensure_ascii=False))
    else:
        for fault in verdict.faults:
            say(fault)
    say(f"{comic}: {verdict}", err=True)
    if verdict.faults:
        raise click.exceptions.Exit(FAULTS_FOUND)


@filmcomic.command()
@click.argument("inputs", type=_FILE, nargs=-1, required=True, metavar="FOLDER|FILM|FILMS.csv|'GLOB'...")
@_flags(BATCH_FLAGS, RECIPE_FLAGS, RUN_FLAGS, any_name=("inputs", "out"))
def batch(inputs: tuple[Path, ...], recipe: Path | None, work: Path | None, **flags: Any) -> None:
    """Make a comic of every film in folders and lists; what is there and unchanged is left alone."""
    ways = {name: flags.pop(name) for name in ("recursive", "exclude", "extras", "season", "recap")}
    out, jobs, report, spread = (flags.pop(name) for name in ("out", "jobs", "report", "spread"))
    asked = load_recipe(recipe, flags)
    from tasks.batch.batching import known_at_once, plan_batch, tell_known
    from tasks.batch.folder.plain import plain_folder, plain_inputs, real_path
    from tasks.batch.outcomes import comics_printed
    from tasks.console.terminal import showing
    from tasks.showing.film_table import check_report

    check_report(report, inputs)
    films = plain_inputs(inputs, work)
    folders = [plain_folder(out, work)] if out else films
    goal = folders[0].link if out else None
    ways["more"] = tuple(each.link for each in films[1:])
    ways["firm"] = tuple(key for key, value in flags.items() if value is not None)
    plan = plan_batch(films[0].link, goal, asked, work, **ways)
    for note in plan.notes:
        say(note, err=True)
    with comics_printed(lambda comic: real_path(comic, folders)):
        if known := known_at_once(plan, asked, work):
            with showing():
                tell_known(plan, known, report)
            return
        ways |= {"jobs": jobs, "report": report, "spread": spread}
        _make_comics(folder=films[0].link, out=goal, recipe=asked, work=work, **ways)


def _make_comics(**asked: Any) -> None:
    from flows.batch import make_comics
    from tasks.serving.running import run_flow

    run_flow(make_comics, **asked)


filmcomic.add_command(watch_command(_make_comics))


@filmcomic.command()
def styles() -> None:
    """List the styles: ready or what they need, and their licence."""
    from stylize.styles.registry import describe_styles

    for style in describe_styles():
        state = "ready" if style.ready else f"needs {style.needs}"
        say(f"{style.name}\n    {style.description}\n    {state}; {style.licence}")


@filmcomic.command()
@click.argument("inputs", type=_FILE, nargs=-1, required=True, metavar="IN...")
@click.option("-o", "--out", type=_FILE, required=True, metavar="OUT", help="A file for one input, else a folder.")
@_flags(PAINT_FLAGS, RUN_FLAGS)
@click.option("--steady/--no-steady", default=True, help="Keep a film's paintings from flickering, or not.")
@click.option("--every", type=click.IntRange(1, 12), default=1, metavar="N", help="Paint each Nth frame; hold it.")
def stylize(
    inputs: tuple[Path, ...],
    out: Path,
    recipe: Path | None,
    work: Path | None,
    steady: bool,
    every: int,
    **flags: Any,
) -> None:
    """Paint photos and films IN, or folders of them, in a style; their kind, names and sound stay."""
    asked = load_recipe(recipe, flags)
    from tasks.console.progress import listening
    from tasks.media.asking import check_media
    from tasks.media.results import Saved
    from tasks.serving.running import run_flow

    check_media(inputs, out, asked, work)
    from flows.media import stylize_media

    output = None if sys.stdout.isatty() else sys.stdout  # bars take a terminal's output over, and print it above them
    with listening(lambda event: put_path(event.path, output) if isinstance(event, Saved) else None):
        run_flow(stylize_media, inputs=inputs, out=out, recipe=asked, work=work, steady=steady, every=every)


@filmcomic.command()
@click.argument("films", type=_FILE, nargs=-1, required=True, metavar="FILM...")
@click.option("-o", "--out", type=_FILE, default=Path("styles.jpg"), metavar="OUT.jpg", help="Else styles.jpg here.")
@click.option("--at", "times", multiple=True, metavar="TIMES", help="As in 0:05,0:37; once for each film.")
@click.option("--frames", type=click.IntRange(1, 99), default=6, metavar="N", help="How many are chosen without --at.")
@_flags(SHOW_FLAGS, RUN_FLAGS)
def sheet(
    films: tuple[Path, ...], out: Path, recipe: Path | None, device: str | None, work: Path | None, **given: Any
) -> None:
    """Show the same frames of FILMs in many styles on one picture."""
    asked = load_recipe(recipe, {"device": device})
    from tasks.serving.running import run_flow
    from tasks.styles.sheet import check_sheet

    check_sheet(films, out, given["styles"], given["times"], given["frames"], asked, work)
    from flows.sheet import make_sheet

    put_path(run_flow(make_sheet, films=films, out=out, recipe=asked, work=work, **given))


@filmcomic.command()
@click.argument("picture", type=_FILE)
@click.option("-o", "--out", type=_FILE, default=Path("gallery.html"), metavar="OUT.html", help="Else gallery.html.")
@click.option("--painting", "paintings", multiple=True, type=_FILE, metavar="FILE", help="Paint after it; may repeat.")
@click.option("--at", metavar="TIME", help="Which frame of a film, as in 0:37.")
@_flags(SHOW_FLAGS, RUN_FLAGS)
def gallery(picture: Path, out: Path, recipe: Path | None, device: str | None, work: Path | None, **given: Any) -> None:
    """Show PICTURE, a photo or a frame of a film, in every style on one page of HTML, with what each takes."""
    asked = load_recipe(recipe, {"device": device})
    from tasks.serving.running import run_flow
    from tasks.styles.gallery import check_gallery

    check_gallery(picture, out, given["styles"], given["paintings"], given["at"], asked, work)
    from flows.sheet import make_gallery

    put_path(run_flow(make_gallery, picture=picture, out=out, recipe=asked, work=work, **given))


@filmcomic.command()
@click.option("-o", "--out", type=_FILE, metavar="OUT.pdf", help="The comic; else demo.pdf here.")
@_flags(RECIPE_FLAGS, RUN_FLAGS)
def demo(out: Path | None, recipe: Path | None, work: Path | None, **flags: Any) -> None:
    """Draw a short film with subtitles, and make its comic."""
    asked = load_recipe(recipe, flags)
    from configs.settings import work_root
    from film.encoding.demo.demo import draw_demo
    from flows.comic import make_comic
    from tasks.serving.running import run_flow

    film = draw_demo(work_root(work) / "demo")
    comic = out or Path("demo.pdf")
    put_path(run_flow(make_comic, film=film, out=comic, recipe=asked, work=work))


@filmcomic.command("train-style")
@_flags(TRAIN_FLAGS, RUN_FLAGS)
def train_style(
    films: tuple[Path, ...],
    drawn_films: tuple[Path, ...],
    preset: str | None,
    settings: tuple[str, ...],
    work: Path | None,
    **given: Any,
) -> None:
    """Train a style from folders of pictures, or from films; the same command goes on where it was stopped."""
    from stylize.training.data.plan import make_plan
    from tasks.serving.running import run_flow
    from tasks.styles.training import check_training

    plan = make_plan(preset, settings, **given)
    check_training(plan, films, drawn_films)
    from flows.train import train_style as flow

    outcome = run_flow(flow, plan=plan, films=films, drawn_films=drawn_films, work=work)
    if outcome.weights is not None:
        put_path(outcome.weights)


def main() -> None:
    """Run a command; every error that a person can meet ends in one line and its exit code."""
    leave_on_signals()
    sys.exit(call(sys.argv[1:]))


def call(arguments: list[str]) -> int:
    """Run one command line and return its exit code: 0 to 4; 130, 143 or 129 when a signal stopped it."""
    return run_command(filmcomic, arguments)


if __name__ == "__main__":
    main()
