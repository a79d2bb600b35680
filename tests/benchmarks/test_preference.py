"""Blind pairs: each question once, sides balanced, no names on the sheets, and answers counted for the right style."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.preference import Key, Pair, by_chance, draw_pairs, draw_sheet, main, read_answers, report, tally

FRAMES = [Path(f"{at}.png") for at in range(5)]
KEY = Key(
    seed=1,
    pairs=(
        Pair(number=1, frame="x", a="ink", b="oil"),
        Pair(number=2, frame="y", a="oil", b="ink"),
        Pair(number=3, frame="z", a="oil", b="ink"),
        Pair(number=4, frame="x", a="wax", b="ink"),
    ),
)


@pytest.mark.parametrize("styles", [["ink", "oil"], ["ink", "oil", "wax"]])
def test_every_two_styles_meet_once_on_every_frame_and_on_both_sides(styles: list[str]) -> None:
    key = draw_pairs(FRAMES, styles, seed=3)
    assert [pair.number for pair in key.pairs] == list(range(1, len(key.pairs) + 1))
    met = Counter((pair.frame, frozenset((pair.a, pair.b))) for pair in key.pairs)
    games = len(styles) * (len(styles) - 1) // 2
    assert len(met) == len(key.pairs) == games * len(FRAMES) and all(pair.a != pair.b for pair in key.pairs)
    for two in {names for _, names in met}:
        left = Counter(pair.a for pair in key.pairs if {pair.a, pair.b} == two)
        assert sorted(left.values()) == [2, 3]


def test_the_seed_decides_the_order() -> None:
    orders = [draw_pairs(FRAMES, ["ink", "oil"], seed).pairs for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]


def test_wins_go_to_the_style_that_stood_there() -> None:
    counts = tally(KEY, read_answers("1 A\n2 b # close\n\n3 A\n4 =\n"))
    assert counts == {("ink", "oil"): {"ink": 2, "oil": 1, "=": 0}, ("ink", "wax"): {"ink": 0, "wax": 0, "=": 1}}
    assert report(KEY, {1: "A"}).splitlines() == [
        "ink 1 : 0 oil, 0 ties (by chance: 1.000)",
        "ink 0 : 0 wax, 0 ties (by chance: 1.000)",
        "1 of 4 pairs answered",
    ]


@pytest.mark.parametrize("text", ["1", "A 1", "1 C", "1 A B", "1 A\n1 B"])
def test_what_is_no_answer_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="pair"):
        read_answers(text)


def test_an_answer_to_no_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="no pair 9"):
        tally(KEY, {9: "A"})


@pytest.mark.parametrize(("wins", "losses", "chance"), [(0, 0, 1), (5, 0, 2 / 32), (0, 5, 2 / 32), (3, 1, 10 / 16)])
def test_the_sign_test(wins: int, losses: int, chance: float) -> None:
    assert by_chance(wins, losses) == pytest.approx(chance)


def test_a_sheet_shows_a_at_the_left_and_b_at_the_right(tmp_path: Path) -> None:
    """Rows begin at 20 + 34 and, one picture, label and gap later, at 20 + 34 + 40 + 20 + 34."""
    shades = {"ink": 10, "oil": 120}
    for name, shade in shades.items():
        Image.new("RGB", (80, 40), (shade,) * 3).save(tmp_path / f"{name}.png")
    painted = {name: dict.fromkeys("xyz", tmp_path / f"{name}.png") for name in shades}
    sheet = np.asarray(draw_sheet(KEY.pairs[:2], painted))
    assert sheet.shape == (20 + 2 * 94, 2 * 80 + 60, 3)
    assert [[sheet[y, x, 0] for x in (60, 160)] for y in (74, 168)] == [[10, 120], [120, 10]]


def test_the_frame_itself_stands_above_its_pair(tmp_path: Path) -> None:
    shades = {"ink": 10, "oil": 120, "untouched": 60}
    for name, shade in shades.items():
        Image.new("RGB", (80, 40), (shade,) * 3).save(tmp_path / f"{name}.png")
    painted = {name: dict.fromkeys("xyz", tmp_path / f"{name}.png") for name in shades}
    sheet = np.asarray(draw_sheet(KEY.pairs[:1], painted, above=True))
    assert sheet.shape == (20 + 20 + 94, 2 * 80 + 60, 3)
    assert [sheet[30, 110, 0], sheet[94, 60, 0], sheet[94, 160, 0]] == [60, 10, 120]


def test_from_frames_to_a_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frames = [tmp_path / f"{at}.png" for at in range(3)]
    for at, frame in enumerate(frames):
        Image.new("RGB", (192, 48), (60 * at, 90, 120)).save(frame)
    out = tmp_path / "pairs"
    asked = ["--out", str(out), "--on-a-sheet", "2", "--width", "96"]
    main(["--styles", "ink-line", "ink-noir", *asked, *map(str, frames)])
    assert sorted(path.name for path in out.iterdir()) == ["key.json", "pairs-01.png", "pairs-02.png"]
    key = Key.model_validate_json((out / "key.json").read_text())
    with Image.open(out / "pairs-02.png") as sheet:
        assert sheet.size == (2 * 96 + 60, 20 + 34 + 24 + 20)
    (tmp_path / "answers.txt").write_text(
        "\n".join(f"{p.number} {'A' if p.a == 'ink-noir' else 'B'}" for p in key.pairs)
    )
    capsys.readouterr()
    main(["--tally", str(out / "key.json"), str(tmp_path / "answers.txt")])
    assert capsys.readouterr().out.startswith("ink-line 0 : 3 ink-noir, 0 ties (by chance: 0.250)")
    with pytest.raises(SystemExit, match="two or three"):
        main(["--styles", "ink-line", str(frames[0])])
