"""Everything that runs the ffmpeg program, and the only module that knows ffmpeg-python.

The program is the static binary that the imageio-ffmpeg wheel brings; none is needed on the PATH. ffmpeg-python
has had no release since 2019, so it only writes the argument list here; the process is our own, because its
`run_async(quiet=True)` never drains standard error and hangs, and it neither limits time nor reaps on an interrupt.
"""

import contextlib
import queue
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import ffmpeg
import imageio_ffmpeg

from configs.errors import FilmcomicError
from film.decoding.developing.transfer import DolbyVision
from film.decoding.source import WHITELISTS, address

STALL_LIMIT_S = 120.0
"""How long a decoder may be silent before it counts as hung. One 4K frame takes well under a second."""

_BUFFERS = 4
_PIPE_BYTES = 1 << 20
_LOG_BYTES = 20_000
_CAUSE_CHARACTERS = 160
_WHO = re.compile(r"^(?:\[[^\]]*\] )+")
_FILTERING = re.compile(r"^\[(?:Parsed_|vf#|fc#)")
_WRITING = re.compile(r"^\[(?:vost#|out#|enc:|rawvideo )")
_FOLLOWING = re.compile(
    r"nothing was written|no packets|before EOF|Task finished|Terminating thread|Conversion failed", re.IGNORECASE
)
"""What the program says when something before has gone wrong, a film without one whole picture included."""
_DAMAGE = re.compile(r"invalid data|decoding error|error submitting packet|corrupt|truncat|partial file", re.IGNORECASE)
_MEMORY = "free some memory, then start again"
_UNSET = "unset IMAGEIO_FFMPEG_EXE, or set it to an ffmpeg of 6.1 or newer that has zscale"
_CURES = {
    re.compile(r"unrecognized option|no such filter|option .*not found", re.IGNORECASE): _UNSET,
    re.compile(r"no space left", re.IGNORECASE): "make room on the disk for temporary files",
    re.compile(r"cannot allocate memory", re.IGNORECASE): _MEMORY,
}
_CROPPING = re.compile(r"^ +Frame Cropping: (\d+)/(\d+)/(\d+)/(\d+)$")
_DOLBY = re.compile(r"^ +DOVI configuration record: .*profile: (\d+),.*compatibility id: (\d+)")
_LOOK_LIMIT_S = 60.0
_LOOK_S = 0.5
_GLOBALS = ("-nostdin", "-hide_banner", "-nostats", "-loglevel", "error")


class StreamFacts(NamedTuple):
    """What the program tells of a stream beside its codec, and PyAV does not."""

    crop_px: tuple[int, int, int, int] = (0, 0, 0, 0)
    """What the container tells players to cut off: left, right, top, bottom."""
    dolby: DolbyVision | None = None


class FfmpegError(FilmcomicError):
    """The ffmpeg program failed or hung; callers turn it into a message about the film."""


class FfmpegEndedError(FfmpegError):
    """The program hangs or was ended from outside, which is no matter of what it can do with a film."""


def executable() -> str:
    """Return the path of the ffmpeg program.

    Raises:
        FfmpegError: The imageio-ffmpeg wheel brings none for this machine and none is on the PATH.
    """
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        raise FfmpegError("no ffmpeg program for this machine", cure="set IMAGEIO_FFMPEG_EXE to one") from None


def film_input(path: Path, *, until_byte: int = 0, **options: Any) -> Any:
    """Return ffmpeg-python's input node of a film: absolute path, demuxers and protocols whitelisted."""
    name, bound = address(path, until_byte)
    return ffmpeg.input(name, **bound, **options)


def command(node: Any) -> list[str]:
    """Return the argument list of a finished ffmpeg-python graph."""
    return [str(word) for word in ffmpeg.compile(node.global_args(*_GLOBALS), cmd=executable())]


def told(path: Path, index: int) -> StreamFacts:
    """Return what the program tells of a film's stream that PyAV does not.

    Matroska's PixelCrop and the clean aperture of MP4: the program cuts by itself; one too old to do so tells nothing
    either, so that what is told here is always what it cuts. And the record of Dolby Vision.
    """
    facts = StreamFacts()
    # A probe needs no program: where there is none, the pass that does need it says so.
    with contextlib.suppress(FfmpegError, OSError, subprocess.TimeoutExpired):
        words = [executable(), "-nostdin", "-hide_banner"]
        words += [word for name, value in WHITELISTS.items() for word in (f"-{name}", value)]
        run = subprocess.run(
            [*words, "-i", str(path.absolute())],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            start_new_session=True,
            timeout=_LOOK_LIMIT_S,
            check=False,  # without an output it always fails
        )
        here = False
        for line in run.stderr.decode("utf-8", "replace").splitlines():
            if line.startswith("  Stream #"):
                here = re.match(rf"  Stream #0:{index}\b", line) is not None
            elif here and (found := _CROPPING.match(line)):
                left, right, top, bottom = map(int, found.groups())
                facts = facts._replace(crop_px=(left, right, top, bottom))
            elif here and (found := _DOLBY.match(line)):
                facts = facts._replace(dolby=DolbyVision(int(found[1]), int(found[2])))
    return facts


def run_to_end(words: Sequence[str], alive: Callable[[], None]) -> None:
    """Run the program with these arguments until it ends.

    Args:
        words: What follows the program's name; films are named by absolute paths and read with `WHITELISTS`.
        alive: Called twice a second; what it raises ends the program.

    Raises:
        FfmpegEndedError: Something else ended it.
        FfmpegError: It failed; the problem is what it says itself.
    """
    with tempfile.TemporaryFile() as log, _process([executable(), *_GLOBALS, *words], stderr=log) as process:
        while process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_S)
            alive()
        if process.returncode < 0:
            raise FfmpegEndedError(f"ffmpeg was ended by {_signal_name(-process.returncode)}", cure=_MEMORY)
        if process.returncode:
            told = _tail(log)
            raise FfmpegError(cause(told) or _first_line(told))


def _first_line(log: str) -> str:
    return _WHO.sub("", next((line.strip() for line in log.splitlines() if line.strip()), ""))[:_CAUSE_CHARACTERS]


class Pipe:
    """A running ffmpeg that writes raw blocks to its standard output; made by `piping`."""

    def __init__(self, process: subprocess.Popen[bytes], log: Any, block_bytes: int) -> None:
        self._process = process
        self._log = log
        self._full: queue.Queue[bytearray | None] = queue.Queue()
        self._empty: queue.Queue[bytearray | None] = queue.Queue()
        for _ in range(_BUFFERS):
            self._empty.put(bytearray(block_bytes))
        self._alive_at = time.monotonic()
        self._thread = threading.Thread(target=self._fill, name="ffmpeg pipe", daemon=True)
        self._thread.start()
        self.code: int | None = None
        """The program's exit code, once its output has ended."""

    def blocks(self) -> Iterator[memoryview]:
        """Yield the output in order, in blocks of the size asked for; the last one may be short.

        A block is valid until the next one is asked for: its memory is used again, so memory stays bounded.

        Raises:
            FfmpegEndedError: The program has been silent for longer than `STALL_LIMIT_S`.
        """
        while (block := self._next()) is not None:
            yield memoryview(block)
            self._empty.put(block)
        self.code = self._process.wait(STALL_LIMIT_S)

    def log(self) -> str:
        """Return the end of what the program has logged so far."""
        return _tail(self._log)

    def failure(self) -> str:
        """Say why the program gave up, once its output has ended; empty where it did not, or the film is damaged.

        The film's damage alone never makes it give up; what it cannot do with a sound film does.

        Raises:
            FfmpegEndedError: It did not end by itself: something else ended it.
        """
        if self.code is not None and self.code < 0:
            raise FfmpegEndedError(f"ffmpeg was ended by {_signal_name(-self.code)}", cure=_MEMORY)
        return cause(self.log()) if self.code else ""

    def close(self) -> None:
        """Release the reading thread; the process must have ended."""
        self._empty.put(None)
        self._thread.join()

    def _next(self) -> bytearray | None:
        asked_at = time.monotonic()
        while True:
            with contextlib.suppress(queue.Empty):
                return self._full.get(timeout=0.5)
            if time.monotonic() - max(self._alive_at, asked_at) > STALL_LIMIT_S:
                raise FfmpegEndedError(
                    f"ffmpeg has been silent for {STALL_LIMIT_S:.0f} s", cure="get an undamaged copy"
                )

    def _fill(self) -> None:
        # Runs in its own thread, so that decoding goes on while a block is being worked on.
        stream = self._process.stdout
        assert stream is not None
        while (block := self._empty.get()) is not None:
            filled = 0
            view = memoryview(block)
            while filled < len(block) and (count := stream.readinto(view[filled:])):  # type: ignore[attr-defined]
                filled += count
                self._alive_at = time.monotonic()
            view.release()
            if filled:
                self._full.put(block if filled == len(block) else block[:filled])
            if filled < len(block):
                break
        self._full.put(None)


@contextlib.contextmanager
def piping(node: Any, *, block_bytes: int) -> Iterator[Pipe]:
    """Run a finished graph whose output is `pipe:1` and hand over its blocks.

    The process is killed and reaped however the block is left.
    """
    with (
        tempfile.TemporaryFile() as log,
        _process(command(node), stdout=subprocess.PIPE, stderr=log, bufsize=0) as process,
    ):
        _widen(process)
        pipe = Pipe(process, log, block_bytes)
        try:
            yield pipe
        finally:
            process.kill()
            process.wait()
            pipe.close()


@contextlib.contextmanager
def _process(words: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    # A session of its own: Ctrl-C in the terminal reaches us alone, and we end the program.
    try:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, start_new_session=True, **options)
    except OSError as error:
        raise FfmpegError(f"{words[0]} cannot be started ({error.strerror})", cure=_UNSET) from None
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def cause(log: str) -> str:
    """Return what stopped the program, in its own words; empty where its log tells of a damaged film or of nothing.

    What fails in a filter has nothing to do with damage, whatever a decoder says besides.
    """
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    filtering = [line for line in lines if _FILTERING.match(line)]
    writing = [line for line in lines if _WRITING.match(line) and not _FOLLOWING.search(line)]
    if not filtering and not writing and _DAMAGE.search(log):
        return ""
    # The first line names the cause; those after it tell what else came to nothing by it.
    return _WHO.sub("", (filtering or writing or lines or [""])[0])[:_CAUSE_CHARACTERS]


def cure_of(cause: str, otherwise: str = "convert it to H.264 in .mp4 first") -> str:
    """Return what helps against a cause that `cause` found; `otherwise` where nothing particular does."""
    return next((cure for words, cure in _CURES.items() if words.search(cause)), otherwise)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _widen(process: subprocess.Popen[bytes]) -> None:
    # A wider pipe saves switches between the two processes; only Linux can, and only up to its limit.
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        assert process.stdout is not None
        fcntl.fcntl(process.stdout.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _tail(log: Any) -> str:
    end = log.seek(0, 2)
    log.seek(max(0, end - _LOG_BYTES))
    return str(log.read().decode("utf-8", "replace"))
