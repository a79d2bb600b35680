"""What the commands of the command line have in common: the options laid on them."""

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from configs.errors import InputError
from tasks.batch.folder.names import is_plain, show_name


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
