"""The grammar of balloons: what holds which words, how they are lettered, which face says them."""

from collections.abc import Mapping, Sequence
from zlib import crc32

from layouts.balloons.surroundings import Surroundings
from layouts.book.page import TAILED, Colour, Shape
from layouts.book.storyboard import CastMember, Words, WordsKind
from layouts.lettering.font_files import Style
from layouts.lettering.fonts import letterable

STYLES = {
    Shape.SPEECH: Style.REGULAR,
    Shape.SHOUT: Style.BOLD,
    Shape.WHISPER: Style.REGULAR,
    Shape.THOUGHT: Style.REGULAR,
    Shape.RADIO: Style.OBLIQUE,
    Shape.SONG: Style.OBLIQUE,
    Shape.CAPTION: Style.REGULAR,
    Shape.SIGN: Style.BOLD,
    Shape.SOUND: Style.SOUND,
    Shape.NOTE: Style.OBLIQUE,
}
_SHAPES = {
    WordsKind.SPEECH: Shape.SPEECH,
    WordsKind.SHOUT: Shape.SHOUT,
    WordsKind.WHISPER: Shape.WHISPER,
    WordsKind.THOUGHT: Shape.THOUGHT,
    WordsKind.RADIO: Shape.RADIO,
    WordsKind.SONG: Shape.SONG,
    WordsKind.SOUND: Shape.SOUND,
    WordsKind.NOTE: Shape.NOTE,
    WordsKind.NARRATION: Shape.CAPTION,
    WordsKind.SIGN: Shape.SIGN,
}
_TURN_LEAST, _TURN_MOST, _TURN_PLAY = 3.0, 9.0, 2.5
"""Degrees by which the softest and the loudest sound stand aslope, and how much that differs from one to the next."""
_USUALLY_LOUD = 0.4
_BYSTANDERS = 3.0
"""A face so many times as large as the next one is the one that the picture is about."""
_BRIDGED = frozenset({Shape.SPEECH, Shape.WHISPER, Shape.SONG})
_PAPERED = frozenset(TAILED | {Shape.CAPTION})
"""What stands on a named speaker's own paper: captions too, where somebody tells."""


def shape_of(words: Words) -> Shape:
    """Choose what holds the words."""
    return _SHAPES[words.kind]


def turn_of(words: Words) -> float:
    """Return by how many degrees a sound stands aslope, against the clock: the more the louder, most of them rising.

    It is always the same for the same words at the same time.
    """
    if shape_of(words) is not Shape.SOUND:
        return 0.0
    hashed = crc32(f"{words.text} {words.start_s} {words.line}".encode())
    loud = _USUALLY_LOUD if words.loud is None else words.loud
    turn = _TURN_LEAST + (_TURN_MOST - _TURN_LEAST) * loud + _TURN_PLAY * (hashed % 100) / 100
    return round(turn if hashed // 100 % 3 else -turn, 2)


def text_on_page(words: Words) -> str:
    """Return the text as it stands on the page; rows of a sign, parted by line ends, stay rows."""
    if words.kind is WordsKind.SIGN:
        return "\n".join(filter(None, map(letterable, words.text.splitlines()))) or letterable(words.text)
    text = letterable(words.text)
    if words.kind in (WordsKind.SOUND, WordsKind.NOTE):
        return text.strip("[]()* ") or text
    if words.kind is WordsKind.SONG and "♪" not in text and "♫" not in text:
        text = f"♪ {text} ♪"
    return f"<{text}>" if words.foreign else text


def speakers(words: Sequence[Words], scene: Surroundings) -> list[int | None]:
    """Tell which of the faces in sight says which words; None for nobody in the picture.

    What the storyboard says counts first: a face, or that the speaker is out of the picture; a named voice keeps the
    face that it has in another balloon of the panel. Several named voices go from left to right; else a face that is
    alone speaks, or one beside which the others are bystanders. What comes out of a machine comes from nobody in sight.
    """
    if not scene.faces:
        return [None] * len(words)
    largest = _foremost(scene)
    told = {one.speaker: _seen(one, scene) for one in words if one.speaker and one.face is not None}
    voices = [one.speaker for one in words if one.speaker and _asks(one) and one.speaker not in told]
    free = [index for index in range(len(scene.faces)) if index not in told.values()]
    who = told | _shared_out(list(dict.fromkeys(voices)), free, scene, alone=not told)
    return [
        _seen(one, scene) if one.face is not None else who.get(one.speaker, largest) if _asks(one) else None
        for one in words
    ]


def _foremost(scene: Surroundings) -> int | None:
    """Return the face that is so much larger than all others that it alone may speak; None where there is none."""
    ranked = sorted(range(len(scene.faces)), key=lambda index: (-scene.faces[index].area, index))
    others = ranked[1:2]
    clear = all(scene.faces[ranked[0]].area >= _BYSTANDERS * scene.faces[other].area for other in others)
    return ranked[0] if clear else None


def from_outside(words: Words, speaker: int | None) -> bool:
    """Tell whether words are known to come from outside the picture: their tail leaves by its side.

    Args:
        words: With a tail.
        speaker: The face in sight that says them.
    """
    return speaker is None and (words.off_screen or words.kind is WordsKind.RADIO or words.face is not None)


def _asks(words: Words) -> bool:
    """Tell whether it is to be guessed which face says the words."""
    return shape_of(words) in TAILED and not words.off_screen and words.kind is not WordsKind.RADIO


def _seen(words: Words, scene: Surroundings) -> int | None:
    """Return the face that the storyboard names, where it is in sight."""
    return scene.numbers.index(words.face - 1) if words.face and words.face - 1 in scene.numbers else None


def _shared_out(
    voices: Sequence[str], free: Sequence[int], scene: Surroundings, *, alone: bool
) -> dict[str, int | None]:
    """Give each voice one of the largest faces, from left to right; the last ones speak from outside the picture."""
    if alone and len(voices) < 2:
        return {}
    big = sorted(free, key=lambda index: -scene.faces[index].area)[: len(voices)]
    across = sorted(big, key=lambda index: scene.faces[index].x)
    return {voice: across[number] if number < len(across) else None for number, voice in enumerate(voices)}


def goes_on(before: Words, words: Words) -> bool:
    """Tell whether words belong into a balloon joined to the one before: the same line, or the same named voice."""
    same = (words.line is not None and words.line == before.line) or bool(words.speaker)
    held = (words.speaker, words.face, words.off_screen, shape_of(words))
    free = words.spot is None and before.spot is None
    return same and free and shape_of(words) in _BRIDGED and held == (
        before.speaker, before.face, before.off_screen, shape_of(before)
    )  # fmt: skip


def papers(cast: Sequence[CastMember]) -> dict[str, Colour]:
    """Return the colour of each speaker's balloons, by name; white ones are left out."""
    found = {role.name: _colour(role.colour) for role in cast}
    return {name: colour for name, colour in found.items() if colour != (1.0, 1.0, 1.0)}


def paper_of(words: Words, own: Mapping[str, Colour]) -> Colour | None:
    """Return the ground that words stand on, where their speaker has one."""
    return own.get(words.speaker) if shape_of(words) in _PAPERED else None


def _colour(written: str) -> Colour:
    red, green, blue = (round(int(written[at : at + 2], 16) / 255, 4) for at in (1, 3, 5))
    return red, green, blue
