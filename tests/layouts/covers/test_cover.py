"""The cover: a whole head, free of the title, on a picture from edge to edge; the title large, in its colours."""

import numpy as np
import pytest

from configs.recipes.page_settings import load_format
from configs.units import Box
from layouts.book.crops import head, on_page, share_inside
from layouts.book.page import Cover, Rect, TextBlock
from layouts.book.storyboard import Series, Storyboard
from layouts.covers.cover import make_cover
from layouts.covers.sightings import portraits
from layouts.lettering.fonts import pick_fonts
from layouts.lettering.tints import tints_of
from tests.layouts.boards import board, face, panel, words

LETTERING = pick_fonts(["aAđĐ…♪•"])
HEAD = face(0.42, 0.3, 0.54, 0.66)
WIDE, OLD, UPRIGHT, TINY = (1280, 544), (768, 576), (360, 640), (480, 204)


def titled(storyboard: Storyboard, title: str) -> Storyboard:
    return storyboard.model_copy(update={"film": storyboard.film.model_copy(update={"title": title})})


def composed(storyboard: Storyboard, name: str = "us", **own: object) -> Cover:
    return make_cover(storyboard, load_format(name, own), LETTERING)


def title_of(cover: Cover) -> Rect:
    return TextBlock(lines=cover.title).rect


@pytest.mark.parametrize("size_px", [WIDE, OLD, UPRIGHT, TINY])
@pytest.mark.parametrize(
    "title", ["M", "Sintel", "Tears of Steel", "Crouching Tiger, Hidden Dragon", "an endless title " * 4]
)
@pytest.mark.parametrize("name", ["us", "webtoon"])
def test_no_head_is_cut_or_covered(size_px: tuple[int, int], title: str, name: str) -> None:
    cover = composed(titled(board([panel(200, faces=[HEAD])], size_px=size_px), title), name, bleed_pt=9.0)
    page = load_format(name)
    assert cover.rect == Rect(x=0, y=0, width=page.width_pt, height=page.height_pt).inset(-9)
    assert share_inside(head(HEAD), cover.crop) > 0.99
    seen = on_page(HEAD.box, cover.crop, cover.rect)
    block = title_of(cover)
    assert seen is not None and block.overlap(seen) < 0.02 * seen.area
    assert block.x >= 9 and block.right <= page.width_pt - 9 and block.y >= 0
    assert block.bottom < cover.imprint[0].baseline


@pytest.mark.parametrize(
    ("title", "least", "most"), [("Sintel", 70, 111), ("Big Buck Bunny", 65, 111), ("word " * 12, 20, 60)]
)
def test_titles_are_as_large_as_their_length_allows(title: str, least: float, most: float) -> None:
    sizes = [line.size_pt for line in composed(titled(board([panel(200, faces=[HEAD])], size_px=WIDE), title)).title]
    assert least <= min(sizes) and max(sizes) <= most


def test_who_says_most_leads_and_names_are_billed() -> None:
    ann, bob = face(0.4, 0.3, 0.5, 0.6), face(0.45, 0.28, 0.57, 0.64)
    told = [panel(100 + at, words("Yes.", speaker="Ann"), faces=[ann], shot=at) for at in range(3)]
    told.append(panel(200, words("No!", speaker="Bob"), faces=[bob], shot=9, weight=2))
    told.append(panel(210, words("Long ago", "narration", speaker="Narrator"), faces=[bob], shot=10))
    told.append(panel(220, words("Hello?", speaker="Radio", off_screen=True), faces=[bob], shot=11))
    cover = composed(board(told, size_px=WIDE))
    assert cover.at_s < 200
    assert "".join(line.text for line in cover.cast) == "Ann • Bob"
    assert composed(board(told[:3], size_px=WIDE)).cast == ()


def test_a_face_is_one_persons_and_two_pictures_must_agree() -> None:
    one, two, three = face(0.1, 0.2, 0.3, 0.6), face(0.11, 0.2, 0.31, 0.6), face(0.6, 0.2, 0.8, 0.6)
    told = [
        panel(1, words("A.", speaker="Ann"), faces=[one], shot=1),
        panel(2, words("B.", speaker="Bob"), faces=[two], shot=1),  # the same face in the same shot
        panel(3, words("C.", speaker="Ann"), faces=[one], shot=2),
        panel(4, words("D.", speaker="Ann"), faces=[one], shot=3),
        panel(5, words("E.", speaker="Bob"), faces=[three], shot=4),
        panel(6, words("F.", speaker="Cy"), faces=[one], shot=5),
    ]
    (sure,) = portraits(board(told), 9)
    assert sure.name == "Ann" and sure.panel.shot in (2, 3)


def test_a_series_says_its_number_below_the_title() -> None:
    film = board([panel(200, faces=[HEAD])]).film.model_copy(update={"series": Series(name="Show", season=1, number=2)})
    cover = composed(board([panel(200, faces=[HEAD])]).model_copy(update={"film": film}))
    above, below = cover.title[-1], cover.issue[0]
    clear = below.baseline - 0.8 * below.size_pt - above.baseline
    assert clear > 0.12 * above.size_pt, "it stands clear of the title's outline and shadow"
    seen = on_page(HEAD.box, cover.crop, cover.rect)
    assert seen is not None and TextBlock(lines=cover.issue).rect.overlap(seen) == 0


def test_titles_are_coloured_from_the_picture() -> None:
    blue, orange = (40, 70, 160), (230, 130, 30)
    art = np.full((40, 40, 3), blue, np.uint8)
    art[30:36, 30:36] = orange
    red, _, blue_part = tints_of(art, art[:10]).fill
    assert red > 0.8 > 0.5 > blue_part, "orange, which the blue ground lacks"
    grey = tints_of(np.full((9, 9, 3), 90, np.uint8), np.full((3, 3, 3), 90, np.uint8))
    assert min(grey.fill[:2]) > 0.6 > grey.fill[2], "gold, where the art has no colour"


def test_a_film_without_faces_shows_its_subject() -> None:
    subject = Box(x0=0.3, y0=0.3, x1=0.5, y1=0.9)
    told = [panel(1, shot=0, weight=3, focus=subject), panel(200, shot=4, focus=subject), panel(300, shot=5)]
    cover = composed(board(told, size_px=WIDE))
    assert cover.at_s == 200 and share_inside(subject, cover.crop) > 0.95
