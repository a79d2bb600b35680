"""How words are spoken, told by the directions of subtitles: `[whispering]`, `(over radio)`, `[in French]`, `(V.O.)`.

Subtitles for the hard of hearing and scripts write them in brackets before the words or after the speaker's name. A
direction of the voice is not read out: it becomes the shape of the balloon (Preu & Loviscach, "From Movie to Comic",
SIGGRAPH 2007).
"""

import re
from dataclasses import dataclass

from film.languages import known
from film.model import LineKind


@dataclass(frozen=True, slots=True)
class Tone:
    """How words are spoken."""

    kind: LineKind | None = None
    """What they become; None where a direction changes nothing that is seen."""
    off_screen: bool = False
    """The speaker is out of the picture."""
    foreign: bool = False
    """In another language than the film's."""

    def __or__(self, other: "Tone") -> "Tone":
        """Return both together; of two kinds the first."""
        return Tone(self.kind or other.kind, self.off_screen or other.off_screen, self.foreign or other.foreign)


PLAIN = Tone()

_KINDS = (
    (LineKind.NARRATION, r"v\.? ?o\.?|voice-?\s?over|narrat(?:es|ing|ion)|voix off|voz en off"),
    (
        LineKind.RADIO,
        r"(?:on|over|through|via|into|from) (?:an? |the |his |her |their )?(?:\w+ )?(?:radio|(?:tele)?phone|tv|tele"
        r"vision|intercom|pa|p\.a\.|loud\s?speakers?|speakers?|speakerphone|walkie(?:-talkie)?|headset|earpiece|comms?"
        r"|megaphone|answering machine|voicemail|recording|computer)|(?:radio|filtered|distorted|electronic|mechanical)"
        r"(?: voice)?|(?:im|am|übers?|über) (?:radio|funk|telefon|lautsprecher|fernseher)|(?:à la|au|par|en) (?:radio"
        r"|téléphone|télévision|télé)|por (?:la )?(?:radio|teléfono|televisión)|al telefono|alla radio"
        r"|(?:qua|trên) (?:radio|điện thoại|ti vi|tv|loa)|по (?:рации|телефону|радио|телевизору)",
    ),
    (
        LineKind.THOUGHT,
        r"think(?:s|ing)|thoughts?|(?:in|inside) (?:his|her|my|their) (?:head|mind)|inner (?:voice|monologue)"
        r"|internal(?:ly)?|mentally|denkt|in gedanken|pense|pensando|piensa|nghĩ(?: thầm)?|думает|мысленно",
    ),
    (
        LineKind.WHISPER,
        r"whisper(?:s|ed|ing)?|murmur(?:s|ed|ing)?|mutter(?:s|ed|ing)?|hushed|softly|quietly|under (?:his|her|their)"
        r" breath|in a (?:low|hushed|quiet) voice|flüster(?:t|nd)|leise|chuchot(?:e|ant|ement)|à voix basse|murmure"
        r"|susurr(?:a|ando)|en voz baja|sussurra(?:ndo)?|sottovoce|thì thầm|nói khẽ|шёпотом|шепч(?:ет|ут)|шепотом",
    ),
    (
        LineKind.SHOUT,
        r"shout(?:s|ed|ing)?|yell(?:s|ed|ing)?|scream(?:s|ed|ing)?|bellow(?:s|ing)?|holler(?:s|ing)?|roar(?:s|ing)?"
        r"|cr(?:ies|ying) out|calling out|loudly|schrei(?:t|end)|brüllt|crie|criant|hurle|hurlant"
        r"|grita(?:ndo)?|urla(?:ndo)?|hét|la lớn|кричит|кричат|крича",
    ),
)  # fmt: skip
_KIND_OF = tuple((kind, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)) for kind, pattern in _KINDS)
_OFF = re.compile(
    r"(?<!\w)(?:o\.? ?[sc]\.?|off|off[- ]?(?:screen|camera)|hors[- ]champ|fuera de (?:campo|cámara)|fuori campo"
    r"|from (?:outside|afar|off|behind|above|below|upstairs|downstairs|inside|the (?:next|other) room)"
    r"|in the distance|at a distance|distant(?:ly)?|ngoài hình|за кадром)(?!\w)",
    re.IGNORECASE,
)
_TONGUE = re.compile(
    r"(?:^|(?<=\s))(?:in|speak(?:s|ing)|auf|en|tiếng|bằng tiếng)\s+((?:[^\W\d_]+[\s-])*[^\W\d_]+)", re.IGNORECASE
)
_OTHER = re.compile(r"(?:foreign|native|alien|another|other|unknown) (?:language|tongue)", re.IGNORECASE)
_MOST_WORDS = 5


def tone_of(direction: str) -> Tone | None:
    """Return how a bracketed direction says that words are spoken; None where it is no such direction.

    A noise is none: `[door slams]`. Whether somebody whispers or whispers are heard only the words after it tell: ask
    about brackets that have words.
    """
    parts = direction.split()
    if not 0 < len(parts) <= _MOST_WORDS:
        return None
    kind = next((kind for kind, pattern in _KIND_OF if pattern.search(direction)), None)
    tone = Tone(kind, bool(_OFF.search(direction)), is_foreign(direction))
    return tone if tone != PLAIN else None


def is_foreign(direction: str) -> bool:
    """Tell whether a direction says that the words are in another language: `in French`, `speaking Klingon`."""
    if _OTHER.search(direction):
        return True
    match = _TONGUE.search(direction)
    return match is not None and any(known(word) and len(word) > 3 for word in match.group(1).replace("-", " ").split())
