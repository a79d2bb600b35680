"""What pictures show, in words: for those who hear the book. Said from what is known, never guessed."""

from fractions import Fraction

from configs.recipes.recipe import clock
from layouts.book.crops import share_inside
from layouts.book.page import PlacedPanel
from layouts.book.storyboard import Panel

_CLOSE, _MIDDLE = 0.4, 0.16
"""Height of a face in the panel from which on a shot is close, or medium."""
_SEEN = 0.5
_COUNTED = ("nobody", "one person", "two people", "three people", "four people")


def describe_panel(panel: Panel, placed: PlacedPanel, number: int, of: str = "") -> str:
    """Return a panel's description: its place on the page, its time, who is seen from how near, who speaks.

    Args:
        panel: As the storyboard has it.
        placed: As it lies on the page: faces outside its crop are not told.
        number: On its page, from 1.
        of: What it is of, where that is not this film.
    """
    faces = [face for face in panel.faces if share_inside(face.box, placed.crop) >= _SEEN]
    where = of or f"{clock(Fraction(int(panel.at_s)))} of the film"
    named = list(dict.fromkeys(words.speaker for words in panel.words if words.speaker))
    seen = "no faces"
    if faces:
        largest = max(face.box.height for face in faces) / placed.crop.height
        how = "close" if largest >= _CLOSE else "at middle distance" if largest >= _MIDDLE else "far away"
        who = _COUNTED[len(faces)] if len(faces) < len(_COUNTED) else f"{len(faces)} people"
        seen = f"{who}, {how}"
    speaks = f"; {' and '.join(named)} speak{'s' if len(named) == 1 else ''}" if named else ""
    return f"Panel {number}, {where}: {seen}{speaks}."
