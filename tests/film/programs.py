"""The ffmpeg program, run to its end to make a film."""

import subprocess
from typing import Any

import ffmpeg

from film.decoding.ffmpeg import command


def drawn_input(description: str) -> Any:
    """The input node of a picture or sound that ffmpeg makes itself, such as `testsrc2=s=640x360:r=25:d=2`."""
    return ffmpeg.input(description, format="lavfi")


def run(node: Any) -> None:
    """Run a finished graph; raises CalledProcessError."""
    subprocess.run(command(node), check=True, capture_output=True, timeout=900)
