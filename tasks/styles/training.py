"""Training a style as tasks: frames of films gathered into folders, the training itself, what the dashboard shows."""

import importlib.util
import os
import shutil
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar, cast
from uuid import UUID

from PIL import Image
from prefect import task
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.tasks import exponential_backoff

from configs.disk.files import beside, temporary_folder
from configs.disk.sealed import digest
from configs.errors import StyleError
from configs.recipes.recipe import Recipe
from configs.settings import at_home, work_root
from configs.units import Frozen
from film.decoding.probe import check
from stylize.training.data.plan import Told, TrainingOutcome, TrainingPlan
from tasks.console.progress import notice, report, stopping
from tasks.making.reading import FRAMES, Keyframes, open_run, read_keyframes, read_shots, read_words
from tasks.showing.markdown import escape_markdown
from tasks.showing.report import show_picture
from tasks.store.handles import Kept
from tasks.store.order import Order
from tasks.store.stages import may_pass, run_one, stage_task
from tasks.store.store import Job, save

_BAR_S = 2.0
_PICTURES_S = 60.0
"""A run of hours may make hundreds of sheets: the dashboard gets one a minute at most, and always the last."""
_LINE_S = 30.0
_SHOWN_PX = 1600


class Pictures(Frozen):
    """Names of the pictures in a folder."""

    names: tuple[str, ...]


class GatherFramesJob(Job[Pictures]):
    """Put the keyframes of a film into a folder of their own, as a training takes them."""

    stage: ClassVar[str] = "training"
    keyframes: Kept[Keyframes]

    def identity(self) -> dict[str, Any]:
        """The keyframes alone."""
        return {"keyframes": self.keyframes.sha256}

    @property
    def folder(self) -> Path:
        """Where they are put."""
        return (self.root / self.target).with_suffix("")

    def complete(self, result: Kept[Pictures]) -> bool:
        """Tell whether every frame is there."""
        names = result.load().names
        return all(digest(self.folder / name, notice, named=Path(name).stem) for name in names)


@stage_task("gather-frames")
def gather_frames(job: GatherFramesJob) -> Kept[Pictures]:
    """Lay the film's keyframes into the folder, without a second copy where the disk can do that."""
    names = []
    for frame in job.keyframes.load().frames:
        source = job.root / FRAMES / frame.image
        names.append(source.name)
        if digest(job.folder / source.name, notice, named=source.stem) is not None:
            continue
        with beside(job.folder / source.name) as draft:
            try:
                os.link(source, draft)
            except OSError:
                shutil.copyfile(source, draft)
    return save(job, Pictures(names=tuple(dict.fromkeys(names))))


def film_frames(film: Path, out: Path, work: Path | None) -> Path:
    """Return a folder with the keyframes of a film, inside its bars; what was found before is not sought again.

    Args:
        film: The film.
        out: The training's folder.
        work: The work folder; left out, FILMCOMIC_WORK or one in the user's cache.

    Raises:
        FilmError: It cannot be read.
    """
    order = Order(film=at_home(film).absolute(), out=out, recipe=Recipe(subtitles="none"), work=work_root(work))
    run = open_run(order)
    words = read_words(run)
    keyframes = read_keyframes(run, read_shots(run), words)
    job = GatherFramesJob(root=run.root, keyframes=keyframes)
    run_one(gather_frames, job)
    return job.folder


def check_training(plan: TrainingPlan, films: Sequence[Path], drawn_films: Sequence[Path]) -> None:
    """Refuse at once what the run would refuse later.

    Raises:
        StyleError: torch is not installed.
        FilmError: A film cannot be read.
        InputError, OutputError: As the plan says.
    """
    if importlib.util.find_spec("torch") is None:
        raise StyleError("training needs torch, which is not installed", cure="pip install -e '.[torch]'")
    with_films(plan, films, drawn_films).check()
    for film in (*films, *drawn_films):
        check(film)


def with_films(plan: TrainingPlan, photos: Sequence[Path], drawings: Sequence[Path]) -> TrainingPlan:
    """Return the plan with further folders, that goes on from what a run before it has left."""
    more = {"photos": (*plan.photos, *photos), "drawings": (*plan.drawings, *drawings), "resume": True}
    return plan.model_copy(update=more)


@task(
    name="train",
    cache_policy=NO_CACHE,  # its checkpoints are what is kept
    persist_result=False,
    retries=3,
    retry_delay_seconds=exponential_backoff(backoff_factor=2),
    retry_jitter_factor=0.5,
    retry_condition_fn=may_pass,
)
def train_plan(plan: TrainingPlan) -> TrainingOutcome:
    """Train; tried again, it goes on from its last checkpoint.

    Raises:
        KeyboardInterrupt: A person has stopped it; there is a checkpoint.
    """
    from stylize.neural.device import memory_guarded
    from stylize.training.trainer import train

    shown = TrainingDisplay(plan)
    with memory_guarded():
        outcome = train(plan, shown.hear, stopping.is_set)
    if outcome.reason == "stopped":
        raise KeyboardInterrupt
    shown.end(outcome)
    return outcome


def run_training(plan: TrainingPlan) -> TrainingOutcome:
    """Train on a thread of the flow's task runner: Ctrl-C reaches it between two steps, and it leaves a checkpoint."""
    return train_plan.submit(plan).result()


class TrainingDisplay:
    """Shows a training on the dashboard and in the terminal.

    Args:
        plan: What is trained.
    """

    def __init__(self, plan: TrainingPlan) -> None:
        self._style = plan.style
        bar = create_progress_artifact(0.0, key="training", description=f"Training of {escape_markdown(plan.style)}")
        self._bar = cast(UUID, bar)  # Prefect's types leave room for an awaitable, which only async flows get
        self._last_s = {"bar": -_BAR_S, "pictures": -_PICTURES_S, "line": time.monotonic()}
        self._lock = threading.Lock()

    def hear(self, told: Told) -> None:
        """Move the bar, tell a line now and then, show the newest sheet and curve."""
        if told.notice:
            notice(told.notice)
        if told.phase == "pictures":
            return
        with suppress(KeyboardInterrupt):  # the training itself looks whether it is to stop, and leaves a checkpoint
            report("training", told.step, told.total)
        if self._due("line", _LINE_S):
            losses = ", ".join(f"{name} {value:.4g}" for name, value in told.losses.items())
            notice(f"{told.phase} {told.step}/{told.total}: {losses}")
        with suppress(Exception):  # a dashboard that does not take a picture must not stop the training
            if self._due("bar", _BAR_S):
                update_progress_artifact(self._bar, 100 * told.step / max(1, told.total))
            pictures = [path for path in told.made if path.suffix == ".png"]
            if pictures and self._due("pictures", _PICTURES_S):
                for path in pictures:
                    self._show(path, f"after {told.step} of {told.total} steps")

    def end(self, outcome: TrainingOutcome) -> None:
        """Show the last pictures and the card."""
        notice(outcome.said)
        with suppress(Exception):
            update_progress_artifact(self._bar, 100.0)
            for path in (outcome.curve, outcome.sheet):
                if path is not None:
                    self._show(path, f"after {outcome.step} of {outcome.total} steps")
        with suppress(Exception):  # a picture that was not taken must not take the card with it
            if outcome.card is not None:
                create_markdown_artifact(
                    key="model-card",
                    markdown=outcome.card.read_text(),
                    description=f"Model card of {escape_markdown(self._style)}",
                )

    def _show(self, path: Path, when: str) -> None:
        key, what = ("loss-curves", "Losses") if path.name == "losses.png" else ("samples", "Photos and paintings")
        with temporary_folder() as folder, Image.open(path) as picture:
            small = folder / "picture.jpg"
            whole = picture.convert("RGB")
            whole.thumbnail((_SHOWN_PX, _SHOWN_PX))
            whole.save(small, quality=85)
            show_picture(key, f"{what} of {self._style} {when}", small)

    def _due(self, what: str, every_s: float) -> bool:
        now = time.monotonic()
        with self._lock:
            if now - self._last_s[what] < every_s:
                return False
            self._last_s[what] = now
        return True
