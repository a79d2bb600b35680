"""Photos painted: developed into the store, painted as frames of a film are, saved where they were asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from configs.disk.files import sweep
from configs.disk.sealed import digest, remove_sealed, sealed
from configs.errors import InputError
from configs.settings import private_folder
from configs.units import Face, Frozen, file_sha256
from film.pictures.faces import detector_name, make_finder
from stylize.styles.photos import frame_png, read_photo, save_photo
from tasks.console.progress import Tally, notice, stop_if_asked
from tasks.making.painting import Manner, Painting, PaintJob, Picture, paint_jobs
from tasks.making.reading import FRAMES
from tasks.media.asking import MediaFile, MediaOrder
from tasks.media.results import Results
from tasks.store.handles import Kept
from tasks.store.stages import run_one, stage_task
from tasks.store.store import Job, open_store, save

_STORE = "photos"


class DevelopedPhoto(Frozen):
    """A photo in the store, upright and in sRGB."""

    frame: Path
    """A PNG, with alpha where it has any; relative to the store."""
    sha256: str
    size_px: tuple[int, int]
    faces: tuple[Face, ...] = ()
    pictures: int = 1
    """How many the file holds; the first is painted."""


class DevelopJob(Job[DevelopedPhoto]):
    """Read a photo into the store."""

    stage: ClassVar[str] = "developed"
    outside: ClassVar[bool] = True
    source: Path
    detector: str
    """Who looks for faces; empty: nobody."""

    def identity(self) -> dict[str, Any]:
        """The photo's content, and who looks for faces."""
        return {"photo": _content(self.source), "detector": self.detector}

    @property
    def changeable(self) -> Path:
        """The photo."""
        return self.source

    def complete(self, result: Kept[DevelopedPhoto]) -> bool:
        """Tell whether the frame is there."""
        return digest(self.root / result.load().frame, notice) is not None


def _content(source: Path) -> str:
    """Return the digest of a file; of one that cannot be read, nothing: it is told where it is read."""
    try:
        return file_sha256(source) if source.is_file() else ""
    except OSError:
        return ""


@stage_task("develop")
def develop(job: DevelopJob) -> Kept[DevelopedPhoto]:
    """Read a photo and look for faces in it."""
    photo = read_photo(job.source)
    frame = FRAMES / f"{job.key}.png"
    with sealed(job.root / frame) as draft:
        draft.write_bytes(frame_png(photo))
    height, width = photo.picture.shape[:2]
    found = DevelopedPhoto(
        frame=frame,
        sha256=file_sha256(job.root / frame),
        size_px=(width, height),
        faces=make_finder().find(photo.picture) if job.detector else (),
        pictures=photo.pictures,
    )
    return save(job, found)


@dataclass
class Album:
    """The photos of an order on their way: what is known of them so far."""

    order: MediaOrder
    root: Path
    """The store that all photos share."""
    tally: Tally
    manner: Manner
    results: Results


def open_album(order: MediaOrder, results: Results) -> Album:
    """Open the store of photos; raises OutputError."""
    root = order.work / _STORE
    private_folder(order.work)
    open_store(root)
    for folder in {piece.out.parent for piece in order.photos}:
        sweep(folder)
    tally = Tally("pictures", len(order.photos))
    return Album(order, root, tally, order.manner, results)


Taken = dict[MediaFile, DevelopedPhoto]
"""Photos that lie in the store."""


def develop_photos(album: Album, pieces: Sequence[MediaFile]) -> Taken:
    """Read photos into the store; what cannot be read is noted, and the others are painted all the same."""
    detector = detector_name() if album.manner.dials.faces else ""
    taken = {}
    for piece in pieces:
        stop_if_asked()
        try:
            job = DevelopJob(root=album.root, source=piece.source, detector=detector)
            photo = run_one(develop, job).load()
        except InputError as error:
            album.results.note(error)
            continue
        if photo.pictures > 1:
            notice(f"{piece.source}: only the first of its {photo.pictures} pictures is painted")
        taken[piece] = photo
    return taken


def photo_jobs(album: Album, taken: Taken) -> list[PaintJob]:
    """Return the painting to be done, a photo at a time: they are large."""
    paintings = [Painting(manner=album.manner, picture=picture_of(photo)) for photo in taken.values()]
    return paint_jobs(album.root, paintings, size=1)


def picture_of(photo: DevelopedPhoto, size_px: tuple[int, int] | None = None) -> Picture:
    """Return what is to be painted of a photo: all of it, at this size or at its own."""
    return Picture(source=photo.frame, sha256=photo.sha256, size_px=size_px or photo.size_px, faces=photo.faces)


def save_photos(album: Album, taken: Taken) -> None:
    """Save what was painted where it was asked for, and take its frame out of the store.

    Raises:
        OutputError: It cannot be written.
    """
    for piece, photo in taken.items():
        stop_if_asked()
        painting = album.root / picture_of(photo).target(album.manner.digest)
        try:
            save_photo(painting, album.root / photo.frame, piece.source, piece.out)
        except InputError as error:
            album.results.note(error)
        else:
            album.results.add(piece.out)
    for photo in taken.values():
        forget_frame(album.root, photo)


def forget_frame(root: Path, photo: DevelopedPhoto) -> None:
    """Take a photo's frame out of the store: it is as large as the photo, and made again when it is needed."""
    remove_sealed(root / photo.frame)
