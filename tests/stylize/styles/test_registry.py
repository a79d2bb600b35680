"""Styles by name: what is there, what is not, and what it costs to ask."""

import subprocess
import sys

import numpy as np
import pytest

from configs.errors import StyleError
from configs.recipes.recipe import Recipe
from stylize.styles.registry import check_style, describe_styles, is_neural, make_stylizer, style_digest
from tests.material import ROOT

INK = ("ink-line", "ink-noir", "ink-watercolour")


def test_the_default_comes_first_and_every_style_is_described() -> None:
    styles = describe_styles()
    assert styles[0].name == Recipe().style and set(INK) <= {style.name for style in styles}
    assert len({style.name for style in styles}) == len(styles)
    for style in styles:
        assert style.description
        assert style.licence
        assert style.ready == (not style.needs)


@pytest.mark.parametrize("name", INK)
def test_ink_is_ready_on_any_device(name: str) -> None:
    check_style(name, "cuda")
    stylizer = make_stylizer(name, device="cuda")
    assert stylizer.name == name
    assert stylizer.batch_limit >= 1
    assert stylizer.paint(np.full((1, 8, 8, 3), 0.5, np.float32)).shape == (1, 8, 8, 3)


@pytest.mark.parametrize(
    "name", ["", "oil", "ink-", "ink-lines", "ink-line ", "animegan:", "animegan:none", "INK-LINE"]
)
@pytest.mark.parametrize("ask", [make_stylizer, check_style, style_digest])
def test_an_unknown_style_names_the_known_ones(name: str, ask: object) -> None:
    assert callable(ask)
    with pytest.raises(StyleError) as caught:
        ask(name)
    told = str(caught.value)
    assert all(known in told for known in INK)
    assert "\n" not in told


def test_a_near_miss_is_guessed() -> None:
    with pytest.raises(StyleError, match="did you mean ink-noir"):
        check_style("ink-nor")


def test_the_digest_follows_style_and_settings_and_nothing_else() -> None:
    digests = {style_digest(name) for name in INK} | {style_digest("ink-line", {"ink": {"line_width": 2}})}
    assert len(digests) == 4
    assert style_digest("ink-line") == style_digest("ink-line", {}) == style_digest("ink-line", {"nst": {"steps": 9}})
    one, other = {"bands": 4, "chroma": 1}, {"chroma": 1.0, "bands": 4}
    assert style_digest("ink-line", {"ink": one}) == style_digest("ink-line", {"ink": other})


def test_only_networks_are_neural() -> None:
    assert not is_neural("ink-noir") and is_neural("animegan:paprika")


def test_ink_never_imports_torch() -> None:
    code = """
import sys
import numpy as np
from stylize.styles.registry import check_style, describe_styles, make_stylizer, style_digest
make_stylizer("ink-line").paint(np.zeros((1, 8, 8, 3), np.float32))
style_digest("ink-noir"), check_style("ink-watercolour")
assert "stylize.animegan.animegan" not in sys.modules
describe_styles()
assert not {"torch", "torchvision", "prefect", "av"} & set(sys.modules), sorted(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
