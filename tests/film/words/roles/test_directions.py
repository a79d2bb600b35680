"""How words are spoken, by the directions of subtitles."""

import pytest

from film.model import LineKind
from film.words.roles.directions import Tone, tone_of


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        ("whispering", Tone(LineKind.WHISPER)),
        ("in a low voice", Tone(LineKind.WHISPER)),
        ("thì thầm", Tone(LineKind.WHISPER)),
        ("à voix basse", Tone(LineKind.WHISPER)),
        ("SHOUTING", Tone(LineKind.SHOUT)),
        ("schreit", Tone(LineKind.SHOUT)),
        ("over radio", Tone(LineKind.RADIO)),
        ("on the phone", Tone(LineKind.RADIO)),
        ("qua điện thoại", Tone(LineKind.RADIO)),
        ("thinking", Tone(LineKind.THOUGHT)),
        ("V.O.", Tone(LineKind.NARRATION)),
        ("voice-over", Tone(LineKind.NARRATION)),
        ("O.S.", Tone(off_screen=True)),
        ("off-screen", Tone(off_screen=True)),
        ("from the other room", Tone(off_screen=True)),
        ("in French", Tone(foreign=True)),
        ("speaking Mandarin Chinese", Tone(foreign=True)),
        ("in a foreign language", Tone(foreign=True)),
        ("whispering in German", Tone(LineKind.WHISPER, foreign=True)),
        ("shouting off-screen", Tone(LineKind.SHOUT, off_screen=True)),
    ],
)
def test_directions(direction: str, expected: Tone) -> None:
    assert tone_of(direction) == expected


@pytest.mark.parametrize(
    "noise",
    [
        "door slams",
        "thunder",
        "in pain",
        "laughing",
        "",
        "music on",
        "phone rings",
        "screamer",
        "in Rome",
        "the French army",
    ],
)
def test_noises_are_no_directions(noise: str) -> None:
    assert tone_of(noise) is None


def test_two_directions_add_up() -> None:
    assert Tone(LineKind.SHOUT) | Tone(LineKind.WHISPER, off_screen=True) == Tone(LineKind.SHOUT, off_screen=True)
