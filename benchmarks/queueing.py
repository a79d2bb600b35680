"""How long films wait and how soon all are done, for so many workers: a simulation of the fleet's queue.

    python -m benchmarks.queueing                what 10,000 films a day need, and what breaks first
    python -m benchmarks.fleet                   measures two workers, and what this says of the same run beside it

A run is taken up some seconds after it is there (the worker asks every three seconds, and begins a process), keeps a
worker until its comic is published, and the work in it shares the cores of its machine with the other workers there.
The server records so many rows a second; a run ends only when its own are written.
"""

import math
import random
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import simpy

_TICKS = 100
"""In so many steps a film is worked at."""
DAY_S = 86400
COUNT = 10_000
CORES, WORKERS, TAKE_UP_S = 16, 14, 6.0
"""A machine as it is rented, as many films at a time as keep its cores busy; from a run that is there to its first
task an assumed time, small beside a film's (`fleet` takes it from its own run)."""


@dataclass(frozen=True)
class Film:
    """What the comic of one film costs."""

    work_s: float
    """Processor seconds."""
    alone_s: float
    """Wall seconds from the first task to the last where nothing else runs on the machine."""
    rows: int = 60
    """Runs of tasks that the server has to record."""
    arrives_s: float = 0.0


@dataclass(frozen=True)
class Fleet:
    """Machines and the server that they share."""

    machines: int = 1
    workers: int = 2
    """On each machine."""
    cores: int = 2
    """Of each machine."""
    take_up_s: float = 0.0
    """From a worker that is free and a run that is there to the run's first task."""
    rows_a_second: float = 20.0
    """What the server records."""


@dataclass(frozen=True)
class Outcome:
    """How a simulated day went."""

    all_done_s: float
    waits_s: tuple[float, ...]
    """Of each film, from its arrival to its comic."""
    busy: float
    """Share of the workers' time that was work."""
    server_busy: float
    """Share of the time in which the server had rows to write."""

    def within_s(self, share: float) -> float:
        """Return how long this share of the films waited at most."""
        return sorted(self.waits_s)[min(len(self.waits_s) - 1, int(share * len(self.waits_s)))]


class _Server:
    """Writes rows in the order in which they come, so many a second."""

    def __init__(self, world: simpy.Environment, rate: float) -> None:
        self.world, self.rate = world, rate
        self.backlog = self.written = self._seen_s = 0.0

    def send(self, rows: float) -> None:
        """Take rows; they wait behind those that are there."""
        done = min(self.backlog, self.rate * (self.world.now - self._seen_s))
        self.written += done
        self.backlog += rows - done
        self._seen_s = self.world.now

    def drained(self) -> simpy.Timeout:
        """Wait until all is written that is there now."""
        self.send(0.0)
        return self.world.timeout(self.backlog / self.rate)


class _Machine:
    """Cores that the films on them share: each gets what it can use, at most an equal part where there are too few."""

    def __init__(self, world: simpy.Environment, cores: int, server: _Server) -> None:
        self.world, self.cores, self.server, self.running = world, cores, server, 0

    def do(self, film: Film) -> Generator[Any, Any, None]:
        wide = min(self.cores, max(0.05, film.work_s / film.alone_s))  # cores that it keeps busy when it is alone
        left = film.work_s
        tick = film.alone_s / _TICKS
        self.running += 1
        while left > 1e-9 * film.work_s:
            pace = min(wide, self.cores / self.running)
            step = min(tick, left / pace)
            yield self.world.timeout(step)
            left -= pace * step
            self.server.send(film.rows * pace * step / film.work_s)
        self.running -= 1
        yield self.server.drained()


def simulate(films: Iterable[Film], fleet: Fleet) -> Outcome:
    """Let a fleet work through films, first come first served."""
    world = simpy.Environment()
    queue: simpy.Store = simpy.Store(world)
    server = _Server(world, fleet.rows_a_second)
    waits: list[float] = []
    ends: list[float] = [0.0]
    busy = [0.0]

    def arrivals() -> Generator[Any, Any, None]:
        for film in sorted(films, key=lambda one: one.arrives_s):
            yield world.timeout(film.arrives_s - world.now)
            yield queue.put(film)

    def worker(machine: _Machine) -> Generator[Any, Any, None]:
        while True:
            film = yield queue.get()
            yield world.timeout(fleet.take_up_s)
            began = world.now
            yield world.process(machine.do(film))
            busy[0] += world.now - began
            waits.append(world.now - film.arrives_s)
            ends[0] = world.now

    world.process(arrivals())
    for _ in range(fleet.machines):
        machine = _Machine(world, fleet.cores, server)
        for _ in range(fleet.workers):
            world.process(worker(machine))
    world.run()
    server.send(0.0)  # counts what was written last
    span = ends[0] or 1.0
    return Outcome(
        ends[0], tuple(waits), busy[0] / (span * fleet.machines * fleet.workers), server.written / server.rate / span
    )


def library(count: int, film: Film, seed: int = 1) -> list[Film]:
    """Return films of a day: lengths about that of `film` (log-normal, a third shorter to a half longer), all day long.

    Args:
        count: How many.
        film: The usual one.
        seed: Of the chance in it.
    """
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        scale = chance.lognormvariate(0.0, 0.4)
        found.append(
            Film(film.work_s * scale, film.alone_s * scale, round(film.rows * scale), chance.uniform(0, DAY_S))
        )
    return found


FIGURES = (
    # measured: 45 processor seconds a minute of 1080p in the default style on a busy machine, 1.1 of two cores in use
    ("episodes of 25 minutes, 1080p", Film(1125.0, 1023.0, 40)),
    ("features of 100 minutes, 1080p", Film(4500.0, 4090.0, 120)),
)
ROWS_A_SECOND = 20.0


def main(given: Sequence[str] = ()) -> None:
    """Print what a day of 10,000 films needs."""
    for name, usual in FIGURES:
        print(f"{COUNT} {name}: {usual.work_s:.0f} processor seconds and {usual.rows} rows a film")
        films = library(COUNT, usual)
        least = math.ceil(sum(film.work_s for film in films) / DAY_S / CORES)
        for spare in (1.0, 1.1, 1.3):
            machines = math.ceil(least * spare)
            took = simulate(films, Fleet(machines, WORKERS, CORES, TAKE_UP_S, ROWS_A_SECOND))
            print(
                f"  {machines:5} machines of {CORES} cores: half within {took.within_s(0.5) / 60:6.0f} min, "
                f"95 % within {took.within_s(0.95) / 60:6.0f} min, all done after {took.all_done_s / 3600:5.1f} h; "
                f"workers {took.busy:4.0%}, server {took.server_busy:4.0%} busy"
            )


if __name__ == "__main__":
    main()
