"""What is asked of a training, and what came of it; small, frozen, and read without torch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from configs.errors import InputError, OutputError
from configs.recipes.tables import explain
from configs.recipes.train_settings import TrainSettings, load_training
from configs.units import Frozen

FREE = frozenset({"description", "steps", "patience", "sample_every", "checkpoint_every"})
"""Settings that may differ when a training goes on: they decide how long it lasts and what is told of it."""


class TrainingPlan(Frozen):
    """One training: its pictures, its settings, its place."""

    photos: tuple[Path, ...] = Field((), description="Folders of photos or film frames")
    drawings: tuple[Path, ...] = Field((), description="Folders of drawings; not needed where no step is adversarial")
    painting: Path | None = Field(None, description="The painting whose style is learnt, where steps go towards one")
    painting_px: Annotated[int, Field(ge=64, le=4096)] = Field(
        512, description="The painting's longer side as it is looked at; the larger, the broader its strokes"
    )
    out: Path = Field(description="The folder of everything that is written")
    settings: TrainSettings
    name: str = Field("", pattern=r"^[A-Za-z0-9._-]*$", description="Of the style; else the name of the folder")
    device: Literal["auto", "cpu", "cuda"] = "auto"
    resume: bool = Field(False, description="Go on from the last checkpoint, if there is one")
    start_from: Path | None = Field(None, description="Weights of the same network to begin with")
    minutes: Annotated[float, Field(gt=0)] | None = Field(None, description="Stop after this time")
    threads: Annotated[int, Field(ge=1, le=1024)] | None = Field(None, description="Of the processor's arithmetic")
    ema: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.0, description="Memory of the running mean of the weights that is sampled and kept at the end; 0 is none"
    )
    zoom: tuple[Annotated[float, Field(gt=0.1)], Annotated[float, Field(lt=20)]] = Field(
        (0.75, 2.0), description="Least and largest side that is cut out of a picture, in sides of the crop"
    )
    targets: Path | None = Field(
        None, description="Folder where self-made targets are kept, for several trainings; else one in `out`"
    )
    licence: str = Field("", description="Of the weights; it goes with them")

    @property
    def style(self) -> str:
        """The style's name."""
        return self.name or self.out.absolute().name

    @property
    def weights(self) -> Path:
        """Where the weights go in the end."""
        return self.out / f"{self.style}.safetensors"

    @property
    def checkpoints(self) -> Path:
        """The folder of the checkpoints."""
        return self.out / "checkpoints"

    def check(self) -> None:
        """Refuse what can be refused before the pictures are read.

        Raises:
            InputError: No step is asked for, or one that lacks its pictures; a training lies there already.
            OutputError: The place is no folder.
        """
        wanted = self.settings
        if not wanted.init_steps + wanted.warm_steps + wanted.steps + wanted.painting_steps:
            raise InputError("no step is asked for", cure="set steps, painting_steps, warm_steps or init_steps")
        if not self.photos:
            raise InputError("no photos are given", cure="name a folder of photos")
        if wanted.steps and not self.drawings:
            raise InputError("the adversarial steps need drawings", cure="name a folder of drawings, or set steps=0")
        if wanted.painting_steps and self.painting is None:
            raise InputError("the painting's steps need a painting", cure="name a picture, or set painting_steps=0")
        if self.zoom[0] > self.zoom[1]:
            raise InputError(f"the zoom {self.zoom} is upside down", cure="give the smaller one first")
        if self.out.exists() and not self.out.is_dir():
            raise OutputError("it is a file", cure="give the name of a folder", path=self.out)
        if not self.resume and any(self.checkpoints.glob("*.pt")):
            cure = "go on with --resume, or give another folder"
            raise InputError("a training lies here already", cure=cure, path=self.out)


def make_plan(preset: str | None, settings: Sequence[str], **given: Any) -> TrainingPlan:
    """Make a plan of what a person wrote on a command line.

    Args:
        preset: Name of a preset; left out, it is `painting` where a painting is given, else `hayao`.
        settings: `key=value` texts that differ from it.
        given: The plan's other fields.

    Raises:
        RecipeError: A preset, a setting or its value is unknown or out of range.
        InputError: A setting is no `key=value`.
    """
    chosen = preset or ("painting" if given.get("painting") else "hayao")
    try:
        return TrainingPlan.model_validate({**given, "settings": load_training(chosen, read_settings(settings))})
    except ValidationError as error:
        raise explain(error, TrainingPlan, None) from None


def read_settings(pairs: Sequence[str]) -> dict[str, str]:
    """Read `key=value` texts; raises InputError where one is something else."""
    read = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not (equals and key.strip()):
            raise InputError(f"--set {pair} is no setting", cure="write --set key=value")
        read[key.strip()] = value.strip()
    return read


@dataclass(frozen=True)
class Told:
    """How far a training is; given to the `tell` hook after each step, from the thread that trains."""

    step: int
    """Steps done, of all phases."""
    total: int
    phase: str
    """`content`, `warm`, `adversarial`; `pictures` while they are checked."""
    losses: Mapping[str, float] = field(default_factory=dict)
    made: tuple[Path, ...] = ()
    """Files that were written since the last time: sheets, curves, checkpoints, weights."""
    notice: str = ""
    """One line for a person."""


Tell = Callable[[Told], None]


class TrainingOutcome(Frozen):
    """What came of a training."""

    reason: Literal["finished", "plateau", "time", "not finite", "stopped"]
    step: int
    total: int
    weights: Path | None
    """None where it was stopped by a person: the checkpoint holds all."""
    card: Path | None
    curve: Path | None
    sheet: Path | None
    """The last sheet of samples."""
    losses: dict[str, float]
    """Means of the last steps, by name."""

    @property
    def said(self) -> str:
        """One line for a person."""
        why = {
            "finished": "finished",
            "plateau": "stopped early: the loss on held-out photos fell no more; the best weights are kept",
            "time": "stopped: the time is up; --resume goes on",
            "not finite": "stopped: the losses were no finite numbers any more; went back to the last good checkpoint",
            "stopped": "stopped; --resume goes on from here",
        }[self.reason]
        return f"{why} (step {self.step} of {self.total})" + (f": {self.weights}" if self.weights else "")


def differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """Return the names under which two identities differ, sorted."""
    return sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
