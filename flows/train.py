"""Folders of pictures and films go in, the weights of a style come out."""

from pathlib import Path

from prefect import flow

from stylize.training.data.plan import TrainingOutcome, TrainingPlan
from tasks.serving.entering import enter
from tasks.store.stages import side_by_side
from tasks.styles.training import film_frames, run_training, with_films


@flow(name="train-style", task_runner=side_by_side())
def train_style(
    plan: TrainingPlan, films: tuple[Path, ...] = (), drawn_films: tuple[Path, ...] = (), work: Path | None = None
) -> TrainingOutcome:
    """Train a style, or go on with a training that was interrupted.

    Args:
        plan: Folders of pictures, settings, and the place for all that is made.
        films: Films whose frames are photos: a style is tuned to a film with them.
        drawn_films: Films whose frames are drawings.
        work: The work folder; left out, FILMCOMIC_WORK or one in the user's cache.
    """
    enter()
    photos = [film_frames(film, plan.out, work) for film in films]
    drawings = [film_frames(film, plan.out, work) for film in drawn_films]
    return run_training(with_films(plan, photos, drawings))
