"""The shelf brought up on this machine, until a signal ends it."""

import errno
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn

from configs.errors import InputError
from tasks.console.interrupts import ENDING
from tasks.console.printing import say
from tasks.showing.shelf.browsing import ComicShelf
from tasks.showing.shelf.shelf_app import LOCAL_HOSTS, shelf_app

HERE = "127.0.0.1"
PORT = 4280
_MOST_NAMES = 5
_LAST_ANSWERS_S = 3


def serve_shelf(folder: Path, host: str = HERE, port: int = PORT, tell: Callable[[str], None] | None = None) -> None:
    """Serve the finished comics of a folder until Ctrl-C, SIGTERM or SIGHUP; that ends it well.

    Args:
        folder: It and the folders below it are looked through; nothing in them is changed.
        host: Address to listen at. Only this machine reaches the usual one; any other is for all who reach it.
        port: To listen at; 0: any free one.
        tell: Called with each line for people; left out, they go to stderr.

    Raises:
        InputError: The folder is none or holds no comic, or nothing can listen there.
    """
    told = tell or (lambda line: say(line, err=True))
    shelf = ComicShelf(folder)
    found = shelf.look()
    if not found:
        raise InputError(
            "no finished comic (PDF, CBZ, EPUB) lies in it", cure="make one: filmcomic make FILM", path=folder
        )
    faulty = [f"{one.entry.name} ({one.entry.fault})" for one in found if one.entry.facts is None]
    for line in (_left_out("cannot be read", faulty), _left_out("links that lead out of the folder", shelf.outside)):
        if line:
            told(line)
    with _listening(host, port) as bound:
        local = host in LOCAL_HOSTS
        address = f"http://{f'[{host}]' if ':' in host else host}:{bound.getsockname()[1]}"
        if not local:
            told(f"{host}: whoever reaches this address can read these comics; there is no password")
        told(
            f"{len(found)} {'comic' if len(found) == 1 else 'comics'}: {address} (OPDS: {address}/opds); Ctrl-C ends it"
        )
        app = shelf_app(shelf) if local else shelf_app(shelf, ("*",))
        config = uvicorn.Config(
            app, log_config=None, log_level="critical", access_log=False, server_header=False, lifespan="off",
            timeout_graceful_shutdown=_LAST_ANSWERS_S, proxy_headers=False, ws="none",
        )  # fmt: skip
        _QuietServer(config).run(sockets=[bound])
    told("the shelf is closed")


class _QuietServer(uvicorn.Server):
    """A server that a signal ends well: uvicorn's own raises the signal anew once it has ended."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Heed the signals that end a command, except those that were ignored before; a second one does not wait."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        heeded = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]
        before = {number: signal.signal(number, self._end) for number in heeded}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to an address; uvicorn would end the process where that fails."""
    place = f"{host}:{port}"
    if not 0 <= port < 1 << 16:  # the system would take what is left of it
        raise InputError("there is no such port", cure="choose a --port from 1024 to 65535", path=place)
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError):
        raise InputError("there is no such address", cure=f"leave --host away, or name {HERE}", path=place) from None
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen()
    except OSError as error:
        bound.close()
        raise _unbound(error, place) from None
    return bound


def _unbound(error: OSError, place: str) -> InputError:
    if error.errno == errno.EADDRINUSE:
        return InputError("something listens there already", cure="choose another --port", path=place)
    if error.errno == errno.EACCES:
        return InputError("no right to listen there", cure="choose a --port from 1024 on", path=place)
    if error.errno == errno.EADDRNOTAVAIL:
        return InputError("it is no address of this machine", cure=f"leave --host away, or name {HERE}", path=place)
    return InputError(f"nothing can listen there ({error.strerror})", cure="choose another --port", path=place)


def _left_out(why: str, names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"{why}: {', '.join(names[:_MOST_NAMES])}{more}" if names else ""
