"""Books that are read from right to left: the layout is mirrored, never the art.

A page is composed in a mirrored world, where faces, subjects and locked crops stand the other way round and all is
read from left to right; then its geometry is mirrored back. So whatever holds for a page that is read from the left
(order, tails, lead room) holds for one that is read from the right. Words are set anew in their mirrored balloons:
they are read from left to right in both worlds.
"""

from configs.units import Box, Face
from layouts.book.moving import moved_balloon, moved_line
from layouts.book.page import Page, PlacedBalloon, PlacedPanel, Point, Rect
from layouts.book.storyboard import Panel, Storyboard, Words


def mirrored_storyboard(storyboard: Storyboard) -> Storyboard:
    """Return a storyboard whose pictures are seen in a mirror."""
    pages = tuple(
        board.model_copy(update={"panels": tuple(_mirrored_told(panel) for panel in board.panels)})
        for board in storyboard.pages
    )
    return storyboard.model_copy(update={"pages": pages})


def mirrored_page(page: Page, width_pt: float) -> Page:
    """Return a composed page seen in a mirror, with its words as readable as before.

    Args:
        page: Composed from a mirrored storyboard.
        width_pt: The page's width.
    """
    return page.model_copy(update={"panels": tuple(mirrored_panel(panel, width_pt) for panel in page.panels)})


def mirrored_panel(panel: PlacedPanel, width_pt: float) -> PlacedPanel:
    """Return a panel on the other side of the page; its corners go on clockwise from the top left."""
    corners = tuple(_mirrored_point(corner, width_pt) for corner in panel.corners)
    # clockwise becomes anticlockwise, and the second corner is the new top left
    corners = tuple(corners[(1 - step) % len(corners)] for step in range(len(corners)))
    return panel.model_copy(
        update={
            "rect": mirrored_rect(panel.rect, width_pt),
            "corners": corners,
            "crop": mirrored_box(panel.crop),
            "balloons": tuple(_mirrored_balloon(balloon, width_pt) for balloon in panel.balloons),
        }
    )


def mirrored_rect(rect: Rect, width_pt: float) -> Rect:
    """Return a rectangle on the other side of the page."""
    return rect.model_copy(update={"x": width_pt - rect.right})


def mirrored_box(box: Box) -> Box:
    """Return a box of a picture as it lies in the picture's mirror image."""
    return Box(x0=max(0.0, 1 - box.x1), y0=box.y0, x1=min(1.0, 1 - box.x0), y1=box.y1)


def _mirrored_told(panel: Panel) -> Panel:
    return panel.model_copy(
        update={
            "faces": tuple(_mirrored_face(face) for face in panel.faces),
            "focus": None if panel.focus is None else mirrored_box(panel.focus),
            "crop": None if panel.crop is None else mirrored_box(panel.crop),
            "busy": " ".join(row[::-1] for row in panel.busy.split()),
            "words": tuple(_mirrored_words(words) for words in panel.words),
        }
    )


def _mirrored_words(words: Words) -> Words:
    """Return words whose locked balloon, if any, stands on the other side."""
    return words if words.spot is None else words.model_copy(update={"spot": (1 - words.spot[0], words.spot[1])})


def _mirrored_face(face: Face) -> Face:
    return face.model_copy(update={"box": mirrored_box(face.box), "mouth": (1 - face.mouth[0], face.mouth[1])})


def _mirrored_balloon(balloon: PlacedBalloon, width_pt: float) -> PlacedBalloon:
    """Mirror body and tail; the lines go along with the body as they stand in it, centred or from its left."""
    body = mirrored_rect(balloon.body, width_pt)
    along = body.x - balloon.body.x
    if balloon.tip is None and _is_box(balloon):
        return moved_balloon(balloon, along)
    return balloon.model_copy(
        update={
            "body": body,
            "outline": tuple(_mirrored_point(point, width_pt) for point in reversed(balloon.outline)),
            "lines": tuple(moved_line(line, along) for line in balloon.lines),
            "tip": None if balloon.tip is None else _mirrored_point(balloon.tip, width_pt),
            "mouth": None if balloon.mouth is None else _mirrored_point(balloon.mouth, width_pt),
            "bubbles": tuple(
                bubble.model_copy(update={"centre": _mirrored_point(bubble.centre, width_pt)})
                for bubble in balloon.bubbles
            ),
        }
    )


def _is_box(balloon: PlacedBalloon) -> bool:
    """Tell whether the outline lies wholly within the body: nothing of it belongs to another balloon or to a tail."""
    body = balloon.body.inset(-0.5)
    return all(body.x <= x <= body.right and body.y <= y <= body.bottom for x, y in balloon.outline)


def _mirrored_point(point: Point, width_pt: float) -> Point:
    return round(width_pt - point[0], 3), point[1]
