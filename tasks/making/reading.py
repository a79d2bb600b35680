"""Reading a film: probe, listen, split, pick. Each is a task around one function of `film/`."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar, Literal

from prefect import task

from configs.disk.files import sweep
from configs.disk.sealed import digest, fetch_all, sealed
from configs.recipes.recipe import Recipe
from configs.settings import work_root
from configs.units import Frozen, Seconds, file_sha256, text_sha256
from configs.versions import version_of
from film.decoding.probe import probe as probe_film
from film.model import Dialogue, Keyframe, Line, Movie, Shot, ShotList
from film.pictures import faces, keyframes
from film.pictures.moments import speaking_shots, touched
from film.words.dialogue import listen as listen_to
from film.words.silence import explain_silence
from film.words.subtitles.beside import find_beside
from tasks.console.progress import Tally, notice, report, stage
from tasks.store.film_run import FilmRun
from tasks.store.handles import Kept
from tasks.store.order import Order
from tasks.store.stages import batches, run_all, run_one, stage_task
from tasks.store.store import FilmJob, Job, film_root, open_store, save

FRAMES = Path("frames")
"""Folder of the film's frames, relative to its store."""


@task(name="probe")
def probe(film: Path) -> Movie:
    """Open the film and tell what it is; never cached, since the digest must be read from the file itself."""
    return probe_film(film)


def open_run(order: Order) -> FilmRun:
    """Probe a film and open its store; what killed runs have left there and beside the comic is removed.

    Raises:
        FilmError: It is no film.
        OutputError: The store cannot be made.
    """
    run = FilmRun(order=order, movie=probe(order.film))
    open_store(run.root)
    sweep(order.out.parent)
    return run


class ListenJob(FilmJob[Dialogue]):
    """Find the film's words."""

    stage: ClassVar[str] = "dialogue"
    outside: ClassVar[bool] = True
    subtitles: str | None
    language: str
    track: str | None = None
    descriptions: bool = True
    """Whether what is to be seen is told where the film has words for it."""

    def identity(self) -> dict[str, Any]:
        """The film, the files beside it that may hold its words, and what was asked."""
        named, beside, folder = self.subtitles, [], self.movie.path.parent
        if named != "none":  # among the words that were named only descriptions are told
            lying = [one.path for one in find_beside(self.movie.path) if named is None or one.described]
            beside = [(path.relative_to(folder).as_posix(), _content(path)) for path in lying]
        if named is not None and named != "none":
            named = f"{Path(named).name} {_content(Path(named))}"
        return {
            "film": self.movie.sha256,
            "name": self.movie.path.stem,
            "beside": beside,
            "subtitles": named,
            "language": self.language,
            "track": self.track,
            "descriptions": self.descriptions,
        }

    @property
    def source(self) -> Path | Literal["none"] | None:
        """What was asked for: a file, no words, or whatever is found."""
        if self.subtitles is None or self.subtitles == "none":
            return None if self.subtitles is None else "none"
        return Path(self.subtitles)

    @property
    def changeable(self) -> Path:
        """The subtitles that were named, else the film that they lie beside."""
        return self.movie.path if self.subtitles in (None, "none") else Path(str(self.subtitles))


def _content(path: Path) -> str:
    """Return the digest of a file; of one that cannot be read, why: it is told when it is its turn to be read."""
    try:
        return file_sha256(path)
    except OSError as error:
        return str(error.strerror)


@stage_task("listen")
def listen(job: ListenJob) -> Kept[Dialogue]:
    """Read the best subtitles and clean them."""
    heard = listen_to(
        job.movie,
        subtitles=job.source,
        language=job.language,
        track=job.track or "",
        descriptions=job.descriptions,
    )
    return save(job, heard)


class SplitJob(FilmJob[ShotList]):
    """Find the shots."""

    stage: ClassVar[str] = "shots"

    def identity(self) -> dict[str, Any]:
        """The film alone: shots do not depend on the recipe."""
        return {"film": self.movie.sha256}


@stage_task("split")
def split(job: SplitJob) -> Kept[ShotList]:
    """Decode the film once and find its shots."""
    from film.shots.shots import find_shots  # only the first run of a film needs it

    return save(job, find_shots(job.movie, progress=lambda share: report("shots", share)))


class Keyframes(Frozen):
    """The keyframes of a batch, or of the whole film."""

    frames: tuple[Keyframe, ...]


class PickJob(FilmJob[Keyframes]):
    """Pick the keyframes of a batch of shots."""

    stage: ClassVar[str] = "keyframes"
    shots: Kept[ShotList]
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

    def complete(self, result: Kept[Keyframes]) -> bool:
        """Tell whether every frame of the list is there."""
        frames = result.load().frames
        fetch_all(self.root / FRAMES / frame.image for frame in frames)
        return all(_is_there(self.root, frame) for frame in frames)


@stage_task("pick")
def pick(job: PickJob) -> Kept[Keyframes]:
    """Choose, fetch and store the keyframes of some shots."""
    shots = job.shots.load()
    lines = [Line(index=at, start_s=start, end_s=end, text="-") for at, (start, end) in enumerate(job.times)]
    frames = keyframes.pick(
        job.movie, shots, job.wanted, lines, job.root / FRAMES, start_s=job.start_s, end_s=job.end_s
    )
    noted = Notes(job.shots, job.detector)
    for frame in frames:
        noted.remember(frame.at_s, frame)
    return save(job, Keyframes(frames=tuple(frames)))


def _is_there(root: Path, frame: Keyframe) -> bool:
    return digest(root / FRAMES / frame.image, notice, named=frame.sha256) is not None


class Notes:
    """Which stored frame is the one shown at a time, to the microsecond, and what is to be seen in it.

    Args:
        shots: The film's shots: they say which part of the picture is bars.
        detector: Who looks for faces.
    """

    def __init__(self, shots: Kept[ShotList], detector: str) -> None:
        decides = f"{version_of('fetched')} {version_of('keyframes')} {shots.sha256} {detector}"
        self._root = shots.root
        self._folder = shots.root / FRAMES / "at" / text_sha256(decides)[:16]

    def _note(self, at_s: Fraction) -> Path:
        return self._folder / f"{round(at_s * 1_000_000):012}.json"

    def remember(self, at_s: Fraction, frame: Keyframe) -> None:
        """Note a frame; raises OutputError."""
        with sealed(self._note(at_s)) as draft:
            draft.write_text(frame.model_dump_json(), encoding="utf-8")

    def bring(self, times: Sequence[Fraction]) -> None:
        """Bring the notes of several times side by side, where many machines share the store."""
        fetch_all(map(self._note, times))

    def recall(self, at_s: Fraction) -> Keyframe | None:
        """Return the stored frame that is shown at a time, if it has been fetched before and is whole."""
        note = self._note(at_s)
        if digest(note, notice) is None:
            return None
        frame = Keyframe.model_validate_json(note.read_bytes())
        return frame if _is_there(self._root, frame) else None


def seen_of(frame: Keyframe) -> str:
    """Return the beginning of a frame's digest, by which a panel of a storyboard remembers it."""
    return frame.sha256[:12]


class FetchJob(FilmJob[Keyframes]):
    """Fetch frames by time, as a person asked for them."""

    stage: ClassVar[str] = "fetched"
    shots: Kept[ShotList]
    times: tuple[Seconds, ...]
    detector: str

    def identity(self) -> dict[str, Any]:
        """The film's shots, the times, and who looks for faces."""
        return {"shots": self.shots.sha256, "times": [str(at) for at in self.times], "detector": self.detector}

    @property
    def noted(self) -> Notes:
        """Where its frames are noted."""
        return Notes(self.shots, self.detector)

    def complete(self, result: Kept[Keyframes]) -> bool:
        """Tell whether every frame is there."""
        return all(self.noted.recall(at) for at in self.times)


@stage_task("fetch")
def fetch(job: FetchJob) -> Kept[Keyframes]:
    """Fetch frames by time and store them."""
    shots = job.shots.load()
    frames = []
    for at_s, frame in zip(
        job.times, keyframes.read_frames(job.movie, shots, job.times, job.root / FRAMES), strict=True
    ):
        job.noted.remember(at_s, frame)
        frames.append(frame)
    return save(job, Keyframes(frames=tuple(frames)))


def frames_at(run: FilmRun, shots: Kept[ShotList], times: Sequence[Fraction]) -> dict[Fraction, Keyframe]:
    """Return the frames shown at these times, fetching those that are not in the store."""
    root, detector = run.root, faces.detector_name()
    noted = Notes(shots, detector)
    noted.bring(times)
    found = {at: noted.recall(at) for at in times}
    missing = sorted(at for at, frame in found.items() if frame is None)
    jobs = [
        FetchJob(root=root, movie=run.movie, shots=shots, times=tuple(group), detector=detector)
        for group in batches(missing)
    ]
    run_all(fetch, jobs)
    found |= {at: noted.recall(at) for at in missing}
    return {at: frame for at, frame in found.items() if frame is not None}


class GatherJob(Job[Keyframes]):
    """Join the batches, drop what repeats its neighbour, number what looks the same and find what is soft."""

    stage: ClassVar[str] = "gathered"
    batches: tuple[Kept[Keyframes], ...]
    speaking: tuple[int, ...]
    """Shots in which words are said: they keep a picture."""

    def identity(self) -> dict[str, Any]:
        """The batches, and which shots speak."""
        return {"batches": [batch.sha256 for batch in self.batches], "speaking": self.speaking}


@stage_task("gather")
def gather(job: GatherJob) -> Kept[Keyframes]:
    """Join the keyframes of all batches, without near-duplicates of a neighbour."""
    frames = [frame for batch in job.batches for frame in batch.load().frames]
    kept = keyframes.shun_soft(keyframes.drop_duplicates(frames, job.root / FRAMES, keep=job.speaking))
    return save(job, Keyframes(frames=tuple(keyframes.number_looks(kept, job.root / FRAMES))))


def _listen_job(root: Path, movie: Movie, recipe: Recipe) -> ListenJob:
    return ListenJob(
        root=root,
        movie=movie,
        subtitles=recipe.subtitles,
        language=recipe.language,
        track=recipe.track,
        descriptions=recipe.descriptions != "none",
    )


def read_words(run: FilmRun) -> Kept[Dialogue]:
    """Find the film's words as the recipe asks."""
    job = _listen_job(run.root, run.movie, run.order.recipe)
    with stage("words"):
        found = run_one(listen, job)
    heard = found.load()
    silence = explain_silence(run.movie, heard, subtitles=job.source, language=job.language)
    taken = f"words from {heard.sources}" if heard.lines else ""
    for warning in filter(None, (*heard.warnings, silence, taken)):
        notice(about(run.movie.path, warning))
    return found


def about(film: Path, warning: str) -> str:
    """Return a warning that begins with the film's name, as those of the decoder do by themselves."""
    return warning if warning.startswith(film.name) else f"{film.name}: {warning}"


def read_shots(run: FilmRun) -> Kept[ShotList]:
    """Find the film's shots."""
    job = SplitJob(root=run.root, movie=run.movie)
    if job.found() is None:
        notice(run.cost)
    with stage("shots"):
        found = run_one(split, job)
    for warning in found.load().warnings:
        notice(about(run.movie.path, warning))
    return found


def shots_of(film: Path, work: Path | None) -> tuple[Shot, ...]:
    """Return the shots of a film outside any flow: from the store if they are there, else found and stored."""
    movie = probe_film(film)
    job = SplitJob(root=film_root(work_root(work), movie.sha256), movie=movie)
    open_store(job.root)
    found = split.fn(job).load()
    for warning in found.warnings:
        notice(about(film, warning))
    return found.shots


def words_of(film: Path, recipe: Recipe, work: Path | None) -> Dialogue:
    """Return the words of a film outside any flow: from the store if they are there, else found and stored.

    Raises:
        FilmcomicError: The film or its words cannot be read, or the store cannot be made.
    """
    movie = probe_film(film)
    root = film_root(work_root(work), movie.sha256)
    open_store(root)
    job = _listen_job(root, movie, recipe)
    return (job.found() or listen.fn(job)).load()


def read_keyframes(run: FilmRun, shots: Kept[ShotList], words: Kept[Dialogue]) -> Kept[Keyframes]:
    """Pick the keyframes of the shots in range, a batch of shots a task."""
    span = run.span
    everything = shots.load()
    lines = words.load().lines
    wanted = [shot for shot in everything.shots if shot.end_s > span[0] and shot.start_s < span[1]]
    speaking = tuple(sorted(speaking_shots(everything, lines)))
    groups = batches(wanted)
    talk = _talk(lines, groups)
    faces.fetch_detector(notice)
    tally = Tally("keyframes", len(groups))
    jobs = [
        PickJob(
            root=run.root,
            movie=run.movie,
            shots=shots,
            wanted=tuple(shot.index for shot in group),
            times=times,
            start_s=span[0],
            end_s=span[1],
            detector=faces.detector_name(),
        )
        for group, times in zip(groups, talk, strict=True)
    ]
    picked = run_all(pick, jobs, seen=lambda _: tally.add())
    return run_one(gather, GatherJob(root=run.root, batches=tuple(picked), speaking=speaking))


def _talk(lines: Sequence[Line], groups: Sequence[Sequence[Shot]]) -> list[tuple[tuple[Fraction, Fraction], ...]]:
    """Return for each run of shots when words are said in it."""
    spans = [(shots[0].start_s, shots[-1].end_s) for shots in groups]
    found: list[list[tuple[Fraction, Fraction]]] = [[] for _ in groups]
    for line, (first, after) in zip(lines, touched(spans, lines), strict=True):
        for number in range(first, after):
            begin, end = spans[number]
            if line.end_s > begin and line.start_s < end:
                found[number].append((line.start_s, line.end_s))
    return [tuple(times) for times in found]
