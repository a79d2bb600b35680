"""What is painted for a book: parts with the page's pixels, or whole frames; one pen for all panels."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from configs.recipes.recipe import Recipe
from film.model import Keyframe
from layouts.book.crops import Excerpt, excerpt, excerpts, picture_needs
from layouts.book.page import Book, PlacedPanel
from tasks.making.painting import Painting, paint_jobs
from tasks.making.planning import part_of, plan_book
from tests.layouts.sound_book import BOOK


def planned(book: Book = BOOK, size_px: tuple[int, int] = (1280, 720), **asked: Any) -> Mapping[Excerpt, Painting]:
    frames = {
        one.at_s: Keyframe(
            shot=0, at_s=one.at_s, image=Path(f"{one.at_s}.jpg"), sha256=f"{int(one.at_s):064}", size_px=size_px
        )
        for one in excerpts(book)
    }
    return plan_book(Recipe(**({"style": "atelier-colour"} | asked)), (), frames, book)


def test_a_part_is_painted_with_the_pixels_that_are_printed() -> None:
    plan = planned()
    assert list(plan) == list(excerpts(BOOK))
    for one, painting in plan.items():
        left, _, right, _ = painting.picture.part or (0, 0, 0, 0)
        assert one.width_px <= right - left <= one.width_px + 2
        part = part_of(painting.picture)
        assert part.x0 <= one.crop.x0 + 1e-9 and part.y0 <= one.crop.y0 + 1e-9
        assert part.x1 >= one.crop.x1 - 1e-9 and part.y1 >= one.crop.y1 - 1e-9


def test_a_small_film_is_not_enlarged_without_end() -> None:
    cover = excerpt(BOOK.cover.at_s, BOOK.cover.crop, BOOK.cover.rect, BOOK.format.ppi)
    for one, painting in planned(size_px=(320, 180)).items():
        wanted = one.width_px / one.crop.width
        most = min(2560, 200 / BOOK.format.ppi * wanted) if one == cover else 800
        assert abs(painting.picture.size_px[0] - min(most, wanted)) <= 1
    assert min(2560, 200 / BOOK.format.ppi * cover.width_px / cover.crop.width) > 800, "the cover is one that gains"


@pytest.mark.parametrize("asked", [{"style": "animegan:paprika"}, {"style": "ink-watercolour"}, {"brightness": True}])
def test_what_goes_by_the_whole_frame_is_painted_whole_once(asked: dict[str, Any]) -> None:
    plan = planned(**asked)
    assert {painting.picture.part for painting in plan.values()} == {None}
    needs = picture_needs(BOOK)
    assert all(painting.picture.size_px == needs[one.at_s] for one, painting in plan.items())
    assert len({painting.target for painting in plan.values()}) == len(needs)


def test_two_uses_of_a_frame_are_two_parts_and_equal_ones_are_one() -> None:
    page = BOOK.pages[0]
    first = page.panels[0]

    def again(**changed: object) -> Book:
        other = page.panels[1].model_copy(update={"at_s": first.at_s, "crop": first.crop, "rect": first.rect} | changed)
        pages = (page.model_copy(update={"panels": (first, other)}),)
        return BOOK.model_copy(update={"pages": pages, "front": (), "back": ()})

    def count(book: Book) -> int:
        panels: tuple[PlacedPanel, ...] = book.pages[0].panels
        plan = planned(book)
        return len({painting.target for one, painting in plan.items() if one.at_s == panels[0].at_s}) - (
            BOOK.cover.at_s == first.at_s
        )

    smaller = first.rect.model_copy(update={"width": first.rect.width / 2, "height": first.rect.height / 2})
    assert (count(again()), count(again(rect=smaller))) == (1, 2)


def test_parts_make_batches_of_many_sizes(tmp_path: Path) -> None:
    plan = planned()
    (job,) = paint_jobs(tmp_path, plan.values())
    assert len(job.pictures) == len(plan) and len(set(job.targets)) == len(plan)
    assert type(job).model_validate(job.model_dump(mode="json")) == job, "a worker is sent the same"


def test_ranges_with_a_style_of_their_own_are_painted_its_way() -> None:
    last = max(one.at_s for one in excerpts(BOOK))
    plan = planned(scenes=[{"start": last, "end": last + Fraction(1), "style": "ink-watercolour"}])
    assert {one.at_s for one, painting in plan.items() if painting.picture.part is None} == {last}
