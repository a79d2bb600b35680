"""Languages as they may be written into files."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs.bcp47 import language_tag


@pytest.mark.parametrize(
    ("told", "tag"),
    [
        ("vie", "vi"), ("pt_br", "pt-BR"), ("zh-hans", "zh-Hans"), ("chi", "zh"), ("ger", "de"), ("jbo", "jbo"),
        ("und", ""), ("mul", ""), ("", ""), ("  en ", "en"), ("klingon", ""), ("xx", ""), ("en-", ""), ("x" * 99, ""),
        ('en-"><script>alert(9)</script>', ""), ("en\x00", ""), ("en us", ""), ("éé", ""), ("en-\ud800", ""),
    ],
)  # fmt: skip
def test_only_what_the_registry_knows_is_written(told: str, tag: str) -> None:
    assert language_tag(told) == tag


@given(st.text(max_size=40))
def test_a_tag_needs_no_escaping(text: str) -> None:
    assert re.fullmatch("[A-Za-z0-9-]*", language_tag(text))
