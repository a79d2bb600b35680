import math

from hypothesis import given
from hypothesis import strategies as st
from shapely.affinity import skew
from shapely.geometry import Polygon, box

from layouts.proof.eye_order import reading_order

_GUTTER = 6.0

Place = tuple[float, float, float, float]


@st.composite
def sliced(draw: st.DrawFn, page: Place = (0, 0, 480, 740), depth: int = 3, shift: int = 0) -> list[Polygon]:
    """A page cut into rows, those into columns, and so on; its panels in the order in which they are read.

    Gutters of neighbouring columns never meet: there the eye would go on along the row.
    """
    x0, y0, x1, y1 = page
    rows = depth % 2 == 1
    low, high = (y0, y1) if rows else (x0, x1)
    parts = draw(st.integers(1, 3)) if depth and high - low > 120 else 1
    if parts == 1:
        return [box(*page)] if not depth else draw(sliced(page, depth - 1, shift))
    step = (high - low - 40 + _GUTTER) / parts
    begins = [low, *(low + part * step + 15 * shift for part in range(1, parts))]
    ends = [*(begin - _GUTTER for begin in begins[1:]), high]
    found: list[Polygon] = []
    for number, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        found += draw(sliced((x0, begin, x1, end) if rows else (begin, y0, end, y1), depth - 1, number))
    return found


@given(sliced(), st.randoms(), st.floats(-12, 12))
def test_a_sliced_page_is_read_as_it_was_cut_whatever_the_list_says(panels, dice, lean: float) -> None:
    """Also where all upright gutters lean."""
    leaning = [skew(panel, xs=lean, origin=(0, 0)) for panel in panels]
    order = list(range(len(panels)))
    dice.shuffle(order)
    read = reading_order([leaning[at] for at in order])
    assert read is not None and [order[at] for at in read] == list(range(len(panels)))


@given(sliced(), st.floats(-12, 12))
def test_from_the_right_a_mirrored_page_has_the_same_order(panels, lean: float) -> None:
    leaning = [skew(panel, xs=lean, origin=(0, 0)) for panel in panels]
    mirrored = [Polygon([(480 - x, y) for x, y in panel.exterior.coords]) for panel in leaning]
    assert reading_order(mirrored, rtl=True) == list(range(len(panels)))


def test_a_tall_panel_on_the_left_is_read_first_and_a_pinwheel_not_at_all() -> None:
    tall = [box(0, 0, 100, 400), box(110, 0, 300, 190), box(110, 200, 300, 400)]
    assert reading_order(tall) == [0, 1, 2]
    assert reading_order(tall[::-1]) == [2, 1, 0]
    wheel = [box(0, 0, 190, 90), box(200, 0, 300, 190), box(110, 200, 300, 300), box(0, 100, 100, 300)]
    assert reading_order(wheel) is None
    assert reading_order([box(0, 0, 100, 100), box(50, 50, 150, 150)]) is None
    assert reading_order([]) == []


def test_one_gutter_may_lean_while_others_stand() -> None:
    lean = 100 * math.tan(math.radians(12))
    upper = [Polygon([(0, 0), (200 + lean, 0), (200, 100), (0, 100)])]
    upper += [Polygon([(206 + lean, 0), (400, 0), (400, 100), (206, 100)])]
    lower = [box(0, 110, 150, 200), box(156, 110, 400, 200)]
    assert reading_order([*upper, *lower]) == [0, 1, 2, 3]
