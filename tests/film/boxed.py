"""Films whose tracks of words hold whatever a test wants: MP4 with sample entries that no writer here knows."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.packet import Packet

from tests.film.reels import add_track, draw_film

Sample = tuple[float, float, bytes]
"""Start and end in seconds, and the bytes."""


def box(kind: bytes, inside: bytes = b"") -> bytes:
    """Return a box of MP4."""
    return (len(inside) + 8).to_bytes(4, "big") + kind + inside


def cue_box(text: str, **others: str) -> bytes:
    """Return a WebVTT cue as MP4 has it; others are its boxes besides the words, such as `sttg` or `iden`."""
    inside = b"".join(box(name.encode(), value.encode()) for name, value in others.items())
    return box(b"vttc", inside + box(b"payl", text.encode()))


NO_CUE = box(b"vtte")


def write_boxed(
    path: Path,
    entry: bytes,
    samples: Sequence[Sample],
    *,
    handler: bytes = b"text",
    language: str = "und",
    options: dict[str, str] | None = None,
) -> Path:
    """Write an MP4 of 20 seconds with a picture and a track of these samples, whose sample entry is called `entry`."""
    folder = path.parent
    picture = draw_film(folder / f"{path.stem}.bare.mkv", list(range(0, 20_000, 200)))
    (folder / f"{path.stem}.words.txt").write_text("1\n00:00:00,000 --> 00:00:01,000\nx\n")
    plain = add_track(picture, folder / f"{path.stem}.words.txt", folder / f"{path.stem}.plain.mp4", codec="mov_text")
    with av.open(str(plain)) as source, av.open(str(path), "w", options=options or {}) as target:
        streams = [target.add_stream_from_template(one) for one in source.streams]
        streams[1].metadata["language"] = language
        for packet in source.demux(source.streams.video[0]):
            if packet.size:
                packet.stream = streams[0]
                target.mux(packet)
        for start_s, end_s, data in samples:
            target.mux(_packet(data, streams[1], start_s, end_s))
    data = path.read_bytes()
    assert data.count(b"tx3g") == 1
    path.write_bytes(
        data.replace(b"tx3g", entry).replace(b"hdlr\0\0\0\0\0\0\0\0sbtl", b"hdlr\0\0\0\0\0\0\0\0" + handler)
    )
    for made in ("bare.mkv", "words.txt", "plain.mp4"):
        (folder / f"{path.stem}.{made}").unlink()
    return path


def _packet(data: bytes, stream: Any, start_s: float, end_s: float) -> Any:
    packet: Any = Packet(data)
    packet.stream, packet.time_base = stream, Fraction(1, 1000)
    packet.pts = packet.dts = round(start_s * 1000)
    packet.duration = round((end_s - start_s) * 1000)
    return packet
