"""What an editor sends back first: pictures told twice, cut heads, tails that flee, a title that is a file's name."""

import re
from collections.abc import Iterator
from itertools import combinations

from configs.units import Box
from layouts.book.crops import head, share_inside
from layouts.proof.proof import Group, Place, Proof, ReadPanel

_SAME_S = 0.1
"""Two moments nearer to each other than this are one picture, at any rate of frames."""
_SAME_CROP = 0.6
"""Of what two panels show of one picture together: from here on they look alike."""
_FACE_CUT = 0.12
"""Of a face's box; a detector's box is wider than the face by so much."""
_GLIMPSE = 0.1
"""Less of a face than this at a panel's edge is not seen as one."""
_CROWN_CUT = 0.75
"""Of what lies above the detector's box, hair and hat."""
_CLOSE = 0.55
"""A face of this share of the panel's height is a close-up: there the hair may leave the panel."""
_FLED_MOST, _FLED_FEW = 0.35, 8
"""Of all tails, and how many tails tell anything at all."""
_AT_BORDER_PT = 6.0

_FILE_TITLE = re.compile(
    r"""\b(?:\d{3,4}[pi]|uhd|web-?(?:dl|rip)|blu-?ray|b[dr]rip|hd(?:tv|rip)|dvd(?:rip|scr)?|[xh]\.?26[45]|hevc|xvid
    |av1|aac\d?|dts|ac3|10bit|remux|multi-?sub|s\d{1,2}e\d{1,3})\b|\.(?:mkv|mp4|avi|mov|webm|m4v|ts|wmv)$
    |[^\W_]_[^\W_]|[^\W\d_]\.[^\W\d_]{2,}\.[^\W_]""",
    re.IGNORECASE | re.VERBOSE,
)

Found = Iterator[tuple[Place, str]]


def shows_no_cards(proof: Proof) -> Found:
    """No panel is a title, a logo or credits, as the storyboard tells."""
    for panel in proof.panels:
        if panel.told is not None and panel.told.odd == "card":
            yield panel.place, "shows a card: a title, a logo or credits"


def can_be_made_out(proof: Proof) -> Found:
    """No panel shows what nobody makes out, as the storyboard tells."""
    for panel in proof.panels:
        if panel.told is not None and panel.told.odd == "unreadable":
            yield panel.place, "shows what nobody makes out: smeared, veiled or too dark"


def tells_no_picture_twice(proof: Proof) -> Found:
    """No two panels of a book show the same part of the same frame."""
    for one, other in combinations(proof.panels, 2):
        moment_s = abs(float(one.placed.at_s) - float(other.placed.at_s))
        if moment_s < _SAME_S and _overlap(one.placed.crop, other.placed.crop) > _SAME_CROP:
            yield other.place, f"shows the picture of {one.place} once more"


def _overlap(one: Box, other: Box) -> float:
    """Return the share of what both boxes cover that lies in both."""
    shared = share_inside(one, other) * one.width * one.height
    return shared / (one.width * one.height + other.width * other.height - shared)


def cuts_no_head(proof: Proof) -> Found:
    """A panel's border goes through no head; in a close-up it may take the hair."""
    for panel in proof.panels:
        for told in _cut_heads(panel):
            yield panel.place, told


def _cut_heads(panel: ReadPanel) -> Iterator[str]:
    crop = panel.placed.crop
    for face in panel.told.faces if panel.told else ():
        seen = share_inside(face.box, crop)
        crown, far = face.box.y0 - head(face).y0, face.box.height < _CLOSE * crop.height
        if _GLIMPSE < seen < 1 - _FACE_CUT:
            yield f"its border cuts {100 * (1 - seen):.0f} % off a face"
        elif far and seen >= 1 - _FACE_CUT and crop.y0 - head(face).y0 > max(_CROWN_CUT * crown, 1e-3):
            yield "its border takes the top off a head"


def keeps_its_speakers(proof: Proof) -> Found:
    """Few tails leave by the side of a panel in which there are faces: a reader wants to see who speaks."""
    faced = [panel for panel in proof.panels if panel.faces]
    tailed = [(panel, group) for panel in faced for group in panel.groups if _tip(group) is not None]
    fled = [(panel, group) for panel, group in tailed if _leaves(panel, group)]
    if len(tailed) >= _FLED_FEW and len(fled) > _FLED_MOST * len(tailed):
        yield Place(), f"{len(fled)} of {len(tailed)} tails leave by their panel's side and point at none of its faces"


def _tip(group: Group) -> tuple[float, float] | None:
    return next((each.placed.tip for each in group.balloons if each.placed.tip is not None), None)


def _leaves(panel: ReadPanel, group: Group) -> bool:
    tip, rect = _tip(group), panel.placed.rect
    aims = any(each.placed.mouth is not None for each in group.balloons)
    return not aims and tip is not None and min(tip[0] - rect.x, rect.right - tip[0]) < _AT_BORDER_PT


def has_a_title(proof: Proof) -> Found:
    """A book bears a film's title, and not the name of a file."""
    title = proof.board.film.title
    if found := _FILE_TITLE.search(title):
        yield Place(), f'its title "{title}" looks like the name of a file ("{found.group()}")'
