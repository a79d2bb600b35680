"""Films that come from a bucket, and comics that go to one: each passes through a folder of this machine."""

import hashlib
from contextlib import suppress
from functools import partial
from pathlib import Path

from configs.disk.files import output_error, write_text
from configs.errors import FilmError, StoreError
from configs.settings import passing_place
from configs.units import file_sha256
from tasks.console.progress import notice, stop_if_asked
from tasks.store.shared.far import BucketStore, FarState
from tasks.store.shared.patience import Patience

_PART_BYTES = 16 << 20
"""What is asked for at a time: what is interrupted goes on after the last of them."""
_BESIDE_BYTES = 64 << 20
"""Subtitles are smaller; so a cut of the film with its name is not brought with them."""


def bring_film(url: str) -> Path:
    """Return a film of a bucket as a file of this machine, with what lies beside it under its name: its subtitles.

    One that was brought before is looked at there, and brought again only where it has changed; one that was
    interrupted goes on.

    Raises:
        FilmError: There is none.
        StoreError: The bucket does not answer, or refuses.
        OutputError: It cannot be written here.
    """
    place = passing_place(url)
    far, name, patience = _address(url)
    state = patience.ask(partial(far.state, name))
    if state is None:
        raise FilmError("there is no such film", cure="see to its name", path=url)
    stem = name.rpartition(".")[0] or name
    for other, there in patience.ask(far.beside).items():
        if other.startswith(stem) and other != name and there.size_bytes < _BESIDE_BYTES:
            _bring(far, patience, other, there, place.with_name(other))
    _bring(far, patience, name, state, place)
    return place


def _address(url: str) -> tuple[BucketStore, str, Patience]:
    above, _, name = url.rpartition("/")
    return BucketStore(above), name, Patience(url)


def _bring(far: BucketStore, patience: Patience, name: str, state: FarState, place: Path) -> None:
    """Bring a file part by part into a draft that tells which version it is of, then put it into its place."""
    note = place.with_name(f".{place.name}.version")
    with suppress(OSError):
        if place.stat().st_size == state.size_bytes and note.read_text(encoding="utf-8") == state.version:
            return
    version = hashlib.sha256(state.version.encode()).hexdigest()[:16]
    draft = place.with_name(f".{place.name}.{version}.coming")
    if state.size_bytes > _PART_BYTES:
        notice(f"{far.url}/{name}: brought here first, {state.size_bytes / 1e6:.0f} MB")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        for older in set(place.parent.glob(f".{place.name}.*.coming")) - {draft}:
            older.unlink()
        with draft.open("ab") as file:
            while (start := file.tell()) < state.size_bytes:
                stop_if_asked()
                end = min(start + _PART_BYTES, state.size_bytes)
                file.write(patience.ask(partial(far.part, name, start, end)))
                file.flush()
        if draft.stat().st_size != state.size_bytes or patience.ask(partial(far.state, name)) != state:
            draft.unlink()
            raise FilmError("it was changed while it was brought here", cure="run again", path=f"{far.url}/{name}")
        _check_digest(far, patience, name, draft)
        draft.replace(place)
        write_text(note, state.version)
    except OSError as error:
        raise output_error(error, place) from None


def _check_digest(far: BucketStore, patience: Patience, name: str, draft: Path) -> None:
    """Compare a file with the digest that it was put there with, where there is one."""
    found = patience.ask(partial(far.get, name))
    if found is not None and found.sha256 and file_sha256(draft) != found.sha256:
        draft.unlink()
        raise StoreError("it is damaged there", cure="put it there again", path=f"{far.url}/{name}")


def check_going(url: str) -> None:
    """Put a few bytes where a comic is to go and take them away again: better now than after an hour.

    Raises:
        StoreError: The bucket does not answer, or refuses.
        OutputError: Nothing can be written here.
    """
    far, name, patience = _address(url)
    probe = passing_place(url).with_name(".probe")
    write_text(probe, "filmcomic")
    patience.ask(partial(far.put, f".{name}.probe", probe, file_sha256(probe)))
    patience.ask(partial(far.remove, [f".{name}.probe"]))
    probe.unlink(missing_ok=True)


def send_comic(place: Path, url: str) -> None:
    """Put a finished comic where it is to go, unless it lies there; in one step.

    Raises:
        StoreError: The bucket does not answer, or refuses.
    """
    far, name, patience = _address(url)
    sha256 = file_sha256(place)
    there = patience.ask(partial(far.get, name))
    if there is None or there.sha256 != sha256:
        patience.ask(partial(far.put, name, place, sha256))
