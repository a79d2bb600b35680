"""Painting the pictures that the pages need: what each is painted with, in batches, here or on a GPU's worker."""

import json
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar

from configs.disk.sealed import digest, fetch_all
from configs.errors import DeviceError, StoreError, StyleError, WeightsError
from configs.recipes.recipe import Look, Number, Recipe
from configs.units import Face, Frozen, text_sha256
from configs.versions import version_of
from film.model import Keyframe, ShotList
from stylize.styles.dials import Dials
from stylize.styles.paint import PaintRequest, paint_files
from stylize.styles.registry import (
    is_neural,
    is_settling,
    make_stylizer,
    style_dials,
    style_digest,
    style_notes,
    style_terms,
)
from stylize.styles.stylizer import Stylizer
from tasks.console.progress import Tally, notice, stop_if_asked
from tasks.making.reading import FRAMES
from tasks.serving.pools import run_on_pool, worker_online
from tasks.store.handles import Kept
from tasks.store.stages import BATCH, batches, run_all, stage_task
from tasks.store.store import Job, open_stores, save

GPU_POOL = "gpu"
GPU_DEPLOYMENT = "paint-pictures/paint-pictures"

_NEURAL = threading.Lock()
"""Neural styles use every core of the device by themselves: one batch at a time."""

_LOADING = threading.Lock()
"""Other styles paint side by side, but each is made once."""

_REFERENCES = 4
"""Frames of a scene, spread over it, that its palette is taken from: few, since they are painted first, together."""


class FilmFrame(Frozen):
    """A frame of the film in the store, without bars."""

    source: Path
    """Relative to the film's store."""
    sha256: str


class Picture(FilmFrame):
    """One frame, or a part of it, to be painted at one size."""

    size_px: tuple[int, int]
    """Of the whole frame."""
    part: tuple[int, int, int, int] | None = None
    """What of it is painted: left, top, right, bottom in pixels at that size; None: the whole."""
    faces: tuple[Face, ...] = ()
    """Heads in it, where the dials keep them."""
    references: tuple[FilmFrame, ...] = ()
    """Frames of the same scene, where the style takes its palette from them."""

    def target(self, digest: str) -> Path:
        """Where its painting lies in a style of this digest; relative to the store."""
        decides = [f"{version_of('painted')} {digest}", self.sha256, f"{self.size_px[0]}x{self.size_px[1]}"]
        if self.part is not None:
            decides.append(f"part {self.part}")
        decides += [face.model_dump_json() for face in self.faces]
        decides += [frame.sha256 for frame in self.references]
        key = text_sha256(" ".join(decides))
        return Path("paintings", key[:2], f"{key}.png")


class Manner(Frozen):
    """How pictures are painted."""

    style: str
    settings: dict[str, dict[str, Number]]
    """The recipe's tables of settings."""
    device: str
    dials: Dials
    digest: str
    """Of the style, with its code's version, its settings and its weights, and of the dials."""
    made_of: str
    """Digest of the style alone: whoever paints verifies that it is the same there."""


class Painting(Frozen):
    """A picture and how it is painted."""

    manner: Manner
    picture: Picture

    @property
    def target(self) -> Path:
        """Where it lies; relative to the store."""
        return self.picture.target(self.manner.digest)


class PaintedPicture:
    """Names the file of a painting: `Kept[PaintedPicture]`."""


class Paintings(Frozen):
    """Where the paintings of a batch lie."""

    paths: tuple[Path, ...]


class PaintJob(Job[Paintings]):
    """Paint a batch of pictures in one manner."""

    stage: ClassVar[str] = "painted"
    pictures: tuple[Picture, ...]
    manner: Manner

    @property
    def targets(self) -> tuple[Path, ...]:
        """Where the paintings lie; relative to the store."""
        return tuple(picture.target(self.manner.digest) for picture in self.pictures)

    def identity(self) -> dict[str, Any]:
        """The paintings: their names are digests of all that decides them."""
        return {"paintings": [path.name for path in self.targets]}

    def complete(self, result: Kept[Paintings]) -> bool:
        """Tell whether every painting is there."""
        fetch_all(self.root / path for path in self.targets)
        return all(digest(self.root / path, notice) is not None for path in self.targets)


@stage_task("paint")
def paint(job: PaintJob) -> Kept[Paintings]:
    """Paint a batch, scene by scene; what an earlier, interrupted try has finished is kept."""
    with stylizer_of(job.manner) as stylizer:
        paint_with(stylizer, job)
    return save(job, Paintings(paths=job.targets))


def paint_with(stylizer: Stylizer, job: PaintJob) -> None:
    """Paint what of a batch is not there yet; raises FilmcomicError as `paint_files` does."""
    manner = job.manner
    frames = [*job.pictures, *(frame for picture in job.pictures for frame in picture.references)]
    fetch_all(job.root / frame.source for frame in frames)  # where another machine has taken them from the film
    for references, scene in groupby(job.pictures, key=lambda picture: picture.references):
        paint_files(
            stylizer,
            [_file(job.root, picture, manner) for picture in scene],
            dials=manner.dials,
            references=[job.root / frame.source for frame in references],
            progress=lambda _: stop_if_asked(),
            tell=notice,
        )


@contextmanager
def stylizer_of(manner: Manner) -> Iterator[Stylizer]:
    """Yield what paints in this manner; of neural styles, to one caller at a time.

    Raises:
        StyleError: The style is not made of the same here.
        WeightsError: Weights cannot be had.
        DeviceError: The device is not there.
    """
    neural = is_neural(manner.style)
    with _NEURAL if neural else nullcontext():
        with nullcontext() if neural else _LOADING:  # once: a second batch waits for what the first one loads
            stylizer = _stylizer(
                manner.style, json.dumps(manner.settings, sort_keys=True), manner.device, manner.made_of
            )
        yield stylizer


def _file(root: Path, picture: Picture, manner: Manner) -> PaintRequest:
    target = root / picture.target(manner.digest)
    source = root / picture.source
    return PaintRequest(source=source, target=target, size_px=picture.size_px, part=picture.part, faces=picture.faces)


@lru_cache(maxsize=2)
def _stylizer(style: str, settings: str, device: str, made_of: str) -> Stylizer:
    """Keep the loaded model for the next batch of the same process; the settings come as JSON.

    Raises:
        StyleError: The style is not made of the same here, and would paint another picture under the same name.
    """
    given = json.loads(settings)
    _check_made_of(style, given, made_of)
    stylizer = make_stylizer(style, settings=given, device=device)
    _check_made_of(style, given, made_of)  # also while it was read
    return stylizer


def _check_made_of(style: str, settings: Mapping[str, Mapping[str, Any]], made_of: str) -> None:
    if style_digest(style, settings) != made_of:
        raise StyleError(
            f"{style} is here made of other files, or by another version, than when the order was taken",
            cure="run again if one of its files has changed",
        )


def plan_paintings(
    recipe: Recipe,
    scenes: Sequence[tuple[int, int]],
    frames: Mapping[Fraction, Keyframe],
    sizes: Mapping[Fraction, tuple[int, int]],
) -> dict[Fraction, Painting]:
    """Say how frames are painted whole.

    Args:
        recipe: How pictures are drawn.
        scenes: Half-open ranges of shots whose pictures are to hold one palette.
        frames: The frames by their times.
        sizes: The size that each is to be painted at.

    Returns:
        The paintings by the times of their frames.
    """
    looks = {at: recipe.look_at(at) for at in sizes}
    manners = {look: manner_of(look, recipe) for look in dict.fromkeys(looks.values())}
    scene_of = {shot: number for number, (begin, end) in enumerate(scenes) for shot in range(begin, end)}
    company: dict[tuple[int | None, Look], list[Keyframe]] = defaultdict(list)
    for at in sorted(sizes):
        company[scene_of.get(frames[at].shot), looks[at]].append(frames[at])
    references = {
        (scene, look): _spread(found) if scene is not None and is_settling(look.style) else ()
        for (scene, look), found in company.items()
    }
    paintings = {}
    for at, size in sorted(sizes.items()):
        frame, look, manner = frames[at], looks[at], manners[looks[at]]
        picture = Picture(
            source=FRAMES / frame.image,
            sha256=frame.sha256,
            size_px=size,
            faces=frame.faces if manner.dials.faces else (),
            references=references[scene_of.get(frame.shot), look],
        )
        paintings[at] = Painting(manner=manner, picture=picture)
    return paintings


def manner_of(look: Look, recipe: Recipe) -> Manner:
    """Return how pictures of this look are painted, with the digest of all that decides it."""
    dials = style_dials(look.style, strength=look.strength, faces=look.faces, brightness=look.brightness)
    digest = made_of = style_digest(look.style, recipe.settings)
    if not dials.neutral:
        digest = text_sha256(f"{digest} {version_of('dials')} {dials.model_dump_json()}")
    return Manner(
        style=look.style,
        settings=recipe.settings,
        device=recipe.device,
        dials=dials,
        digest=digest,
        made_of=made_of,
    )


def _spread(frames: Sequence[Keyframe]) -> tuple[FilmFrame, ...]:
    """Choose a few different frames, evenly over the scene; none where a frame is alone: it is its own palette."""
    different = list({frame.sha256: frame for frame in frames}.values())
    if len(different) < 2:
        return ()
    count = min(len(different), _REFERENCES)
    chosen = [different[(2 * k + 1) * len(different) // (2 * count)] for k in range(count)]
    return tuple(FilmFrame(source=FRAMES / frame.image, sha256=frame.sha256) for frame in chosen)


def scenes_of(shots: Kept[ShotList]) -> tuple[tuple[int, int], ...]:
    """Return the film's scenes as ranges of shots."""
    return shots.load().scenes


def paint_jobs(root: Path, paintings: Iterable[Painting], size: int = BATCH) -> list[PaintJob]:
    """Cut the pictures to paint into batches of one manner; the same frame at the same size is painted once.

    Args:
        root: The store.
        paintings: The pictures.
        size: How many make a batch at most.
    """
    manners: dict[str, list[Painting]] = defaultdict(list)
    for painting in {painting.target: painting for painting in paintings}.values():
        manners[painting.manner.digest].append(painting)
    return [
        PaintJob(root=root, pictures=tuple(painting.picture for painting in group), manner=group[0].manner)
        for alike in manners.values()
        for group in batches(alike, size)
    ]


def tell_terms(manners: Iterable[Manner]) -> None:
    """Say what the licences of the styles do not allow, and what else a person should know of them.

    It is said at every run, also where all is painted already.
    """
    for style, settings in {manner.style: manner.settings for manner in manners}.items():
        for note in [f"{style}: {terms}" for terms in [style_terms(style)] if terms] + style_notes(style, settings):
            notice(note)


def paint_batches(jobs: list[PaintJob], tally: Tally | None = None) -> list[Kept[Paintings]]:
    """Paint all batches here; `tally` counts them where they are a part of more."""
    tally = tally or Tally("pictures", len(jobs))
    return run_all(paint, jobs, seen=lambda _: tally.add())


def paint_or_give_back(jobs: list[PaintJob]) -> str:
    """Paint on a worker what can be painted there as it was ordered.

    Returns:
        Why the rest is given back, in one line: a file of the style is not there or is another one, say, or the store
        that machines share does not answer here. Empty when all is painted.
    """
    manners: dict[str, list[PaintJob]] = defaultdict(list)
    for job in jobs:
        manners[job.manner.digest].append(job)
    told: dict[str, None] = {}
    for alike in manners.values():
        try:
            open_stores(job.root for job in alike)
            paint_batches(alike)
        except (StyleError, WeightsError, DeviceError, StoreError) as error:
            told[str(error)] = None
    return "; ".join(told)


def left_by_pool(jobs: list[PaintJob]) -> list[PaintJob]:
    """Send what gains from it to the `gpu` pool, where a worker is online; return what is still to be done here."""
    sent = [job for job in jobs if gains_from_pool(job.manner)]
    return [job for job in jobs if job not in sent] if sent and sent_to_pool(GPU_DEPLOYMENT, sent) else jobs


def gains_from_pool(manner: Manner) -> bool:
    """Tell whether a GPU's worker would be quicker."""
    return manner.device != "cpu" and is_neural(manner.style)


def sent_to_pool(deployment: str, jobs: Sequence[Job[Any]]) -> bool:
    """Have jobs done by a worker of the `gpu` pool, where one is online; return whether they are done."""
    if not worker_online(GPU_POOL):
        return False
    outcome = run_on_pool(deployment, {"jobs": [job.model_dump(mode="json") for job in jobs]})
    if not outcome.done:
        notice(f"painting here after all: {outcome.why}")
    return outcome.done
