"""Reading a film: probe, listen, split, pick. Each is a task around one function of `film/`."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

from prefect import task

from configs import weights
from configs.errors import WeightsError
from configs.files import write_text
from configs.settings import work_root
from configs.units import Frozen, Seconds, file_sha256
from film import faces, keyframes
from film.beats import speaking_shots
from film.dialogue import listen as listen_to
from film.model import Dialogue, Keyframe, Line, Movie, Shot, ShotList
from film.probe import probe as probe_film
from film.shots import find_shots
from tasks.order import Order, cost_line
from tasks.progress import Tally, notice, report, stage
from tasks.stages import batches, run, run_all, stage_task
from tasks.store import Artefact, Job, film_root, load, save

FRAMES = Path("frames")
"""Folder of the film's frames, relative to its store."""

_SUBTITLES = {".srt", ".vtt", ".ass", ".ssa", ".sub"}


@task(name="probe")
def probe(film: Path) -> Movie:
    """Open the film and tell what it is; never cached, since the digest must be read from the file itself."""
    return probe_film(film)


class ListenJob(Job):
    """Find the film's words."""

    stage: ClassVar[str] = "dialogue"
    version: ClassVar[int] = 2
    movie: Movie
    subtitles: str | None
    language: str

    def identity(self) -> dict[str, Any]:
        """The film, the files beside it that may hold its words, and what was asked."""
        beside = sorted(
            (path.name, file_sha256(path))
            for path in self.movie.path.parent.glob("*")
            if path.suffix.lower() in _SUBTITLES and path.name.startswith(self.movie.path.stem) and path.is_file()
        )
        named = self.subtitles
        if named not in (None, "none") and Path(named).is_file():
            named = file_sha256(Path(named))
        return {
            "film": self.movie.sha256,
            "name": self.movie.path.stem,
            "beside": beside,
            "subtitles": named,
            "language": self.language,
        }


@stage_task("listen")
def listen(job: ListenJob) -> Artefact:
    """Read the best subtitles and clean them."""
    named = job.subtitles
    source = None if named is None else "none" if named == "none" else Path(named)
    return save(job, listen_to(job.movie, subtitles=source, language=job.language))  # type: ignore[arg-type]


class SplitJob(Job):
    """Find the shots."""

    stage: ClassVar[str] = "shots"
    version: ClassVar[int] = 1
    movie: Movie

    def identity(self) -> dict[str, Any]:
        """The film alone: shots do not depend on the recipe."""
        return {"film": self.movie.sha256}


@stage_task("split")
def split(job: SplitJob) -> Artefact:
    """Decode the film once and find its shots."""
    return save(job, find_shots(job.movie, progress=lambda share: report("shots", share)))


class PickJob(Job):
    """Pick the keyframes of a batch of shots."""

    stage: ClassVar[str] = "keyframes"
    version: ClassVar[int] = 2
    movie: Movie
    shots: Artefact
    wanted: tuple[int, ...]
    times: tuple[tuple[Seconds, Seconds], ...]
    """When words are said in these shots; what is said does not matter here."""
    start_s: Seconds
    end_s: Seconds
    detector: str

    def identity(self) -> dict[str, Any]:
        """The shots, when there is talk, and who looks for faces."""
        return {
            "shots": self.shots.sha256,
            "wanted": self.wanted,
            "times": [(str(start), str(end)) for start, end in self.times],
            "range": (str(self.start_s), str(self.end_s)),
            "detector": self.detector,
        }

    def done(self) -> bool:
        """Tell whether the list and every frame it names are there."""
        target = self.root / self.target
        if not target.is_file():
            return False
        found = Keyframes.model_validate_json(target.read_bytes())
        return all((self.root / FRAMES / frame.image).is_file() for frame in found.frames)


class Keyframes(Frozen):
    """The keyframes of a batch, or of the whole film."""

    frames: tuple[Keyframe, ...]


@stage_task("pick")
def pick(job: PickJob) -> Artefact:
    """Choose, fetch and store the keyframes of some shots."""
    shots = load(job.root, job.shots, ShotList)
    lines = [Line(index=at, start_s=start, end_s=end, text="-") for at, (start, end) in enumerate(job.times)]
    frames = keyframes.pick(
        job.movie, shots, job.wanted, lines, job.root / FRAMES, start_s=job.start_s, end_s=job.end_s
    )
    for frame in frames:
        remember_frame(job.root, frame.at_s, frame)
    return save(job, Keyframes(frames=tuple(frames)))


def _note_of(root: Path, at_s: Fraction) -> Path:
    return root / FRAMES / "at" / f"{round(at_s * 1_000_000):012}.json"


def remember_frame(root: Path, at_s: Fraction, frame: Keyframe) -> None:
    """Note which stored frame is the one shown at a time, to the microsecond."""
    write_text(_note_of(root, at_s), frame.model_dump_json())


def recall_frame(root: Path, at_s: Fraction) -> Keyframe | None:
    """Return the stored frame that is shown at a time, if it has been fetched before."""
    note = _note_of(root, at_s)
    if not note.is_file():
        return None
    frame = Keyframe.model_validate_json(note.read_bytes())
    return frame if (root / FRAMES / frame.image).is_file() else None


def seen_of(frame: Keyframe) -> str:
    """Return the beginning of a frame's digest, by which a panel of a storyboard remembers it."""
    return frame.sha256[:12]


class FetchJob(Job):
    """Fetch frames by time, as a person asked for them."""

    stage: ClassVar[str] = "fetched"
    version: ClassVar[int] = 2
    movie: Movie
    shots: Artefact
    times: tuple[Seconds, ...]

    def identity(self) -> dict[str, Any]:
        """The film's shots and the times."""
        return {"shots": self.shots.sha256, "times": [str(at) for at in self.times]}

    def done(self) -> bool:
        """Tell whether every frame is there."""
        return super().done() and all(recall_frame(self.root, at) for at in self.times)


@stage_task("fetch")
def fetch(job: FetchJob) -> Artefact:
    """Fetch frames by time and store them."""
    shots = load(job.root, job.shots, ShotList)
    frames = []
    for at_s in job.times:
        frame = keyframes.read_frame(job.movie, shots, at_s, job.root / FRAMES)
        remember_frame(job.root, at_s, frame)
        frames.append(frame)
    return save(job, Keyframes(frames=tuple(frames)))


def frames_at(order: Order, movie: Movie, shots: Artefact, times: Sequence[Fraction]) -> dict[Fraction, Keyframe]:
    """Return the frames shown at these times, fetching those that are not in the store."""
    root = order.root(movie)
    missing = sorted({at for at in times if recall_frame(root, at) is None})
    jobs = [FetchJob(root=root, movie=movie, shots=shots, times=tuple(group)) for group in batches(missing)]
    run_all(fetch, jobs)
    found = {at: recall_frame(root, at) for at in times}
    return {at: frame for at, frame in found.items() if frame is not None}


class GatherJob(Job):
    """Join the batches and drop what repeats its neighbour."""

    stage: ClassVar[str] = "gathered"
    version: ClassVar[int] = 1
    batches: tuple[Artefact, ...]
    speaking: tuple[int, ...]
    """Shots in which words are said: they keep a picture."""

    def identity(self) -> dict[str, Any]:
        """The batches, and which shots speak."""
        return {"batches": [batch.sha256 for batch in self.batches], "speaking": self.speaking}


@stage_task("gather")
def gather(job: GatherJob) -> Artefact:
    """Join the keyframes of all batches, without near-duplicates of a neighbour."""
    frames = [frame for batch in job.batches for frame in load(job.root, batch, Keyframes).frames]
    return save(job, Keyframes(frames=tuple(keyframes.drop_duplicates(frames, job.root / FRAMES, keep=job.speaking))))


def read_words(order: Order, movie: Movie) -> Artefact:
    """Find the film's words as the recipe asks."""
    recipe = order.recipe
    job = ListenJob(root=order.root(movie), movie=movie, subtitles=recipe.subtitles, language=recipe.language)
    with stage("words"):
        found = run(listen, job)
    for warning in load(job.root, found, Dialogue).warnings:
        notice(f"{movie.path.name}: {warning}")
    return found


def read_shots(order: Order, movie: Movie) -> Artefact:
    """Find the film's shots."""
    job = SplitJob(root=order.root(movie), movie=movie)
    if not job.done():
        notice(cost_line(movie, order.span(movie), job.root))
    with stage("shots"):
        found = run(split, job)
    for warning in load(job.root, found, ShotList).warnings:
        notice(f"{movie.path.name}: {warning}")
    return found


def shots_of(film: Path, work: Path | None) -> tuple[Shot, ...]:
    """Return the shots of a film outside any flow: from the store if they are there, else found and stored."""
    movie = probe_film(film)
    job = SplitJob(root=film_root(work_root(work), movie.sha256), movie=movie)
    if not job.done():
        split.fn(job)
    found = ShotList.model_validate_json((job.root / job.target).read_bytes())
    for warning in found.warnings:
        notice(f"{film.name}: {warning}")
    return found.shots


def read_keyframes(order: Order, movie: Movie, shots: Artefact, words: Artefact) -> Artefact:
    """Pick the keyframes of the shots in range, a batch of shots a task."""
    root = order.root(movie)
    span = order.span(movie)
    everything = load(root, shots, ShotList)
    lines = load(root, words, Dialogue).lines
    wanted = [shot for shot in everything.shots if shot.end_s > span[0] and shot.start_s < span[1]]
    speaking = tuple(sorted(speaking_shots(everything, lines)))
    groups = batches(wanted)
    _fetch_detector()
    tally = Tally("keyframes", len(groups))
    jobs = [
        PickJob(
            root=root,
            movie=movie,
            shots=shots,
            wanted=tuple(shot.index for shot in group),
            times=_talk(lines, group),
            start_s=span[0],
            end_s=span[1],
            detector=faces.detector_name(),
        )
        for group in groups
    ]
    picked = run_all(pick, jobs, seen=lambda _: tally.add())
    return run(gather, GatherJob(root=root, batches=tuple(picked), speaking=speaking))


def _fetch_detector() -> None:
    """Have the better face detector at hand, from the network if need be; without it the older one serves."""
    if weights.find("yunet") is not None:
        return
    try:
        weights.fetch("yunet")
    except WeightsError as error:
        notice(f"faces are looked for with OpenCV's older detector, which finds fewer; for the better one {error.cure}")


def _talk(lines: Sequence[Line], shots: Sequence[Shot]) -> tuple[tuple[Fraction, Fraction], ...]:
    """Return when words are said in a run of shots."""
    begin, end = shots[0].start_s, shots[-1].end_s
    return tuple((line.start_s, line.end_s) for line in lines if line.end_s > begin and line.start_s < end)
