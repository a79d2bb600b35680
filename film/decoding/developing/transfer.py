"""Which light a film's values stand for: HDR is told by the pictures, by the container, or only by what lies beside."""

from typing import Any, NamedTuple

from av.video.frame import VideoFrame

PQ, HLG, IPT = "smpte2084", "arib-std-b67", "ipt-pq-c2"
_TRANSFERS = {16: PQ, 18: HLG}
"""By the numbers of ITU-T H.273."""
_UNSAID = (0, 2, 3)
_BASES = {1: PQ, 4: HLG, 6: PQ}
"""By the compatibility that Dolby Vision tells of its base layer (ETSI GS CCM 001)."""
_GRADED = frozenset(["MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL", "DYNAMIC_HDR_PLUS"])
_HDR_BITS = 10


class DolbyVision(NamedTuple):
    """What a container says of Dolby Vision in it."""

    profile: int
    compatibility: int
    """What of it players without Dolby Vision can show; 0: nothing."""


def transfer_of(frame: VideoFrame, told: int, dolby: DolbyVision | None) -> tuple[str, str]:
    """Return the transfer function that needs tone-mapping, and a note where it is guessed or its colours are.

    Args:
        frame: The film's first.
        told: The container's transfer function, a number of ITU-T H.273.
        dolby: The container's record of Dolby Vision, if it has one.

    Returns:
        `smpte2084`, `arib-std-b67`, `ipt-pq-c2`, or empty for ordinary video; and the note, mostly empty.
    """
    names = _side_data(frame)
    if dolby is not None and dolby.compatibility == 0:
        exact = "DOVI_METADATA" in names
        note = f"is Dolby Vision of profile {dolby.profile} without its metadata: its colours are approximate"
        return IPT, "" if exact else note
    said = int(frame.color_trc)
    if said in _UNSAID:
        said = told
    if said not in _UNSAID:
        return _TRANSFERS.get(said, ""), ""
    if dolby is not None and dolby.compatibility in _BASES:
        return _BASES[dolby.compatibility], ""
    if names & _GRADED and frame.format.components[0].bits >= _HDR_BITS:
        return PQ, "says how it was graded but not how its light is stored: it is taken for HDR10"
    return "", ""


def _side_data(frame: VideoFrame) -> set[str]:
    side_data: Any = frame.side_data  # PyAV's types know other keys than PyAV
    return {data.type.name for data in side_data}
