"""What is heard and who says it: the film's loudness, and whose mouth moves. Each a task around `film/`."""

from typing import Any, ClassVar

from configs.units import Frozen
from film.model import Dialogue, Movie, ShotList
from film.pictures import faces
from film.voices import loudness, mouths
from tasks.console.progress import report, stage
from tasks.making.reading import Keyframes
from tasks.store.order import Order
from tasks.store.stages import run, stage_task
from tasks.store.store import Artefact, FilmJob, load, save


class Heard(Frozen):
    """What a film's sound and mouths tell."""

    loudness: Artefact
    speaking: Artefact


class LoudnessJob(FilmJob):
    """Measure how loud the film is from moment to moment."""

    stage: ClassVar[str] = "loudness"

    def identity(self) -> dict[str, Any]:
        """The film alone."""
        return {"film": self.movie.sha256}


@stage_task("loudness")
def measure(job: LoudnessJob) -> Artefact:
    """Decode the sound once."""
    return save(job, loudness.measure(job.movie, progress=lambda share: report("sound", share)))


class MovingMouths(Frozen):
    """Whose mouths move."""

    found: tuple[mouths.Speaking, ...] = ()


class WatchJob(FilmJob):
    """Look whose mouth moves where several faces are in sight."""

    stage: ClassVar[str] = "mouths"
    shots: Artefact
    words: Artefact
    keyframes: Artefact
    detector: str

    def identity(self) -> dict[str, Any]:
        """The shots and their pictures, what is said, and who looks for faces."""
        found = [part.sha256 for part in (self.shots, self.words, self.keyframes)]
        return {"film": self.movie.sha256, "found": found, "detector": self.detector}


@stage_task("watch mouths")
def watch(job: WatchJob) -> Artefact:
    """Watch the mouths of keyframes with several faces."""
    shots = load(job.root, job.shots, ShotList)
    lines = load(job.root, job.words, Dialogue).lines
    frames = load(job.root, job.keyframes, Keyframes).frames
    return save(job, MovingMouths(found=mouths.watch(job.movie, shots, frames, lines)))


def read_sound(order: Order, movie: Movie, shots: Artefact, words: Artefact, keyframes: Artefact) -> Heard:
    """Measure the sound, and find out who speaks."""
    root = order.root(movie)
    with stage("sound"):
        levels = run(measure, LoudnessJob(root=root, movie=movie))
        job = WatchJob(
            root=root, movie=movie, shots=shots, words=words, keyframes=keyframes, detector=faces.detector_name()
        )
        return Heard(loudness=levels, speaking=run(watch, job))
