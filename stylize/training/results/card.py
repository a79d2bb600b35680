"""The model card: what weights were made of and how, as Markdown beside them."""

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from configs.disk.files import write_text
from configs.units import file_sha256
from stylize.training.data.plan import TrainingOutcome, TrainingPlan
from stylize.training.data.training_pictures import Collection

_TOLD = ("license", "licence", "copying", "readme", "credits", "attribution")
"""How the names of files begin that tell of pictures' rights."""
_MOST_LINES = 40
_PACKAGES = ("torch", "torchvision", "numpy", "opencv-python-headless", "pillow", "safetensors")


def write_card(
    path: Path,
    plan: TrainingPlan,
    outcome: TrainingOutcome,
    pictures: Mapping[str, Collection],
    used: Mapping[str, str],
) -> None:
    """Write the card of finished weights; raises OutputError.

    Args:
        path: The file.
        plan: What was asked.
        outcome: What came of it; its weights are there.
        pictures: The pictures by what they are: photos, drawings.
        used: What the plan left open: device, number format, feature network.
    """
    assert outcome.weights is not None
    size_kb = outcome.weights.stat().st_size / 1000
    sections = [
        f"# {plan.style}",
        "Weights of a picture style: a photo or a film frame goes in, a painting comes out.",
        _table(
            {
                "file": outcome.weights.name,
                "SHA-256": file_sha256(outcome.weights),
                "size": f"{size_kb:.0f} kB, half precision",
                "network": plan.settings.network,
                "licence": plan.licence or "not stated; see the pictures",
                "steps": f"{outcome.step} of {outcome.total} ({outcome.reason})",
            }
        ),
        "## Pictures",
        *(_pictures(what, collection) for what, collection in pictures.items()),
        "## Settings",
        _table({**_settings(plan), **used}),
        "## Losses at the end",
        "Means over the last steps, each with its weight.",
        _table({name: f"{value:.4g}" for name, value in outcome.losses.items()}),
        "## Made with",
        _table(_versions()),
    ]
    write_text(path, "\n\n".join(sections) + "\n")


def _pictures(what: str, collection: Collection) -> str:
    rows = {
        "folders": ", ".join(folder.absolute().name for folder in collection.folders),
        "used": collection.told(),
        "SHA-256 of all": collection.digest,
    }
    lines = [f"### {what.capitalize()}", _table(rows)]
    for name, text in _rights(collection.folders):
        lines += [f"From {name}:", "\n".join(f"> {line}".rstrip() for line in text)]
    return "\n\n".join(lines)


def _rights(folders: Sequence[Path]) -> list[tuple[str, list[str]]]:
    """Return what lies beside the pictures and tells of their rights, cut to forty lines each."""
    found = []
    for folder in folders:
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.name.lower().startswith(_TOLD):
                lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
                found.append((f"{folder.absolute().name}/{path.name}", lines[:_MOST_LINES]))
    return found


def _settings(plan: TrainingPlan) -> dict[str, str]:
    rows = {name: str(value) for name, value in plan.settings.model_dump().items()}
    rows["mean of weights"] = str(plan.ema or "none")
    if plan.painting is not None and plan.painting.is_file():
        rows["painting"] = f"{plan.painting.name}, SHA-256 {file_sha256(plan.painting)}, seen at {plan.painting_px} px"
    rows["zoom"] = f"{plan.zoom[0]} to {plan.zoom[1]}"
    if plan.start_from is not None and plan.start_from.is_file():
        rows["started from"] = f"{plan.start_from.name}, SHA-256 {file_sha256(plan.start_from)}"
    return rows


def _versions() -> dict[str, str]:
    return {"Python": platform.python_version(), **{name: _version(name) for name in _PACKAGES}}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # OpenCV is published under several names
        return "another edition"


def _table(rows: Mapping[str, str]) -> str:
    lines = [f"| {name} | {_cell(value)} |" for name, value in rows.items()]
    return "\n".join(["| | |", "| --- | --- |", *lines])


def _cell(value: str) -> str:
    return " ".join(value.replace("|", "\\|").split())
