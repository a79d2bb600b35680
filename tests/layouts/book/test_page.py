"""A composed book: how high its pages are."""

from fractions import Fraction

from configs.recipes.page_settings import load_format
from configs.units import WHOLE
from layouts.book.page import Cover, Leaf, LeafKind, Page, Rect


def test_a_slice_of_a_strip_is_as_high_as_it_says_and_other_pages_as_the_format() -> None:
    page = load_format("us")
    cover = Cover(at_s=Fraction(0), rect=Rect(x=0, y=0, width=9, height=9), crop=WHOLE, title=(), imprint=())
    sheets = (cover, Leaf(kind=LeafKind.TITLE, parts=()), Page(number=1, panels=()))
    assert {sheet.trimmed_height_pt(page) for sheet in sheets} == {page.height_pt}
    assert Page(number=1, panels=(), height_pt=123.0).trimmed_height_pt(page) == 123.0
