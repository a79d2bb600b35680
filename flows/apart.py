"""One film of a batch after another in a process of its own: `python -m flows.apart`, started by the batch."""

from collections.abc import Callable
from typing import Any

from flows.batch import make_comics
from flows.comic import make_comic
from tasks.batch.batching import inside_of
from tasks.batch.errands import Errand, serve
from tasks.batch.outcomes import FilmOutcome, outcome_of


def make_one(errand: Errand, context: dict[str, Any], started: Callable[[str], None]) -> FilmOutcome:
    """Make one comic as a part of the batch's run."""
    one = make_comic.with_options(
        flow_run_name=lambda: errand.name,  # a text would be a template
        on_running=[lambda flow, run, state: started(str(run.id))],
    )
    with inside_of(make_comics, context):
        asked = (errand.film, errand.comic, errand.recipe, errand.work, errand.before, errand.spread)
        state = one(*asked, return_state=True)
    return outcome_of(errand.film, errand.comic, state)


if __name__ == "__main__":
    serve(make_one)
