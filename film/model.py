"""What reading a film yields: the values that leave this room.

All are frozen and JSON-able; pictures travel as a path and a digest. Times are seconds as `Fraction`, zero where
players start the film (the container's start offset already taken off); intervals are half-open.
"""

from bisect import bisect_right
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from configs.units import WHOLE, Box, Face, Frozen, Seconds

_OPENED = (
    # containers
    *("mp4", "m4v", "mov", "qt", "mqv", "3gp", "3gpp", "3g2", "3gp2", "mj2", "f4v", "ismv", "insv"),
    *("mkv", "mk3d", "webm", "avi", "divx", "xvid", "amv", "flv", "ogv", "ogm", "asf", "wmv", "wm", "dvr-ms"),
    *("ts", "m2t", "m2ts", "mts", "tp", "trp", "tod", "mpg", "mpeg", "mpe", "m2p", "vob", "vro", "evo", "mod"),
    *("mxf", "nut", "ivf", "gif", "apng"),
    # bare video streams
    *("m1v", "m2v", "mpv", "h264", "264", "h26l", "avc", "h265", "265", "hevc", "obu", "dv", "dif", "y4m"),
)
_REFUSED = ("rm", "rmvb", "ivr", "wtv", "mjpg", "mjpeg", "nsv", "nuv", "gxf", "mlv", "r3d", "dav", "pva", "vc1", "flc")
FILM_SUFFIXES = frozenset(f".{suffix}" for suffix in (*_OPENED, *_REFUSED))
"""File names that are taken for films; what is in them is seen when they are opened.

Those of films that are not read are among them, so that a folder of films tells what to do with each rather than
passing it over in silence. Endings that mostly mean something else (`.ogg`, `.dat`, `.png`) are not.
"""


class StreamKind(StrEnum):
    """What a stream carries."""

    VIDEO = "video"
    AUDIO = "audio"
    TEXT = "text"
    """Subtitles made of text: they can be lettered."""
    PICTURE = "picture"
    """Subtitles made of pictures (PGS, VobSub): they cannot be read as words."""
    DATA = "data"
    """What the decoder library knows nothing of in an MP4: a time code, a camera's places, or words of a newer kind."""


class Stream(Frozen):
    """One stream of the container."""

    index: int
    kind: StreamKind
    codec: str
    language: str = ""
    """ISO 639 code as the file writes it (`eng`, `vie`, `en`), empty when unknown."""
    title: str = ""
    default: bool = False
    forced: bool = False
    hearing_impaired: bool = False
    commentary: bool = False
    """Of somebody who talks about the film."""
    descriptions: bool = False
    """Words that tell what is to be seen, for those who do not see."""


class Chapter(Frozen):
    """One chapter mark of the container."""

    start_s: Seconds
    title: str


class Passage(Frozen):
    """A part of a film whose timestamps run on, as one of several recordings that were joined byte by byte.

    Timestamps are those of the picture in the container's own seconds, without `Timeline.period_s`.
    """

    first_stamp_s: Seconds
    last_stamp_s: Seconds
    whole_stamp_s: Seconds
    """Of its first key frame: what comes before builds on pictures that are not there."""
    offset_s: Seconds
    """What comes off its timestamps to give the film's time; whole microseconds."""
    byte: int = -1
    """Where in the file it begins; -1: not known."""
    stuck: bool = False
    """Its timestamps stand still: each picture comes the usual time after the one before."""


class Foothold(Frozen):
    """A key frame from which decoding may begin with its time known."""

    time_s: Seconds
    stamp_s: Seconds
    passage: int
    byte: int
    """Where in the file; -1: not known."""
    packet: int
    """How many of the picture's packets come before it."""


class Timeline(Frozen):
    """What a film's time is made of where its timestamps alone do not tell it."""

    passages: tuple[Passage, ...] = ()
    """In the order of the file; none where one would do, so for all sound films."""
    footholds: tuple[Foothold, ...] = ()
    """Some seconds apart, as there is a key frame; none where there are no passages."""
    end_s: Seconds = Fraction(0)
    """Where the last passage ends; 0 where there are none."""
    period_s: Seconds = Fraction(0)
    """After how long the format's timestamps begin again at zero; 0: never, or not known."""
    permuted: bool = False
    """Whether timestamps are repeated, or are those of decoding where pictures are shown in another order."""


class Movie(Frozen):
    """A film file, probed."""

    path: Path
    """Absolute."""
    sha256: str
    state: tuple[int, int] = (0, 0)
    """Size in bytes and time of change in nanoseconds as they were before the digest was taken; zeros: not known."""
    duration_s: Seconds
    """Where the picture ends, always more than 0: as the packets that are there say; an upper bound on what decodes."""
    promised_s: Seconds = Fraction(0)
    """The length that the container tells where clearly less is there, as in a download that broke off; else 0."""
    rate: Fraction
    """Average frames per second; never divide a frame number by it: timestamps rule."""
    size_px: tuple[int, int]
    """Upright display (width, height) that holds every frame: after cropping, rotation and sample aspect ratio.

    Where sizes change on the way, the widest and the highest count, so that none has to be scaled down.
    """
    pixel_aspect: Fraction = Fraction(1)
    """How much wider than high a stored pixel is shown, as the container says; that of the first frame where it does
    not."""
    coded_aspect: Fraction = Fraction(1)
    """The same as the first frame itself says; a frame that says otherwise is believed and no longer the container."""
    varied: bool = False
    """Whether frames were found whose pixels have another aspect than the first one's."""
    stereo: str = ""
    """Where the pictures for two eyes lie: `side by side`, `top and bottom`, `line by line`, `column by column`,
    `as a checkerboard`, `frame by frame`; empty where there is one."""
    inside: Box = WHOLE
    """What is left of the canvas without bars and edges that never change, in fractions, as some frames tell.

    Shots are looked for in there. What pages show goes by what the one pass finds (`ShotList.picture`)."""
    crop_px: tuple[int, int, int, int] = (0, 0, 0, 0)
    """What players cut off the stored picture because the container says so: left, right, top, bottom."""
    rotation: int = 0
    """Clockwise degrees (0, 90, 180, 270) by which players turn the stored picture."""
    flipped: bool = False
    """Whether players swap the stored picture's top and bottom, before they turn it; at 180 degrees that mirrors it."""
    start_offset_s: Seconds = Fraction(0)
    """The container's timestamp at which players start."""
    timeline: Timeline = Timeline()
    unread_share: float = 0.0
    """What share of the file is another recording behind its end, which no player reads either."""
    until_byte: int = 0
    """Where in the file the picture goes on in another codec: no more is read; 0: all of it is."""
    unedited: bool = False
    """Whether its edit list cuts pictures only because they bear wrong timestamps, and is to cut none."""
    hdr: str = ""
    """Transfer function that needs tone-mapping (`smpte2084` or `arib-std-b67`), empty for ordinary video.

    `ipt-pq-c2`: the same as `smpte2084`, of a picture in Dolby Vision's own colours (its profiles without a base that
    other players show).
    """
    interlaced: bool = False
    """Whether frames of two fields were found; there may be others."""
    notes: tuple[str, ...] = ()
    """What of the picture cannot be shown as it was meant, one line each."""
    streams: tuple[Stream, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    title: str = ""
    """From the metadata, empty when it has none."""


class Transition(StrEnum):
    """How a shot begins."""

    START = "start"
    HARD = "hard"
    DISSOLVE = "dissolve"
    WIPE = "wipe"
    FADE = "fade"


class Shot(Frozen):
    """The frames between two cuts; `[start_s, end_s)`."""

    index: int
    start_s: Seconds
    end_s: Seconds
    first_frame: int
    """Counted from 0 in display order, over the frames that could be decoded."""
    transition: Transition
    clean_start_s: Seconds
    """Where its opening transition is over: no keyframe comes from before."""
    clean_end_s: Seconds
    """Where the closing transition starts: no keyframe comes from after."""
    picture: Box | None = None
    """The picture inside bars of its own, in fractions of the upright display frame; None: too little of it was seen to
    tell."""


class FrameStats(Frozen):
    """Figures of every decoded frame, gathered in the one pass; parallel tuples in display order."""

    time_s: tuple[float, ...]
    luma: tuple[float, ...]
    """Mean lightness, 0 to 255."""
    contrast: tuple[float, ...]
    """Standard deviation of lightness, 0 to 255."""
    sharpness: tuple[float, ...]
    """Variance of the Laplacian of the small lightness picture."""
    change: tuple[float, ...]
    """Mean absolute difference of colours (Y'CrCb) to the frame before, 0 to 255; 0 for the first."""


class ShotList(Frozen):
    """The shots of a film and what was measured on the way."""

    shots: tuple[Shot, ...]
    scenes: tuple[tuple[int, int], ...]
    """Half-open ranges of shot indices that share a place and time."""
    picture: Box = WHOLE
    """The picture inside letterbox and pillarbox bars, in fractions of the upright display frame."""
    stats: FrameStats
    warnings: tuple[str, ...] = ()
    """What of a damaged film was lost, one line each."""

    def at(self, at_s: Fraction) -> Shot:
        """Return the shot that a time lies in, the nearest where it lies outside the film."""
        return self.shots[max(0, bisect_right(self.shots, at_s, key=lambda shot: shot.start_s) - 1)]


class LineKind(StrEnum):
    """What the words of a line are."""

    SPEECH = "speech"
    SHOUT = "shout"
    WHISPER = "whisper"
    THOUGHT = "thought"
    RADIO = "radio"
    """Out of a machine: radio, telephone, television."""
    SONG = "song"
    SOUND = "sound"
    """A described sound: `[door slams]`."""
    NARRATION = "narration"
    """A voice from nowhere in the picture: whole cue in italics, or a voice-over."""
    SIGN = "sign"
    """Words written in the picture, place and time captions."""


class Line(Frozen):
    """Words said or shown, cleaned of every mark-up; `[start_s, end_s)`, in the order of the cues."""

    index: int
    start_s: Seconds
    end_s: Seconds
    text: str
    """NFC, no tags, entities resolved; single spaces; line breaks in signs alone; stressed words
    stand in stars (`*now*`)."""
    kind: LineKind = LineKind.SPEECH
    speaker: str = ""
    off_screen: bool = False
    """Whoever says it is out of the picture."""
    foreign: bool = False
    """In another language than the film's, told in the reader's own."""
    described: bool = False
    """Told for those who do not see: it says what its picture shows."""


class Dialogue(Frozen):
    """All lines of one subtitle source, and of one that describes what is to be seen."""

    lines: tuple[Line, ...]
    language: str = ""
    source: str = ""
    """The file's name, `track 3 (vie)`, or `cc1 (closed captions in the picture)`; empty when there are no words."""
    described: str = ""
    """Likewise the source of what is to be seen, told as narration among the lines of `source`."""
    warnings: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    """Where there are no words: what lay there and was not taken, and why."""

    @property
    def sources(self) -> str:
        """All sources for people: `film.srt and the descriptions of track 3 (eng)`."""
        return f"{self.source} and the descriptions of {self.described}" if self.described else self.source


class Keyframe(Frozen):
    """The frame that stands for a shot or a beat of it, cropped to the picture inside the bars."""

    shot: int
    at_s: Seconds
    """Its exact timestamp."""
    image: Path
    """JPEG (quality 95, 4:4:4), upright, square pixels, tone-mapped; relative to the film's store."""
    sha256: str
    size_px: tuple[int, int]
    faces: tuple[Face, ...] = ()
    """Fractions of this image, largest first."""
    focus: Box = WHOLE
    """What a crop must keep: the faces, else the moving or most detailed part."""
    busy: str = ""
    """How much stands out where: rows of hexadecimal digits from the top, 0 (calm) to f, parted by spaces."""
    card: bool = False
    """A title, a logo with a name, or credits, rather than a picture of the story."""
    readable: bool = True
    """Whether a reader makes out at a glance what it shows: neither smeared nor between two pictures nor all black."""
    crisp: float = 1.0
    """How crisp it is where it is crispest, 0 to 1; 1 where there may be a head, for that tells what is shown."""
    salience: float = 1.0
    """How strongly one thing stands out whole from what is around it, 0 (a bare floor, a sky, clutter) to 1."""
    lit: float = 1.0
    """How well its subject is lit, 0 to 1: the largest face, else the focus; likewise below."""
    sharp: float = 1.0
    """How fine the subject's contours are for its size: little where it is smeared or has few pixels."""
    look: int = -1
    """Frames of one number look the same to a reader; -1: nobody has compared."""
