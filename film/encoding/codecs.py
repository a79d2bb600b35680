"""Which codecs are at hand: what the ffmpeg program and PyAV can decode, and what is encoded with."""

import re
import subprocess
from functools import partial
from typing import Literal

import av
import av.error

from configs.units import Frozen
from film.decoding.ffmpeg import FfmpegError, executable

OLDEST_PROGRAM = (6, 1)
"""Of the ffmpeg program: older ones lack options that films are decoded with."""
DECODED: dict[str, tuple[str, ...]] = {
    "H.264": ("h264", "libopenh264"),
    "HEVC": ("hevc",),
    "VP9": ("vp9", "libvpx-vp9"),
    "AV1": ("libdav1d", "libaom-av1", "libgav1"),  # the one that is called av1 needs a graphics card
    "MPEG-2": ("mpeg2video",),
    "MPEG-4": ("mpeg4",),
    "ProRes": ("prores",),
}
"""What films come in mostly, and the decoders that any machine can use for it."""
ENCODED = ("libx264", "libvpx-vp9", "aac", "libopus")
"""What painted films are encoded with, by PyAV; sound by the program too."""
_NEEDED_FILTERS = frozenset({"zscale", "scale", "transpose"})
_ASK_S = 8.0
_VERSION = re.compile(r"^ffmpeg version \D{0,2}((\d+)\.(\d+)(?:\.\d+)*)", re.MULTILINE)
_ROW = re.compile(r"^ [A-Z.|]{2,6} +([\w-]+) ", re.MULTILINE)


class ProgramFacts(Frozen):
    """What the ffmpeg program says of itself."""

    path: str
    version: str
    """Empty where it does not tell one that is understood: it was built from a state between releases."""
    too_old: bool
    undecoded: tuple[str, ...]
    """Of `DECODED`, what it cannot decode."""
    missing_filters: tuple[str, ...]


class LibraryFacts(Frozen):
    """What PyAV can do."""

    version: str
    """Of PyAV."""
    undecoded: tuple[str, ...]
    """Of `DECODED`, what it cannot decode."""
    unencoded: tuple[str, ...]
    """Of `ENCODED`, what it cannot encode."""


def program_facts() -> ProgramFacts:
    """Ask the ffmpeg program what it can do.

    Raises:
        FfmpegError: There is none, or it does not run.
    """
    path = executable()
    told = _VERSION.search(_answer(path, "-version"))
    number = (int(told[2]), int(told[3])) if told else OLDEST_PROGRAM
    decoders = set(_ROW.findall(_answer(path, "-decoders")))
    return ProgramFacts(
        path=path,
        version=told[1] if told else "",
        too_old=number < OLDEST_PROGRAM,
        undecoded=tuple(name for name, any_of in DECODED.items() if not decoders & set(any_of)),
        missing_filters=tuple(sorted(_NEEDED_FILTERS - set(_ROW.findall(_answer(path, "-filters"))))),
    )


def _answer(path: str, question: str) -> str:
    try:
        asked = subprocess.run(
            [path, "-hide_banner", question],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ASK_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise FfmpegError(f"does not run ({why})", cure="install imageio-ffmpeg again", path=path) from None
    return asked.stdout.decode("utf-8", "replace")


def library_facts() -> LibraryFacts:
    """Ask PyAV what it can do."""
    reads, writes = partial(_has, mode="r"), partial(_has, mode="w")
    return LibraryFacts(
        version=av.__version__,
        undecoded=tuple(name for name, any_of in DECODED.items() if not any(map(reads, any_of))),
        unencoded=tuple(name for name in ENCODED if not writes(name)),
    )


def _has(name: str, mode: Literal["r", "w"]) -> bool:
    try:
        av.codec.Codec(name, mode)
    except (av.error.FFmpegError, ValueError):
        return False
    return True
