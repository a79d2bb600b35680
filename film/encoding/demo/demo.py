"""A short film of our own, drawn frame by frame, with subtitles: something to make a comic of on a bare machine.

"The Borrowed Moon": half a minute, ten shots, two people who talk, one leap. The same bytes every time for the
same versions of the libraries.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import av.error
from av.video.reformatter import Colorspace

from configs.disk.files import beside, write_text
from configs.errors import OutputError
from film.encoding.demo.acts import SCENES
from film.encoding.demo.canvas import Pixels
from film.encoding.demo.places import SIZE

NAME = "demo.mp4"
RATE = 12
"""Frames per second: drawn on twos, as hand-drawn films are."""

LINES: tuple[tuple[float, float, str], ...] = (
    (0.9, 3.3, "<i>For a hundred years the lamp of Cape Linn had not missed a night.</i>"),
    (3.6, 4.3, "[click... click...]"),
    (4.4, 6.3, "BO: It is no use, Mai. The lamp is dead."),
    (6.7, 8.8, "MAI: But Papa is still out at sea!"),
    (9.2, 11.7, "BO: Then we need a light, and quickly. Any light at all."),
    (12.2, 14.1, "MAI: Any light...?"),
    (14.6, 17.0, "BO: Mai? What do you want\nup there with my landing net?"),
    (17.3, 18.2, "[WHOOSH]"),
    (17.6, 19.1, "MAI: GOT YOU!"),
    (20.2, 22.3, "PAPA: Home! I can see home!"),
    (22.7, 23.9, "MAI: May we keep it?"),
    (24.2, 26.3, "BO: Until morning, little one.\nIt is only borrowed."),
    (26.9, 29.2, "<i>And at dawn they let it go.</i>"),
)
"""Start and end in seconds, and the words with their mark-up."""


def draw_demo(folder: Path) -> Path:
    """Draw the demonstration film with its subtitles beside it, and return the film's path.

    Takes about ten seconds. Both files are written beside their places and renamed; a film that is there already
    is drawn again.

    Args:
        folder: Where to put `demo.mp4` and `demo.srt`; made if it does not exist.

    Raises:
        OutputError: The folder cannot be written to.
    """
    film = folder / NAME
    with beside(film) as draft:
        _encode(draft)
    write_text(film.with_suffix(".srt"), subtitles())
    return film


def subtitles() -> str:
    """Return the film's subtitles as SubRip text."""
    cues = (
        f"{number}\n{_stamp(start)} --> {_stamp(end)}\n{words}\n"
        for number, (start, end, words) in enumerate(LINES, start=1)
    )
    return "\n".join(cues)


def _stamp(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02d}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d},{whole % 1000:03d}"


def _encode(target: Path) -> None:
    try:
        with av.open(str(target), "w", format="mp4", options={"fflags": "+bitexact", "movflags": "+faststart"}) as film:
            film.metadata["title"] = "The Borrowed Moon"
            stream = film.add_stream("libx264", rate=RATE, options={"crf": "15", "preset": "veryfast"})
            stream.width, stream.height = SIZE
            stream.pix_fmt = "yuv420p"
            stream.codec_context.time_base = Fraction(1, RATE)
            stream.codec_context.colorspace = Colorspace.ITU709.value
            stream.codec_context.color_primaries = stream.codec_context.color_trc = 1  # BT.709
            for number, pixels in enumerate(_frames()):
                picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
                frame = picture.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709)
                frame.pts, frame.time_base = number, Fraction(1, RATE)
                film.mux(stream.encode(frame))
            film.mux(stream.encode(None))
    except av.error.FFmpegError as error:
        raise OutputError(f"the film cannot be written ({error.strerror})", path=target) from error


def _frames() -> Iterator[Pixels]:
    for scene in SCENES:
        count = round(scene.seconds * RATE)
        for number in range(count):
            yield scene.draw(number / RATE, number / count).pixels
