"""Scenes that subtitles name, in brackets or as scripts do; and what only looks like it."""

import pytest

from film.model import LineKind
from film.words.roles.headings import heading_of
from tests.film.words.test_cleaning import cue, said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Scene: the harbour", "the harbour"),
        ("SCENE 12: THE HARBOUR", "THE HARBOUR"),
        ("Szene: Am Hafen", "Am Hafen"),
        ("Escena 3: El puerto", "El puerto"),
        ("Сцена: порт", "порт"),
        ("INT. KITCHEN - NIGHT", "KITCHEN - NIGHT"),
        ("INT./EXT. CAR - DAY", "CAR - DAY"),
        ("EXT HARBOUR - DAWN", "HARBOUR - DAWN"),
        ("Int. Kitchen - Night", "Kitchen - Night"),
        ("EXT. PLAGE - JOUR", "PLAGE - JOUR"),
        ("ИНТ. КУХНЯ - НОЧЬ", "КУХНЯ - НОЧЬ"),
        ("INNEN. KÜCHE - NACHT", "KÜCHE - NACHT"),
    ],
)
def test_headings(text: str, told: str) -> None:
    assert heading_of(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "Ext. 402, please", "EXT. 402", "Int. call for you, sir.", "Scene? What scene?", "The scene: a murder.",
        "INTO THE WOODS", "EXTRA! EXTRA!", "scene music swells", "Interior door creaks", "Scene:",
        "Location: Berlin", "",
    ],
)  # fmt: skip
def test_no_headings(text: str) -> None:
    assert heading_of(text) == ""


SIGN, SOUND, SPEECH = LineKind.SIGN, LineKind.SOUND, LineKind.SPEECH


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("[Scene: the harbour]", [(SIGN, "", "the harbour")]),
        ("[Location: Berlin]", [(SIGN, "", "Berlin")]),
        ("[INT. KITCHEN - NIGHT]", [(SIGN, "", "KITCHEN - NIGHT")]),
        ("INT. KITCHEN - NIGHT", [(SIGN, "", "KITCHEN - NIGHT")]),
        ("[Later]", [(SIGN, "", "Later")]),
        ("[Later] Hello.", [(SIGN, "", "Later"), (SPEECH, "", "Hello.")]),
        ("[Next Morning]\nGet up!", [(SIGN, "", "Next Morning"), (SPEECH, "", "Get up!")]),
        ("Good night. [The next morning]", [(SPEECH, "", "Good night."), (SIGN, "", "The next morning")]),
        ("[Scene: the harbour]\n- Who is there?", [(SIGN, "", "the harbour"), (SPEECH, "", "Who is there?")]),
        ("[scene music swells]", [(SOUND, "", "scene music swells")]),
        ("[night birds call]", [(SOUND, "", "night birds call")]),
        ("[interior door creaks]", [(SOUND, "", "interior door creaks")]),
        ("[late train passes]", [(SOUND, "", "late train passes")]),
    ],
)
def test_cues_of_scenes_are_captions_and_sounds_are_none(
    markup: str, expected: list[tuple[LineKind, str, str]]
) -> None:
    assert said(cue(markup)) == expected
