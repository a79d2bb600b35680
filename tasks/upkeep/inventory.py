"""What a work folder holds, in lines for a person and as JSON for a program."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from configs.settings import far_url
from tasks.store.uses import LAYOUT, check_layout
from tasks.upkeep.clearing import CleaningPlan
from tasks.upkeep.holdings import others_in
from tasks.upkeep.place_checks import told_bytes

_STAGES_NAMED = 4
_PIECES_NAMED = 3


def told_holdings(work: Path, plans: Sequence[CleaningPlan]) -> Iterator[str]:
    """Yield the lines of what is there: a few for each store."""
    if url := far_url(work):
        yield f"{url}: not looked at, its owner says how long things stay; this is what lies here of it"
    if not plans:
        yield f"{work}: nothing is kept there"
        return
    total = sum(plan.store.size_bytes for plan in plans)
    number = check_layout(work)
    layout = f"layout {number}" if number else f"of a release before layouts had numbers, read as {LAYOUT}"
    yield f"{work}: {told_bytes(total)} in {_count(len(plans), 'store')}, {layout}"
    for plan in plans:
        if not plan.asked:
            continue
        store = plan.store
        yield f"{store.name} ({store.root.name}): {told_bytes(store.size_bytes)}, used {told_age(store.used_s)}"
        yield f"    {_told_stages(store.by_stage())}"
        if store.needed_by:
            named = ", ".join(store.needed_by[:_PIECES_NAMED])
            more = len(store.needed_by) - _PIECES_NAMED
            yield f"    made of it: {named}{f' and {more} more' if more > 0 else ''}"
        if store.waste and not plan.whole:
            waste = sum(file.size_bytes for file in store.waste)
            yield f"    of no use: {_count(len(store.waste), 'file')}, {told_bytes(waste)}"
        yield f"    {plan.why}"
    if others := others_in(work):
        yield f"beside them, left alone: {', '.join(others)}"


def _told_stages(sizes: dict[str, int]) -> str:
    named = [f"{stage} {told_bytes(size)}" for stage, size in list(sizes.items())[:_STAGES_NAMED]]
    rest = sum(list(sizes.values())[_STAGES_NAMED:])
    return ", ".join([*named, *([f"all else {told_bytes(rest)}"] if rest else [])]) or "empty"


def told_end(plans: Sequence[CleaningPlan], freed: int | None) -> str:
    """Say what was freed, or what would be.

    Args:
        plans: What was planned.
        freed: The bytes that were freed; None where nothing was to be removed yet.
    """
    if freed is not None:
        return f"{told_bytes(freed)} freed" if freed else "there was nothing to remove"
    would = sum(plan.size_bytes for plan in plans)
    if would:
        return f"nothing was removed; with --yes {told_bytes(would)} would be freed"
    return "nothing was removed, and nothing would be"


def told_json(work: Path, plans: Sequence[CleaningPlan], freed: int) -> dict[str, Any]:
    """Return all of it for a program; sizes in bytes, times in seconds since the epoch."""
    return {
        "work": str(work),
        "layout": check_layout(work),
        "freed_bytes": freed,
        "stores": [
            {
                "store": plan.store.root.name,
                "name": plan.store.name,
                "films": plan.store.films,
                "bytes": plan.store.size_bytes,
                "stages": plan.store.by_stage(),
                "used_s": round(plan.store.used_s),
                "needed_by": plan.store.needed_by,
                "used_by": [user.model_dump() for user in plan.store.users],
                "goes": plan.whole,
                "frees_bytes": plan.size_bytes,
                "why": plan.why,
            }
            for plan in plans
        ],
    }


def told_age(then_s: float) -> str:
    """Write how long ago something was: `3 days ago`."""
    since_s = max(0.0, time.time() - then_s)
    for unit, length_s in (("day", 86_400.0), ("hour", 3600.0), ("minute", 60.0)):
        if since_s >= length_s:
            return f"{_count(int(since_s // length_s), unit)} ago"
    return "just now"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
