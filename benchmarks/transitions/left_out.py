"""The judges that never saw a group of films: what is learned is measured with these."""

import json
from pathlib import Path

from film.shots.judging.judge import Judges, judges_from

LEFT_OUT = Path(__file__).with_suffix(".json")


def judges_without(group: str) -> Judges:
    """Return the judges that were learned without a group of films (a key of `sources.GROUPS`)."""
    return judges_from(json.loads(LEFT_OUT.read_text(encoding="utf-8"))[group])
