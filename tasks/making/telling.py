"""From frames and words to a storyboard: turns what `film/` found into what `layouts/` tells."""

from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from configs.errors import FontError
from configs.typefaces import font_file
from configs.units import Seconds
from film.model import Dialogue, Keyframe, Line, LineKind, Movie, ShotList
from film.pictures.moments import Figures
from film.voices.loudness import Loudness, cries, noise
from layouts.book.documents import dump_storyboard
from layouts.book.storyboard import FilmRef, Series, Storyboard, WordsKind
from layouts.lettering.fonts import pick_fonts
from layouts.lettering.onomatopoeia import sound_word
from layouts.telling.pacing import Still, TimedWords, tell
from tasks.console.progress import stage
from tasks.making.hearing import Heard, MovingMouths
from tasks.making.reading import Keyframes, seen_of
from tasks.store.film_run import FilmRun
from tasks.store.handles import Kept
from tasks.store.stages import run_one, stage_task
from tasks.store.store import Job, save

_WILD = 16
"""Mean change from frame to frame (of 255) from which on a shot moves as much as shots do."""


class TellJob(Job[Storyboard]):
    """Make the storyboard."""

    stage: ClassVar[str] = "storyboards"
    movie: Movie
    shots: Kept[ShotList]
    words: Kept[Dialogue]
    keyframes: Kept[Keyframes]
    heard: Heard
    style: str
    format: str
    pages: int | None
    title: str
    """As it is to stand on the cover."""
    series: Series | None = None
    year: int | None = None
    start_s: Seconds
    end_s: Seconds
    sounds: str = "captions"
    """As `Recipe.sounds` has it."""
    cast: dict[str, str] = Field(default_factory=dict)
    """As `Recipe.cast` has it."""

    def identity(self) -> dict[str, Any]:
        """What was found, and what of the recipe shapes the telling."""
        found = (self.shots, self.words, self.keyframes, self.heard.loudness, self.heard.speaking)
        return {
            "film": [self.movie.sha256, self.movie.path.name],
            "found": [part.sha256 for part in found],
            "asked": [
                self.style,
                self.format,
                self.pages,
                self.title,
                self.year,
                str(self.start_s),
                str(self.end_s),
                self.sounds,
            ],
            "series": None if self.series is None else self.series.model_dump(),
            **({"cast": self.cast} if self.cast else {}),
        }


@stage_task("tell")
def tell_story(job: TellJob) -> Kept[Storyboard]:
    """Lay the words into the frames, and the frames onto pages."""
    shots = job.shots.load()
    dialogue = job.words.load()
    frames = job.keyframes.load().frames
    loudness = job.heard.loudness.load()
    speaking = job.heard.speaking.load()
    span = (job.start_s, job.end_s)
    told = tell(
        _stills(frames, shots, loudness),
        _cues(dialogue, span, loudness, speaking, job.sounds),
        film=_reference(job, frames),
        language=dialogue.language,
        style=job.style,
        format=job.format,
        pages=job.pages,
        chapters=[(mark.start_s, mark.title) for mark in job.movie.chapters if span[0] <= mark.start_s < span[1]],
        colours=job.cast,
    )
    told = told.model_copy(update={"words_from": dialogue.sources})
    return save(job, _lying_at(job.movie.path.name, told))  # its folder decides nothing


def make_storyboard(
    run: FilmRun, shots: Kept[ShotList], words: Kept[Dialogue], keyframes: Kept[Keyframes], heard: Heard
) -> Kept[Storyboard]:
    """Make the storyboard that the recipe asks for."""
    span = run.span
    recipe = run.order.recipe
    job = TellJob(
        root=run.root,
        movie=run.movie,
        shots=shots,
        words=words,
        keyframes=keyframes,
        heard=heard,
        style=recipe.style,
        format=recipe.edition,
        pages=recipe.pages,
        title=run.title,
        series=run.name.series,
        year=run.name.year,
        start_s=span[0],
        end_s=span[1],
        sounds=recipe.sounds,
        cast=recipe.cast,
    )
    with stage("storyboard"):
        return run_one(tell_story, job)


def check_lettering(run: FilmRun, words: Kept[Dialogue]) -> None:
    """Stop before the long work when no font can letter the film's words.

    Raises:
        FontError: Names the script and the font that it needs.
    """
    dialogue = words.load()
    start, end = run.span
    try:
        pick_fonts(
            (line.text for line in dialogue.lines if start <= line.start_s < end), font=font_file(run.order.recipe.font)
        )
    except FontError as error:
        raise FontError(error.problem, cure=error.cure, path=error.path or run.movie.path) from None


def write_storyboard(run: FilmRun, storyboard: Kept[Storyboard]) -> Path:
    """Write the storyboard where a person can edit it."""
    dump_storyboard(_lying_at(str(run.movie.path), storyboard.load()), run.order.out)
    return run.order.out


def _lying_at(path: str, board: Storyboard) -> Storyboard:
    return board.model_copy(update={"film": board.film.model_copy(update={"path": path})})


def _reference(job: TellJob, frames: tuple[Keyframe, ...]) -> FilmRef:
    movie = job.movie
    sizes = Counter(frame.size_px for frame in frames)  # the film may change its own on the way
    size = max(sizes, key=lambda one: sizes[one]) if sizes else movie.size_px
    return FilmRef(
        sha256=movie.sha256,
        path=str(movie.path),
        title=job.title,
        year=job.year,
        series=job.series,
        duration_s=movie.duration_s,
        size_px=size,
    )


def _stills(frames: tuple[Keyframe, ...], shots: ShotList, loudness: Loudness) -> list[Still]:
    scene_of = {shot: number for number, (begin, end) in enumerate(shots.scenes) for shot in range(begin, end)}
    figures = Figures(shots.stats)
    stills = []
    for frame in frames:
        shot = shots.shots[frame.shot]
        stills.append(
            Still(
                at_s=frame.at_s,
                shot=frame.shot,
                scene=scene_of.get(frame.shot, 0),
                start_s=shot.start_s,
                end_s=shot.end_s,
                size_px=frame.size_px,
                faces=frame.faces,
                focus=frame.focus,
                busy=frame.busy,
                seen=seen_of(frame),
                card=frame.card,
                readable=frame.readable,
                salience=frame.salience,
                lit=frame.lit,
                sharp=frame.sharp,
                look=frame.look,
                motion=_motion(figures, shot.clean_start_s, shot.clean_end_s),
                loudness=noise(loudness, shot.start_s, shot.end_s),
            )
        )
    return stills


def _motion(figures: Figures, start_s: Fraction, end_s: Fraction) -> float:
    """Return the middle change between frames of a shot, 0 (still) to 1 (wild)."""
    first = np.searchsorted(figures.time_s, float(start_s), side="right")
    after = np.searchsorted(figures.time_s, float(end_s), side="left")
    inside = figures.change[first:after]
    return min(1.0, float(np.median(inside)) / _WILD) if inside.size else 0.0


def _cues(
    dialogue: Dialogue, span: tuple[Fraction, Fraction], loudness: Loudness, speaking: MovingMouths, sounds: str
) -> list[TimedWords]:
    cried = cries(dialogue.lines, loudness)
    faces: dict[int, list[tuple[Fraction, int]]] = {}
    unseen: dict[int, list[Fraction]] = {}
    for one in speaking.found:
        if one.face is None:
            unseen.setdefault(one.line, []).append(one.at_s)
        else:
            faces.setdefault(one.line, []).append((one.at_s, one.face))
    cues = []
    for line in dialogue.lines:
        lettered = _lettered(line, dialogue.language, sounds)
        if lettered is None or not span[0] <= line.start_s < span[1]:
            continue
        kind, text = lettered
        measured = kind is WordsKind.SOUND and loudness.levels_db
        cues.append(
            TimedWords(
                index=line.index,
                start_s=line.start_s,
                end_s=line.end_s,
                text=text,
                kind=WordsKind.SHOUT if line.index in cried else kind,
                speaker=line.speaker,
                off_screen=line.off_screen,
                foreign=line.foreign,
                described=line.described,
                loud=round(noise(loudness, line.start_s, line.end_s), 2) if measured else None,
                faces=tuple(faces.get(line.index, ())),
                unseen=tuple(unseen.get(line.index, ())),
            )
        )
    return cues


def _lettered(line: Line, language: str, sounds: str) -> tuple[WordsKind, str] | None:
    """Return what becomes of a line, and its text; None for a noise that is not to be lettered."""
    if line.kind is not LineKind.SOUND or sounds == "written":
        return WordsKind(line.kind.value), line.text
    word = sound_word(line.text, language) if sounds != "none" else None
    if word is not None:
        return WordsKind.SOUND, word
    return (WordsKind.NOTE, line.text.lower() if line.text.isupper() else line.text) if sounds == "captions" else None
