"""What makes the comics of a batch, but a film of the name `crash` crashes the library that opens it."""

import os
import signal
from pathlib import Path

import tasks.making.reading
from film.decoding.probe import probe
from film.model import Movie
from flows.apart import make_one
from tasks.batch.errands import serve


def probe_or_crash(film: Path) -> Movie:
    if film.stem == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    return probe(film)


if __name__ == "__main__":
    tasks.making.reading.probe_film = probe_or_crash  # type: ignore[attr-defined]
    serve(make_one)
