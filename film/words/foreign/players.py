"""Formats of old players that the decoder library reads.

SubViewer 1, VPlayer and TMPlayer, PJS, JACOsub, RealText, MPSub, AQTitle.
"""

import io
import re
from fractions import Fraction

import av
import av.error
from av.packet import Packet
from av.subtitles.stream import SubtitleStream
from av.subtitles.subtitle import AssSubtitle

from film.words.subtitles.cues import MOST_CUES, Cue, TooManyCuesError
from film.words.subtitles.formats import Reading

_FIELDS_BEFORE_TEXT = 8
_RESET = re.compile(r"\{\\r\}")
_TMPLAYER_COLON = re.compile(r"^(\d{1,3}:\d\d:\d\d)(?:,\d+)?=", re.MULTILINE)


def read_by_library(text: str, name: str, *, rate: Fraction = Fraction(0)) -> Reading:
    """Read a text by the library's reader of a name.

    Args:
        text: Decoded.
        name: The library's: `subviewer1`, `vplayer`, `pjs`, `jacosub`, `realtext`, `mpsub`, `aqtitle`.
        rate: Frames per second of the film, for `aqtitle`, which counts frames.

    Returns:
        The cues; none where the library finds none.

    Raises:
        TooManyCuesError: There are more than `MOST_CUES`.
    """
    if name == "vplayer":
        text = _TMPLAYER_COLON.sub(r"\1:", text)
    cues: list[Cue] = []
    try:
        options = {"subfps": str(rate)} if rate and name == "aqtitle" else {}
        with av.open(io.BytesIO(text.encode()), mode="r", format=name, options=options) as container:
            for packet in container.demux(container.streams.subtitles[0]):
                if packet.pts is None or packet.time_base is None or not packet.size:
                    continue
                start_s = packet.pts * packet.time_base
                lasts_s = max(packet.duration or 0, 0) * packet.time_base
                cues.append(Cue(start_s, start_s + lasts_s, _text(packet)))
                if len(cues) > MOST_CUES:
                    raise TooManyCuesError
    except av.error.FFmpegError:
        pass
    return Reading(tuple(cue for cue in cues if cue.text))


def _text(packet: "Packet[SubtitleStream]") -> str:
    """Return what the library makes of a packet, which it gives as a row of SubStation."""
    try:
        rects = [rect for rect in packet.decode() if isinstance(rect, AssSubtitle)]
    except (av.error.FFmpegError, OSError):  # a blank one
        return ""
    rows = [rect.ass.decode(errors="replace").split(",", _FIELDS_BEFORE_TEXT)[-1] for rect in rects]
    return _RESET.sub("", "\n".join(rows)).strip()
