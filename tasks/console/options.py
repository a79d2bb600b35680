"""The options that several commands take, and how they are laid on them."""

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from configs.errors import InputError
from tasks.batch.folder.names import is_plain, show_name

_FILE = click.Path(path_type=Path)

_STYLE = click.option("--style", metavar="NAME", help="How pictures are drawn; see filmcomic styles.")
_STRENGTH = click.option("--strength", type=float, metavar="0..1", help="Strength of the style; 1 is all of it.")
_FACES = click.option("--faces", type=float, metavar="0..1", help="How much faces are kept as they are.")
_BRIGHTNESS = click.option(
    "--brightness/--no-brightness", default=None, help="Keep the film's brightness and blacks, or not."
)
_RECIPE = click.option("--recipe", type=_FILE, metavar="FILE.toml", help="A recipe; flags beat its keys.")
_START = click.option("--start", metavar="TIME", help="Begin here, as in 00:01:00.")
_END = click.option("--end", metavar="TIME", help="Stop here, as in 00:09:30.")
_DEVICE = click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), help="Where neural styles are computed.")

_WORDS = [
    click.option("--subtitles", metavar="FILE|none", help="Take the words from this file; none: no words."),
    click.option("--language", metavar="LANG", help="Language of the words, as in vi or vie."),
    click.option("--track", metavar="N", help="Take them from this track of the film; see filmcomic tracks."),
    click.option("--descriptions", metavar="captions|none", help="Tell what descriptions for the blind say, or not."),
]

RECIPE_FLAGS: list[Callable[..., Any]] = [
    *_WORDS,
    _STYLE,
    _STRENGTH,
    _FACES,
    _BRIGHTNESS,
    click.option("--edition", "--format", "edition", metavar="NAME", help="us, a4, manga, phone or webtoon."),
    _RECIPE,
    _START,
    _END,
    click.option("--pages", type=int, metavar="N", help="The most story pages; a cover does not count."),
    click.option("--title", metavar="TEXT", help="Title on the cover."),
    click.option("--credit", metavar="TEXT", help="To whom the film belongs, for the small print."),
    click.option("--font", type=_FILE, metavar="FILE.ttf", help="Letter with this font; shantell-sans: download it."),
    click.option("--case", type=click.Choice(["capitals", "mixed"]), help="Letter in capitals, or as it is written."),
    _DEVICE,
]
BATCH_FLAGS: list[Callable[..., Any]] = [
    click.option("-o", "--out", type=_FILE, metavar="DIR", help="Where the comics go; else beside the films."),
    click.option("--recursive", is_flag=True, help="Look in the folders below too."),
    click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out films and folders so named; may repeat."),
    click.option("--extras", is_flag=True, help="Take trailers, samples and other extras too."),
    click.option(
        "--jobs", type=click.IntRange(1, 64), metavar="N", help="Films at a time; else what the machine bears."
    ),
    click.option("--season", is_flag=True, help="The films of a folder are the episodes of one series."),
    click.option("--recap", is_flag=True, help="With --season: begin each episode with a page of the one before."),
    click.option("--spread", is_flag=True, help="Let other workers of the fleet make films too."),
    click.option("--report", type=_FILE, metavar="OUT.csv|.json", help="Keep the state of each film in this file."),
]
"""Which films, and how many at a time."""
MAKE_FLAGS: list[Callable[..., Any]] = [
    *RECIPE_FLAGS,
    click.option("--spread", is_flag=True, help="Let other workers of the fleet do parts of a long film."),
]
"""How a comic is made, and by whom."""
RUN_FLAGS: list[Callable[..., Any]] = [
    click.option("--work", type=_FILE, metavar="DIR", help="The work folder or its URL; else FILMCOMIC_WORK."),
    click.option("--debug", is_flag=True, expose_value=False, help="Show the trace of an error and the log."),
]
PAINT_FLAGS: list[Callable[..., Any]] = [_STYLE, _STRENGTH, _FACES, _BRIGHTNESS, _DEVICE, _RECIPE, _START, _END]
"""How pictures are painted, and which of a film's."""
CHOICE_FLAGS: list[Callable[..., Any]] = [*_WORDS, _START, _END]
"""Which words and which part of a film there are to choose from."""
SHOW_FLAGS: list[Callable[..., Any]] = [
    click.option("--style", "styles", multiple=True, metavar="NAME", help="One, or several as in 'ink-*'; else all."),
    click.option("--credit", "credits", multiple=True, metavar="TEXT", help="A line at the foot."),
    click.option("--recipe", type=_FILE, metavar="FILE.toml", help="Settings of the styles."),
    _DEVICE,
]
"""In which styles pictures are shown side by side."""

TRAIN_FLAGS: list[Callable[..., Any]] = [
    click.option("--photos", multiple=True, type=_FILE, metavar="DIR", help="Photos or film frames; may repeat."),
    click.option("--drawings", multiple=True, type=_FILE, metavar="DIR", help="Drawings; may repeat."),
    click.option("--film", "films", multiple=True, type=_FILE, help="Take its keyframes as photos; may repeat."),
    click.option("--drawn-film", "drawn_films", multiple=True, type=_FILE, help="Take them as drawings; may repeat."),
    click.option("--painting", type=_FILE, metavar="PICTURE", help="Learn the style of this one picture."),
    click.option("-o", "--out", type=_FILE, metavar="DIR", required=True, help="Where weights and all else go."),
    click.option("--name", default="", help="Name of the style; else that of the folder."),
    click.option("--preset", help="Values to train by: hayao, paprika, atelier-colour ..."),
    click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A setting that differs; may repeat."),
    click.option("--start-from", type=_FILE, metavar="FILE", help="Weights of the same network to begin with."),
    click.option("--minutes", type=float, help="Stop after this time, with weights."),
    click.option("--ema", type=float, default=0.0, help="Keep a running mean of the weights, as 0.999."),
    click.option("--licence", default="", help="Licence of the weights; it goes with them."),
    click.option("--device", default="auto", metavar="auto|cpu|cuda", help="Where it is computed."),
]
"""What `train-style` is told: material, results, values to train by."""


def lay_flags(*groups: list[Callable[..., Any]], any_name: tuple[str, ...] = ()) -> Callable[..., Any]:
    """Lay groups of options on a command, in the order in which they are listed.

    Args:
        groups: The options.
        any_name: Parameters that may be file names of any bytes; all others must be text.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def checked(**given: Any) -> Any:
            _refuse_bytes({name: value for name, value in given.items() if name not in any_name})
            return command(**given)

        for option in reversed([option for group in groups for option in group]):
            checked = option(checked)
        return checked

    return decorate


def _refuse_bytes(given: Mapping[str, Any]) -> None:
    """Refuse what is no text: it cannot be put on record.

    Raises:
        InputError: Names the first such word.
    """
    for value in given.values():
        for word in value if isinstance(value, tuple) else (value,):
            if isinstance(word, str | Path) and not is_plain(word):
                raise InputError(
                    "this name is not UTF-8", cure="rename the file, or give it by a link", path=show_name(word)
                )
