"""What is placed on a page, moved: panels with their balloons and words."""

from layouts.book.page import PlacedBalloon, PlacedPanel, Point, Rect, TextLine


def lowered_panel(panel: PlacedPanel, down_pt: float) -> PlacedPanel:
    """Return a panel moved down by some points, with all that is in it."""
    return panel.model_copy(
        update={
            "rect": moved_rect(panel.rect, 0.0, down_pt),
            "corners": _moved_points(panel.corners, 0.0, down_pt),
            "balloons": tuple(moved_balloon(balloon, 0.0, down_pt) for balloon in panel.balloons),
        }
    )


def moved_balloon(balloon: PlacedBalloon, right_pt: float = 0.0, down_pt: float = 0.0) -> PlacedBalloon:
    """Return a balloon moved by some points: body, tail and words."""
    return balloon.model_copy(
        update={
            "body": moved_rect(balloon.body, right_pt, down_pt),
            "outline": _moved_points(balloon.outline, right_pt, down_pt),
            "lines": tuple(moved_line(line, right_pt, down_pt) for line in balloon.lines),
            "tip": _moved(balloon.tip, right_pt, down_pt) if balloon.tip is not None else None,
            "mouth": _moved(balloon.mouth, right_pt, down_pt) if balloon.mouth is not None else None,
            "bubbles": tuple(
                bubble.model_copy(update={"centre": _moved(bubble.centre, right_pt, down_pt)})
                for bubble in balloon.bubbles
            ),
        }
    )


def moved_rect(rect: Rect, right_pt: float = 0.0, down_pt: float = 0.0) -> Rect:
    """Return a rectangle moved by some points."""
    return rect.model_copy(update={"x": rect.x + right_pt, "y": rect.y + down_pt})


def moved_line(line: TextLine, right_pt: float = 0.0, down_pt: float = 0.0) -> TextLine:
    """Return a line of lettering moved by some points."""
    return line.model_copy(
        update={"x": round(line.x + right_pt, 3), "baseline": round(line.baseline + down_pt, 3)},
    )


def _moved(point: Point, right_pt: float, down_pt: float) -> Point:
    return round(point[0] + right_pt, 3), round(point[1] + down_pt, 3)


def _moved_points(points: tuple[Point, ...], right_pt: float, down_pt: float) -> tuple[Point, ...]:
    return tuple(_moved(point, right_pt, down_pt) for point in points)
