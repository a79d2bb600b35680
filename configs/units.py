"""The units that cross borders: seconds as fractions, digests of files.

Time is a `Fraction` of a second in memory, taken from the stream's own timestamps; in JSON it is a decimal
number rounded to the microsecond, zero where players start the film. Work that another machine is to do just as this
one would takes its times along as fractions: `EXACT`.
"""

import hashlib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, SerializationInfo, WithJsonSchema

_CHUNK_BYTES = 1 << 20

EXACT = {"times": "exact"}
"""The context in which a model is turned into JSON with times as texts of fractions, `1001/24`."""


def to_seconds(value: Any) -> Fraction:
    """Turn a number or a decimal text into an exact fraction of a second.

    A float is read by its shortest decimal form, so 41.7 becomes 417/10 and not its binary neighbour.

    Raises:
        ValueError: The value is not a finite number.
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError(f"not a time in seconds: {value!r}")
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError, OverflowError):
        raise ValueError(f"not a time in seconds: {value!r}") from None


def _to_json(value: Fraction, info: SerializationInfo) -> float | str:
    return str(value) if info.context == EXACT else round(float(value), 6)


Seconds = Annotated[
    Fraction,
    BeforeValidator(to_seconds),
    PlainSerializer(_to_json, return_type=float | str),
    WithJsonSchema({"type": "number"}),
]
"""Seconds as an exact fraction in memory, decimal to the microsecond in JSON."""


class Frozen(BaseModel):
    """Base of everything that crosses a task's edge: frozen, small, JSON-able, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Box(Frozen):
    """A rectangle in fractions of a picture: origin top-left, x to the right, y down.

    0 <= x0 < x1 <= 1 and likewise for y; it does not depend on the size the picture is drawn at.
    """

    x0: float
    y0: float
    x1: float
    y1: float

    def model_post_init(self, context: Any, /) -> None:
        """Refuse inverted and outlying boxes."""
        if not (0 <= self.x0 < self.x1 <= 1 and 0 <= self.y0 < self.y1 <= 1):
            raise ValueError(f"a box must have 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1, not {self}")

    @property
    def width(self) -> float:
        """Width as a fraction of the picture's width."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height as a fraction of the picture's height."""
        return self.y1 - self.y0

    @property
    def centre(self) -> tuple[float, float]:
        """Centre (x, y) in fractions of the picture."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2


WHOLE = Box(x0=0, y0=0, x1=1, y1=1)
"""The whole picture."""


class Face(Frozen):
    """A head found in a keyframe."""

    box: Box
    mouth: tuple[float, float]
    """Middle of the mouth (x, y), in fractions of the picture."""
    score: float
    """The detector's confidence, 0 to 1."""


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as lower-case hex, read in chunks of 1 MiB.

    Raises:
        OSError: The file cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def text_sha256(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 form as lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()
