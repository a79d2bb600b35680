"""The recipe: times, the order of flag, file and preset, and one line for every fault."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs.errors import RecipeError
from configs.recipes.recipe import Look, Recipe, clock, load_recipe, parse_clock


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("00:01:00", 60), ("1:02:03.5", Fraction(7447, 2)), ("02:03", 123), ("90", 90), (90.25, Fraction(361, 4)), (7, 7)],
)
def test_clock_reads_what_people_write(written: object, seconds: Fraction) -> None:
    assert parse_clock(written) == seconds


@pytest.mark.parametrize(
    "written", ["", "abc", "1:2:3:4", "00:61:00:", "1:75:00", "0:00:75", "-5", -1, None, True, "nan"]
)
def test_clock_refuses_the_rest(written: object) -> None:
    with pytest.raises(ValueError, match=r"no time|before"):
        parse_clock(written)


@given(st.integers(0, 10**11))
def test_clock_survives_the_round_trip(microseconds: int) -> None:
    seconds = Fraction(microseconds, 1_000_000)
    assert parse_clock(clock(seconds)) == seconds


def test_flag_beats_recipe(tmp_path: Path) -> None:
    file = tmp_path / "r.toml"
    file.write_text('style = "ink-noir"\npages = 3\nstart = "0:10"\n')
    recipe = load_recipe(file, {"style": "ink-watercolour", "pages": None})
    assert (recipe.style, recipe.pages, recipe.start) == ("ink-watercolour", 3, 10)


def test_a_manga_is_drawn_in_black_and_white_unless_a_style_is_named() -> None:
    plain = load_recipe(None, {"edition": "manga"})
    assert plain.style == "ink-noir" and "style" not in plain.model_fields_set, "a storyboard's own style still counts"
    assert load_recipe(None, {"edition": "manga", "style": "ink-line"}).style == "ink-line"
    assert load_recipe(None, {}).style == load_recipe(None, {"edition": "us"}).style == Recipe().style


def test_json_round_trip_keeps_times() -> None:
    recipe = Recipe(start=Fraction(3, 2), end=Fraction(90))
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('stile = "x"', "unknown key stile"),
        ("pages = 0", "pages: "),
        ('start = "soon"', "start: 'soon' is no time"),
        ('start = "20"\nend = "10"', "is not after the start"),
        ('device = "tpu"', "device: "),
        ("style = ", "not TOML"),
        ("[pages]\nx = 1", "pages"),
        ("strength = 2", "strength: "),
        ("[[scenes]]\nstart = 5\nend = 4", "the end 0:00:04 is not after the start 0:00:05"),
        ("[[scenes]]\nstart = 5", "scenes.0.end"),
        ('[[scenes]]\nstart = 5\nend = 6\nstile = "x"', "unknown key scenes.0.stile; did you mean style?"),
        ("[[scenes]]\nstart = 5\nend = 9\n[[scenes]]\nstart = 8\nend = 12", "begins before the one before it ends"),
    ],
)
def test_every_fault_is_one_line_that_names_the_file(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "r.toml"
    file.write_text(text)
    with pytest.raises(RecipeError) as caught:
        load_recipe(file, {})
    line = str(caught.value)
    assert told in line and str(file) in line and "\n" not in line and caught.value.exit_code == 2


def test_a_missing_recipe_and_one_that_is_not_text(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="cannot be read"):
        load_recipe(tmp_path / "none.toml", {})
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\x00x")
    with pytest.raises(RecipeError, match="UTF-8"):
        load_recipe(tmp_path / "b.toml", {})


def test_scenes_lie_over_the_whole(tmp_path: Path) -> None:
    file = tmp_path / "r.toml"
    file.write_text(
        'style = "ink-noir"\nfaces = 0.5\n'
        '[[scenes]]\nstart = "0:10"\nend = "0:20"\nstyle = "ink-watercolour"\n'
        '[[scenes]]\nstart = "0:20"\nend = "0:30"\nstrength = 0.25\nfaces = 0\nbrightness = true\n'
    )
    recipe = load_recipe(file, {"strength": 0.75})
    whole = Look(style="ink-noir", strength=0.75, faces=0.5)
    assert [recipe.look_at(Fraction(at)) for at in (0, Fraction("9.999"), 30)] == [whole] * 3
    assert (
        recipe.look_at(Fraction(10))
        == recipe.look_at(Fraction("19.999"))
        == whole.model_copy(update={"style": "ink-watercolour"})
    )
    assert recipe.look_at(Fraction(20)) == Look(style="ink-noir", strength=0.25, faces=0, brightness=True)
    assert recipe.styles == ("ink-noir", "ink-watercolour")
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


def test_the_form_describes_every_field() -> None:
    schema = Recipe.model_json_schema()
    fields = schema["properties"] | schema["$defs"]["SceneLook"]["properties"]
    assert all(field.get("description") for field in fields.values())


@pytest.mark.parametrize(("written", "track"), [(3, "3"), ("03", "3"), ("CC1", "cc1"), (" dtv6 ", "dtv6")])
def test_a_track_is_a_number_or_captions(written: object, track: str) -> None:
    assert Recipe(track=written).track == track  # type: ignore[arg-type]
    assert Recipe.model_validate_json(Recipe(track=track).model_dump_json()).track == track


@pytest.mark.parametrize("written", ["", "cc", "cc5", "-1", "first", 1.5, True])
def test_what_is_no_track_is_told_in_one_line(written: object) -> None:
    with pytest.raises(RecipeError, match=r"track: .* is no track; give its number, or cc1 or the like, as"):
        load_recipe(None, {"track": written})


def test_words_come_from_one_place() -> None:
    with pytest.raises(RecipeError, match="track and subtitles both say where the words come from: give one of them"):
        load_recipe(None, {"track": "2", "subtitles": "film.srt"})
