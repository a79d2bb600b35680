"""Run every benchmark, one after another: `python -m benchmarks [NAME ...]`."""

import importlib
import sys
from pathlib import Path

NAMES = (
    *("cuts", "shot_speed", "seek_speed", "animegan", "styles", "slim", "interpreter", "nst", "steadiness", "tiling"),
    *("pages", "scale", "whole_film", "fleet", "queueing", "overhead"),
)


def main() -> None:
    """Run the benchmarks named on the command line, or all."""
    here = Path(__file__).parent
    for name in sys.argv[1:] or NAMES:
        if not (here / f"{name}.py").is_file():
            sys.exit(f"no benchmark {name}; there are {', '.join(NAMES)}")
        print(f"\n== {name}", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()


main()
