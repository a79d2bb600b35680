"""A stand-in for what makes one comic of a batch, in a process of its own: it does what the film's name says."""

import os
import signal
import time
from collections.abc import Callable
from typing import Any

from configs.errors import FilmError
from tasks.batch.errands import Errand, serve
from tasks.batch.outcomes import FilmOutcome
from tasks.console.progress import notice, report


def make(errand: Errand, context: dict[str, Any], started: Callable[[str], None]) -> FilmOutcome:
    film = errand.film
    print("noise of a library on standard output")  # noqa: T201
    os.write(1, b"noise of a library in C\n")
    if film.stem == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    if film.stem == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if film.stem == "left":
        os._exit(7)
    if film.stem == "refused":
        return FilmOutcome(film=film, problem=str(FilmError("cannot be read", path=film)))
    if film.stem.startswith("slow"):
        errand.comic.with_suffix(".begun").write_text(str(os.getpid()))
        for _ in range(600):
            time.sleep(0.1)
            report("shots", 0.5)
    notice(f"{film.name} {context['word']}")
    report("pages", 1)
    errand.comic.write_text(str(os.getpid()))
    return FilmOutcome(film=film, comic=errand.comic)


if __name__ == "__main__":
    serve(make)
