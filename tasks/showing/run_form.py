"""The dashboard's form that makes one film's comic, filled in: how a film of a batch is made again by itself.

The dashboard offers Retry for runs of deployments alone, and a film of a batch is none: its run lives and dies with the
batch. So its row leads to the form of the deployment `make-comic`, where that is known to the server.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from configs.recipes.recipe import Recipe
from tasks.store.order import EpisodeBefore

DEPLOYMENT = "make-comic/make-comic"

Again = Callable[[Path, Path, Recipe, EpisodeBefore | None], str]
"""Takes a film, its comic, its recipe and the episode before; returns an address, empty where there is none."""


def no_form(film: Path, comic: Path, recipe: Recipe, before: EpisodeBefore | None) -> str:
    """Return no address."""
    return ""


def find_form(work: Path | None) -> Again:
    """Return what makes addresses of the form; of none where the server has no such deployment.

    Args:
        work: The work folder of the batch.
    """
    from prefect.client.orchestration import get_client
    from prefect.utilities.urls import url_for

    page = None
    with suppress(Exception), get_client(sync_client=True) as client:
        page = url_for("deployment", obj_id=client.read_deployment_by_name(DEPLOYMENT).id)
    if not page:
        return no_form

    def again(film: Path, comic: Path, recipe: Recipe, before: EpisodeBefore | None) -> str:
        given: dict[str, Any] = {"film": str(film.absolute()), "out": str(comic.absolute())}
        if before is not None:
            told = before.recipe.model_dump(mode="json", exclude_defaults=True)
            given["before"] = {"film": str(before.film.absolute()), "recipe": told}
        with suppress(UnicodeError):
            return form_address(page, given, recipe, work)
        return ""

    return again


def form_address(page: str, given: dict[str, Any], recipe: Recipe, work: Path | None) -> str:
    """Return the address of a deployment's form with its parameters filled in.

    Args:
        page: The deployment's page.
        given: Parameters beside the recipe, by name.
        recipe: What differs from the defaults in it is filled in.
        work: The work folder, where one was named.

    Raises:
        UnicodeError: A path is no text.
    """
    asked = recipe.model_dump(mode="json", exclude_defaults=True)
    told = {**given, "recipe": asked, **({} if work is None else {"work": str(work.absolute())})}
    # one of the dashboard's two faces decodes it once more: no percent sign may be left in it
    written = json.dumps(told, ensure_ascii=False).replace("%", "\\u0025")
    return f"{page}/run?parameters={quote(written, safe='')}"
