"""How a command ends: a result on stdout, or one line on stderr and an exit code that tells what went wrong."""

import os
import traceback
from contextlib import suppress
from typing import Any

import click

from configs.errors import FilmcomicError
from tasks.console.interrupts import INTERRUPTED, interruptible
from tasks.console.printing import say

_PROGRAM = "filmcomic"
_STOPPED = 130


class Commands(click.Group):
    """Commands that end in silence when they are stopped: `run_command` says so, and click would print a blank line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an interruption leaves as an exit code."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise click.exceptions.Exit(_STOPPED) from None


def run_command(group: click.Group, arguments: list[str]) -> int:
    """Run one command line and return its exit code: 0 to 4; 130, 143 or 129 when a signal stopped it."""
    debug = "--debug" in arguments
    if not debug:  # read by Prefect when it is imported; the dashboard has the log all the same
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    with interruptible() as interruption:
        code, told = _ended(group, arguments, debug)
        if interruption.code is not None and code != 0:  # whatever the signal came to look like on its way up
            code, told = interruption.code, INTERRUPTED
    if told:
        with suppress(OSError):  # the terminal may be what has gone
            say(f"{_PROGRAM}: " + " ".join(told.split()), err=True)
    return code


def _ended(group: click.Group, arguments: list[str], debug: bool) -> tuple[int, str]:
    """Run one command line; return the exit code, and the line that says why it is not 0."""
    try:
        code = group.main(arguments, prog_name=_PROGRAM, standalone_mode=False)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code, ""
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else _PROGRAM
        return 2, f"{error.format_message()} See {command} --help."
    except click.ClickException as error:
        return 2, error.format_message()
    except FilmcomicError as error:
        _trace(debug)
        return error.exit_code, str(error)
    except BrokenPipeError:
        return 1, ""
    except Exception as error:
        _trace(debug)
        return 1, f"this is our fault: {type(error).__name__}: {error}; run again with --debug and report it"
    except BaseException as error:  # Ctrl-C, and what others make of SIGTERM
        if isinstance(error, SystemExit):
            raise
        _trace(debug)
        return _STOPPED, INTERRUPTED
    code = code if isinstance(code, int) else 0  # click hands over what a command left with
    return code, INTERRUPTED if code == _STOPPED else ""


def _trace(debug: bool) -> None:
    if debug:
        traceback.print_exc()
