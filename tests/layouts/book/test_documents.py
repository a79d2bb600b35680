import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from configs.errors import OutputError, StoryboardError
from configs.units import Box, Face
from layouts.book.documents import dump_storyboard, load_storyboard, storyboard_text
from layouts.book.storyboard import Framing, PageBoard, Panel, Storyboard, Words, WordsKind
from layouts.telling.pacing import Still, TimedWords
from tests.layouts.boards import spoken
from tests.layouts.films import film_ref, films, told

Edit = Callable[[dict[str, Any]], None]


def board() -> Storyboard:
    face = Face(box=Box(x0=0.4, y0=0.2, x1=0.6, y1=0.6), mouth=(0.5, 0.5), score=0.97)
    words = (
        Words(text="What brings you to", start_s=Fraction("11.85"), line=0),
        Words(text="the land?", start_s=13, line=0),
        Words(text="Đi mau!", kind=WordsKind.SONG, speaker="ANNA", line=1),
    )
    first = Panel(at_s=Fraction(1001, 240), shot=0, weight=1.5)
    second = Panel(at_s=12, shot=1, words=words, faces=(face,), focus=face.box, crop=Box(x0=0.1, y0=0, x1=0.9, y1=1))
    return Storyboard(
        film=film_ref(52.17),
        language="vi",
        style="ink-line",
        format="us",
        pages=(PageBoard(panels=(first, second), chapter="The gate"), PageBoard(panels=(Panel(at_s=40),))),
    )


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[Edit], Path]:
    def write(edit: Edit) -> Path:
        data = json.loads(storyboard_text(board()))
        edit(data)
        path = tmp_path / "s.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        return path

    return write


def test_comes_back_as_it_went(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "s.json"
    dump_storyboard(board(), path)
    loaded = load_storyboard(path)
    rounded = Storyboard.model_validate_json(board().model_dump_json())
    assert loaded == rounded
    assert storyboard_text(loaded) == path.read_text(encoding="utf-8")
    assert [each.name for each in path.parent.iterdir()] == ["s.json"]


@given(films())
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_any_storyboard_comes_back(
    tmp_path_factory: pytest.TempPathFactory, film: tuple[list[Still], list[TimedWords]]
) -> None:
    storyboard = told(*film)
    path = tmp_path_factory.getbasetemp() / "any.json"
    dump_storyboard(storyboard, path)
    assert load_storyboard(path) == Storyboard.model_validate_json(storyboard.model_dump_json())


def test_is_written_for_people() -> None:
    text = storyboard_text(board())
    lines = text.splitlines()
    assert lines[1] == '  "schema_version": 1,'
    assert '{"at_s": 4.170833, "shot": 0, "weight": 1.5}' in text
    assert '{"text": "Đi mau!", "kind": "song", "speaker": "ANNA", "line": 1}' in text
    assert '{"text": "the land?", "start_s": 13, "line": 0}' in text
    assert '"crop": {"x0": 0.1, "y0": 0, "x1": 0.9, "y1": 1}' in text
    assert '"chapter": "The gate"' in text and text.count("chapter") == 1
    assert max(map(len, lines)) <= 120 and text.endswith("}\n")


def test_how_panels_stand_is_written_only_where_it_is_unusual(tmp_path: Path) -> None:
    assert "frame" not in storyboard_text(board()) and "slant" not in storyboard_text(board())
    page = PageBoard(panels=(Panel(at_s=1, frame=Framing.BLEED, lock=True), Panel(at_s=2)), slant=-6.5)
    path = tmp_path / "s.json"
    dump_storyboard(board().model_copy(update={"pages": (page,)}), path)
    text = path.read_text(encoding="utf-8")
    assert '{"at_s": 1, "weight": 1, "frame": "bleed", "lock": true}' in text
    assert text.index('"slant": -6.5') < text.index('"panels"')
    assert load_storyboard(path).pages == (page,)


def test_a_byte_order_mark_and_another_order_are_fine(tmp_path: Path) -> None:
    data = json.loads(storyboard_text(board()))
    data["pages"].reverse()
    path = tmp_path / "s.json"
    path.write_text("\ufeff" + json.dumps(dict(reversed(data.items()))), encoding="utf-8")
    assert load_storyboard(path).pages[0].panels[0].at_s == 40


def panel(data: dict[str, Any], number: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = data["pages"][0]["panels"][number]
    return found


WRONG: list[tuple[Edit, str]] = [
    (lambda d: panel(d).update(wieght=2), "page 1, panel 2, wieght: unknown key; did you mean weight?"),
    (
        lambda d: d.update(zzz=2),
        "zzz: unknown key; use one of schema_version, film, language, words_from, style, format, cast, pages",
    ),
    (lambda d: panel(d)["words"][0].update(font=2), "page 1, panel 2, words 1, font: unknown key; use one of text"),
    (lambda d: panel(d)["crop"].update(x2=1), "page 1, panel 2, crop, x2: unknown key; use one of x0, y0, x1, y1"),
    (lambda d: panel(d)["faces"][0]["box"].update(left=1), "panel 2, face 1, box, left: unknown key; use one of x0"),
    (lambda d: panel(d).update(weight="big"), 'page 1, panel 2, weight: "big" is not a number; write a number'),
    (lambda d: panel(d).update(shot=1.5), "page 1, panel 2, shot: 1.5 is not a whole number"),
    (lambda d: panel(d).update(weight=9), "page 1, panel 2, weight: 9 is out of range; give a number at most 8"),
    (lambda d: panel(d).update(weight=0), "page 1, panel 2, weight: 0 is out of range; give a number more than 0"),
    (lambda d: panel(d).update(at_s="1:20"), 'panel 2, at_s: "1:20" is not a time in seconds; write seconds like 83.5'),
    (lambda d: panel(d).update(at_s=None), "panel 2, at_s: null is not a time in seconds"),
    (
        lambda d: panel(d).update(at_s=60),
        "page 1, panel 2, at_s: 60 s is outside the film; choose a time from 0 to 52.17",
    ),
    (lambda d: panel(d).update(at_s=-0.5), "page 1, panel 2, at_s: -0.5 s is outside the film"),
    (lambda d: panel(d)["words"][2].update(start_s=99), "page 1, panel 2, words 3, start_s: 99 s is outside the film"),
    (lambda d: panel(d)["crop"].update(x0=0.95), "page 1, panel 2, crop: the box {"),
    (lambda d: panel(d)["crop"].update(y1=1.2), "keep 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1"),
    (
        lambda d: panel(d).update(crop=[0, 0, 1, 1]),
        "panel 2, crop: [0, 0, 1, 1] is not an object; put its keys in braces",
    ),
    (lambda d: panel(d).pop("at_s"), "page 1, panel 2, at_s: this key is missing; write it"),
    (lambda d: panel(d)["words"][0].update(text=""), "panel 2, words 1, text: there are no words in it; write some"),
    (lambda d: panel(d)["words"][0].update(text=" "), "panel 2, words 1, text: there are no words in it; write some"),
    (lambda d: panel(d)["words"][0].update(text=5), "panel 2, words 1, text: 5 is not text; put it in quotes"),
    (
        lambda d: panel(d)["words"][0].update(kind="bellow"),
        'words 1, kind: "bellow" is unknown; choose one of speech, shout',
    ),
    (
        lambda d: panel(d).update(frame="round"),
        'frame: "round" is unknown; choose one of box, bleed, borderless, inset',
    ),
    (
        lambda d: panel(d).update(lock="tight"),
        'page 1, panel 2, lock: "tight" is not true or false; write true or false',
    ),
    (
        lambda d: d.update(cast=[{"name": "Sintel"}]) or panel(d)["words"][0].update(speaker="Sintl"),
        "panel 2, words 1, speaker: Sintl is not in the cast; did you mean Sintel?",
    ),
    (
        lambda d: d.update(cast=[{"name": "Sintel"}]) or panel(d)["words"][0].update(speaker="Guard"),
        "speaker: Guard is not in the cast; add the name to the cast, or choose one of it",
    ),
    (lambda d: d.update(cast=[{"name": "A"}, {"name": "A"}]), "role 2, name: A stands twice in the cast"),
    (
        lambda d: d.update(cast=[{"name": "A", "colour": "blue"}]),
        'role 1, colour: "blue" is not a colour; write one like #d8ecff',
    ),
    (
        lambda d: panel(d)["words"][0].update(face=2),
        "panel 2, words 1, face: there is no face 2, the panel has 1 face; count its faces from 1",
    ),
    (lambda d: panel(d)["words"][0].update(face=0), "words 1, face: 0 is out of range; give a number at least 1"),
    (
        lambda d: panel(d)["words"][0].update(spot=[0.5, 1.5]),
        "spot, value 2: 1.5 is out of range; give a number at most 1",
    ),
    (
        lambda d: [one.update(spot=[0.5, 0.5]) for one in panel(d)["words"]],
        "panel 2, words 2, spot: its balloon is locked onto that of words 1; move one of the two spots away",
    ),
    (lambda d: d["pages"][0].update(slant=40), "page 1, slant: 40 is out of range; give a number at most 15"),
    (lambda d: d["pages"][0].update(slnt=4), "page 1, slnt: unknown key; did you mean slant?"),
    (lambda d: panel(d).update(words="Hi"), 'page 1, panel 2, words: "Hi" is not a list; put it in square brackets'),
    (lambda d: panel(d)["faces"][0].update(mouth=[1, 2, 3]), "face 1, mouth: [1, 2, 3] has too many values"),
    (lambda d: d["pages"][1].update(panels=[]), "page 2, panels: it is empty; put something there"),
    (lambda d: d.update(pages=[]), "pages: it is empty"),
    (lambda d: d["pages"].append(3), "page 3: 3 is not an object"),
    (lambda d: d["film"].update(sha256="xyz"), 'film, sha256: "xyz" is not a SHA-256 digest'),
    (lambda d: d["film"].pop("duration_s"), "film, duration_s: this key is missing"),
    (lambda d: d.update(schema_version=2), "has schema version 2, newer than 1; update filmcomic"),
    (lambda d: d.update(schema_version=0), "has schema version 0, older than 1; make it again"),
    (lambda d: d.update(schema_version="one"), "schema_version: not a number: 'one'; write"),
    (lambda d: d.update(schema_version=True), "schema_version: not a number: True; write"),
    (lambda d: d.pop("schema_version"), 'has no schema_version; write "schema_version": 1'),
    (lambda d: panel(d).update(a=1, b=2), "page 1, panel 2, a: unknown key (1 more fault after it)"),
]


@pytest.mark.parametrize(("edit", "line"), WRONG)
def test_says_in_one_line_where_it_is_wrong(edited: Callable[[Edit], Path], edit: Edit, line: str) -> None:
    path = edited(edit)
    with pytest.raises(StoryboardError) as caught:
        load_storyboard(path)
    message = str(caught.value)
    assert line in message
    assert message.startswith(f"{path}: ") and "\n" not in message and len(message) < 400


def _line_with(part: str, lines: list[str]) -> int:
    return next(at for at, line in enumerate(lines, 1) if part in line)


def test_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text(storyboard_text(board()).replace('"Đi mau!", "kind": "song"', '"Đi mau!", "kind": "sing"'), "utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()
    with pytest.raises(StoryboardError, match=f"line {_line_with('sing', lines)}, page 1, panel 2, words 3, kind"):
        load_storyboard(path)
    path.write_text(storyboard_text(board()).replace('"at_s": 40', '"at_s": 60'), "utf-8")
    place = _line_with('"at_s": 40', lines)
    with pytest.raises(StoryboardError, match=f"line {place}, page 2, panel 1, at_s"):
        load_storyboard(path)


TEXTS = {
    "is not JSON: Expecting ',' delimiter at line 2, column 1; mend": b'{"schema_version": 1\n"film": 3}',
    "is not JSON: Expecting value at line 1, column 1": b"",
    'is not JSON: the key "a" stands twice': b'{"a": 1, "a": 2}',
    "is not JSON: NaN is not a number": b'{"a": NaN}',
    "is not a storyboard; make one with": b"[]",
    "is not UTF-8 text; save it as UTF-8": '{"a": "é"}'.encode("cp1252"),
    "is not a storyboard: too many brackets": b"[" * 100_000,
    "has no schema_version": b"{}",
}


@pytest.mark.parametrize(("line", "content"), TEXTS.items())
def test_what_is_no_storyboard_at_all(tmp_path: Path, line: str, content: bytes) -> None:
    path = tmp_path / "s.json"
    path.write_bytes(content)
    with pytest.raises(StoryboardError) as caught:
        load_storyboard(path)
    assert line in str(caught.value) and "\n" not in str(caught.value)


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(StoryboardError, match="is a folder"):
        load_storyboard(tmp_path)
    with pytest.raises(StoryboardError, match=r"none\.json: no such file"):
        load_storyboard(tmp_path / "none.json")
    with pytest.raises(OutputError, match="a folder"):
        dump_storyboard(board(), tmp_path)


def test_spoken_puts_parts_together_again() -> None:
    assert [tuple(line) for line in spoken(board())] == [(0, "What brings you to the land?"), (1, "Đi mau!")]
