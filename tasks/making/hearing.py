"""What is heard and who says it: the film's loudness and pitch, and whose mouth moves. Each a task around `film/`."""

from typing import Any, ClassVar

from configs.units import Frozen
from film.model import Dialogue, ShotList
from film.pictures import faces
from film.voices import loudness, mouths
from film.voices.attribution import Speaking, attribute
from film.voices.loudness import Loudness
from tasks.console.progress import report, stage
from tasks.making.reading import Keyframes
from tasks.store.film_run import FilmRun
from tasks.store.handles import Kept
from tasks.store.stages import run_one, stage_task
from tasks.store.store import FilmJob, save


class MovingMouths(Frozen):
    """Who says what, as far as that is clear."""

    found: tuple[Speaking, ...] = ()


class Heard(Frozen):
    """What a film's sound and mouths tell."""

    loudness: Kept[Loudness]
    speaking: Kept[MovingMouths]


class LoudnessJob(FilmJob[Loudness]):
    """Measure how loud and how high the film sounds from moment to moment."""

    stage: ClassVar[str] = "loudness"

    def identity(self) -> dict[str, Any]:
        """The film alone."""
        return {"film": self.movie.sha256}


@stage_task("loudness")
def measure(job: LoudnessJob) -> Kept[Loudness]:
    """Decode the sound once."""
    return save(job, loudness.measure(job.movie, progress=lambda share: report("sound", share)))


class WatchJob(FilmJob[MovingMouths]):
    """Look whose mouth moves while lines are heard, and listen whose voice it is."""

    stage: ClassVar[str] = "mouths"
    shots: Kept[ShotList]
    words: Kept[Dialogue]
    keyframes: Kept[Keyframes]
    loudness: Kept[Loudness]
    detector: str

    def identity(self) -> dict[str, Any]:
        """The shots and their pictures, what is said, how it sounds, and who looks for faces."""
        found = [part.sha256 for part in (self.shots, self.words, self.keyframes, self.loudness)]
        return {"film": self.movie.sha256, "found": found, "detector": self.detector}


@stage_task("watch mouths")
def watch(job: WatchJob) -> Kept[MovingMouths]:
    """Watch the mouths of all spoken shots with faces."""
    lines = job.words.load().lines
    seen = mouths.watch(job.movie, job.shots.load(), job.keyframes.load().frames, lines)
    return save(job, MovingMouths(found=attribute(lines, seen, job.loudness.load().pitches_hz)))


def read_sound(run: FilmRun, shots: Kept[ShotList], words: Kept[Dialogue], keyframes: Kept[Keyframes]) -> Heard:
    """Measure the sound, and find out who speaks."""
    root, movie = run.root, run.movie
    with stage("sound"):
        levels = run_one(measure, LoudnessJob(root=root, movie=movie))
        job = WatchJob(
            root=root,
            movie=movie,
            shots=shots,
            words=words,
            keyframes=keyframes,
            loudness=levels,
            detector=faces.detector_name(),
        )
        return Heard(loudness=levels, speaking=run_one(watch, job))
