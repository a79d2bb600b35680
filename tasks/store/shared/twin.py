"""The twin of this machine's staging folders: what is missing there is brought from the far store, and what
is sealed goes to it.

Names are the same on both sides: `<store>/<stage>/<2 digits>/<key>.json`. What goes, goes in the background while the
next picture is painted; `settle` waits for it, and every stage does so before its task is told as done. What did not
get there, since the far store or this process was gone, is found by comparing both sides when its store is opened next.
"""

import hashlib
import math
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

from configs.disk.files import beside
from configs.disk.sealed import DAMAGED, SEAL, content, seal_of, set_twin, write_seal
from configs.errors import StoreError
from configs.settings import far_url, staging_above
from tasks.console.progress import notice
from tasks.store.shared.far import FarFile, FarStore, PassingError, far_store
from tasks.store.shared.patience import Patience

FRAMES = "frames"
"""Folder of a store whose files are named by their digest and have no seal."""
_OWN = frozenset({("cuts",)})
"""Folders of a store that do not go: what is in them is made again in no time."""
_AT_ONCE = 6
"""Requests side by side: each is mostly waiting."""
_ABSENT_S = 1.0
"""So long it is believed that what was not there when many were asked for is not there: each is looked at next."""
_LAYOUT = "upkeep/layout"


class StagingTwin:
    """The twin of all staging folders that this process knows (`configs/settings.py`); other folders have none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fars: dict[str, tuple[FarStore, Patience]] = {}
        self._going: set[Future[None]] = set()
        self._absent: dict[Path, float] = {}
        self._hands = ThreadPoolExecutor(_AT_ONCE, "far-store")

    def fetch(self, path: Path, named: str | None) -> bool:
        """Bring a file that is not here; see `configs.disk.sealed.Twin`."""
        staging = self._staging_of(path)
        if staging is None or time.monotonic() - self._absent.get(path, -math.inf) < _ABSENT_S:
            return False
        far, patience = self._far(staging)
        return patience.ask(partial(_brought, far, path.relative_to(staging).as_posix(), path, named))

    def fetch_all(self, paths: Iterable[Path]) -> None:
        """Bring several sealed files that are not here, side by side."""
        missing = [path for path in paths if self._staging_of(path) is not None and not path.exists()]
        coming = {path: self._hands.submit(self.fetch, path, _name_of(path)) for path in missing}
        absent = [path for path, future in coming.items() if not future.result()]
        self._absent = dict.fromkeys(absent, time.monotonic())

    def fetch_folder(self, folder: Path) -> None:
        """Bring the sealed files of a folder that are not here."""
        staging = self._staging_of(folder)
        if staging is not None:
            far, patience = self._far(staging)
            there = patience.ask(partial(far.sizes, f"{folder.relative_to(staging).as_posix()}/"))
            self.fetch_all(staging / name for name in there)

    def send(self, path: Path, sha256: str) -> None:
        """Begin to send a file that has come to its place here."""
        staging = self._staging_of(path)
        if staging is None:
            return
        far, patience = self._far(staging)
        name = path.relative_to(staging).as_posix()
        self._begin(partial(patience.ask, partial(_sent, far, name, path, sha256)))

    def remove(self, path: Path) -> None:
        """Take away what was sent; what cannot be taken away now stays, and harms nothing."""
        staging = self._staging_of(path)
        if staging is not None:
            self.settle()
            with suppress(PassingError, StoreError):
                self._far(staging)[0].remove([path.relative_to(staging).as_posix()])

    def settle(self) -> None:
        """Wait until all that was begun to be sent is there.

        Raises:
            StoreError: It is not; as long as the far store is not asked anew by `join`, whoever settles hears of it.
        """
        with self._lock:
            going = list(self._going)
        for future in going:
            future.result()
        with self._lock:
            self._going.difference_update(going)

    def join(self, root: Path, layout: int) -> None:
        """Begin to use a film's store in a staging folder: bring the far store to what is here.

        Args:
            root: The store.
            layout: The number of the work folder's layout that this release knows.

        Raises:
            StoreError: The far store does not answer, refuses, or is of a newer release.
        """
        set_twin(self)
        staging = root.parent
        far, patience = self._far(staging)
        patience.again()
        with self._lock:
            self._going = {future for future in self._going if not future.done()}
        patience.ask(partial(_check_layout, far, staging / _LAYOUT, layout))
        for path, sha256 in unsent(root, patience.ask(partial(far.sizes, f"{root.name}/"))):
            self.send(path, sha256)

    def is_safe(self, root: Path) -> bool:
        """Tell whether all that a store of a staging folder holds is in the far store too."""
        far, patience = self._far(root.parent)
        return not any(unsent(root, patience.ask(partial(far.sizes, f"{root.name}/"))))

    def _begin(self, work: "partial[None]") -> None:
        future = self._hands.submit(work)
        with self._lock:
            self._going = {one for one in self._going if not one.done() or one.exception() is not None} | {future}

    def _staging_of(self, path: Path) -> Path | None:
        staging = staging_above(path)
        return None if staging is None or path.relative_to(staging).parts[1:2] in _OWN else staging

    def _far(self, staging: Path) -> tuple[FarStore, Patience]:
        url = far_url(staging)
        assert url is not None
        with self._lock:
            if url not in self._fars:
                self._fars[url] = far_store(url), Patience(url)
            return self._fars[url]


def _name_of(path: Path) -> str | None:
    """Return the digest that a file is named by; None for one that has a seal."""
    return path.stem if path.parent.name == FRAMES else None


def unsent(root: Path, there: dict[str, int]) -> Iterator[tuple[Path, str]]:
    """Yield what a store of a staging folder holds whole and the far store does not, each with its digest.

    Args:
        root: The store.
        there: What the far store has of it, with sizes: what is shorter or longer there is not what was sent.
    """
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root.parent).as_posix()
        if path.name.startswith(".") or path.name.endswith((SEAL, DAMAGED)) or path.relative_to(root).parts[:1] in _OWN:
            continue
        with suppress(OSError):
            if path.is_file() and there.get(name) != path.stat().st_size and (sha256 := _digest_here(path)):
                yield path, sha256


def _digest_here(path: Path) -> str | None:
    """Return the digest of a file that may go; None where it is damaged, or not one of those that go."""
    named = _name_of(path)
    if named is None:
        if not seal_of(path).exists():
            return None
        named = seal_of(path).read_text(encoding="ascii", errors="replace")
    return named if content(path) == named else None


def _sent(far: FarStore, name: str, path: Path, sha256: str) -> None:
    try:
        far.put(name, path, sha256)
    except FileNotFoundError:  # it was removed here meanwhile: nobody needs it
        return


def _brought(far: FarStore, name: str, path: Path, named: str | None) -> bool:
    """Bring a file of the far store to its place; one that is not what was put there is left alone and told."""
    found = far.get(name)
    if found is None:
        return False
    wanted = found.sha256 if named is None else named
    try:
        with beside(path, lasting=False) as draft:
            if _written(found, draft) != wanted:
                raise _DamagedThereError
            if named is None:
                write_seal(path, wanted)
    except _DamagedThereError:
        notice(f"{far.url}/{name}: it is damaged there; it is made again and replaced")
        return False
    return True


class _DamagedThereError(Exception):
    """What came is not what was sent."""


def _written(found: FarFile, draft: Path) -> str:
    written = hashlib.sha256()
    with draft.open("wb") as place:
        for chunk in found.chunks:
            written.update(chunk)
            place.write(chunk)
    return written.hexdigest()


def _check_layout(far: FarStore, here: Path, layout: int) -> None:
    """Refuse a far store whose layout this release does not know; number one that has no number yet."""
    found = far.get(_LAYOUT)
    if found is None:
        text = here.read_bytes()
        far.put(_LAYOUT, here, hashlib.sha256(text).hexdigest())
        return
    told = b"".join(found.chunks).decode("ascii", "replace").strip()
    if not told.isdigit() or int(told) > layout:
        raise StoreError(
            f"the shared store is of a newer release (layout {told[:20]}; this one knows up to {layout})",
            cure="update filmcomic, or name another with --work",
            path=far.url,
        )


TWIN = StagingTwin()
"""The one of this process."""
