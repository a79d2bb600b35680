"""What a place for a balloon costs: the numbers that weigh places against each other, and why each is there.

Of all places that are possible for the balloons of a panel, those with the least sum of costs are taken; only what one
cost is in proportion to the others matters. As a scale: a balloon at a panel's foot costs 8 more than one at its top,
one that covers a face 105 and more. Points are 1/72 inch at trim.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from configs.recipes.tables import RecipeTable, settled
from configs.units import Frozen

_Cost = Annotated[float, Field(ge=0, le=1000)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Points = Annotated[float, Field(ge=0, le=100)]


class Costs(Frozen):
    """Everything that decides which of the places of a balloon is the best."""

    # where in the panel
    low: _Cost = Field(8, description="Cost of the panel's foot, from 0 at its top: one begins to read at the top")
    off_middle: _Cost = Field(
        0.6, description="Cost of a panel's width off its middle: of places that are alike the middle looks calmest"
    )
    untailed_low: _Cost = Field(
        6, description="Further cost of the foot for words without a tail: captions are read first, at the top"
    )
    untailed_right: _Cost = Field(
        5, description="Cost of the right side, from 0 at the left, for words without a tail: captions begin a line"
    )
    ill_shaped: _Cost = Field(
        10, description="Cost of each point of badness of a form: ragged lines and ill proportions read worse"
    )

    # what is covered
    face: _Cost = Field(90, description="Cost of a whole face covered, by its share: it is what readers look at first")
    face_touched: _Cost = Field(15, description="Cost of each face that is touched at all: a little is still a blemish")
    face_grazed: _Share = Field(0.01, description="Share of a face up to which it does not count as touched")
    head: _Cost = Field(25, description="Cost of a whole head covered, hair and all, by its share")
    hat: _Cost = Field(4, description="Cost of sitting right on top of a head, which looks like a hat")
    hat_pt: _Points = Field(3, description="Points above a head from which on a balloon is no hat")
    subject: _Cost = Field(
        14, description="Cost of the whole subject covered, by its share, in a panel without a face: it is its point"
    )
    subject_by_faces: _Cost = Field(
        6, description="Cost of the whole subject covered where there are faces, which count by themselves"
    )
    subject_most: _Share = Field(
        0.6, description="Share of the panel from which on a subject is the whole picture: words must go somewhere"
    )
    busy: _Cost = Field(
        12, description="Cost of what stands out most in the picture, by how much it does: calm places are for words"
    )

    # lettered sounds
    sound_lifted: _Cost = Field(
        5, description="Cost of the foot that a sound is spared: it is heard where it is made, often low"
    )
    sound_away: _Cost = Field(
        16, description="Cost of a panel's diagonal between a sound and its source: it belongs to what makes it"
    )

    # tails
    tail_long: _Cost = Field(14, description="Cost of a tail of a panel's diagonal: short ones are followed at a look")
    tail_least_pt: _Points = Field(9, description="Points between balloon and face that a tail wants to be seen in")
    tail_short: _Cost = Field(0.7, description="Cost of each point that a tail lacks of tail_least_pt")
    tail_cramped_pt: _Points = Field(4.5, description="Points between balloon and face that no tail fits into")
    tail_cramped: _Cost = Field(12, description="Cost of less room than tail_cramped_pt: it would poke the face")
    tail_up: _Cost = Field(3, description="Cost of a balloon below the mouth that speaks: tails hang down better")
    tail_on_face: _Cost = Field(25, description="Cost of a tail across another's face: it misleads, and it disfigures")
    tail_on_balloon: _Cost = Field(30, description="Cost of a tail through a balloon that is read before it")
    tail_under_balloon: _Cost = Field(30, description="Cost of lying on the tail of a balloon that is read before")
    tails_crossed: _Cost = Field(40, description="Cost of tails that cross: nobody can tell who says what")

    # voices from outside the picture
    unseen_aside: _Cost = Field(
        12, description="Cost of a panel's width between a voice from outside and the side its tail leaves by"
    )
    unseen_far_pt: _Points = Field(24, description="Points from that side from which on its tail is a long line")
    unseen_far: _Cost = Field(
        8, description="Cost of standing further off than unseen_far_pt: such a line crosses the picture"
    )
    unseen_room_pt: Annotated[float, Field(ge=0, le=40)] = Field(
        9, description="Points kept free at the panel's sides by a voice from outside, for its tail to be seen"
    )

    # one balloon and the next
    back: _Cost = Field(
        3, description="Cost of a jump back to the left, below the balloon before and beside it: the eye misses it"
    )
    locked_astray: _Cost = Field(
        25, description="Cost of each balloon out of order with one that a person has locked: elsewhere it is barred"
    )
    order_overlap: Annotated[float, Field(ge=0, le=0.5)] = Field(
        0.2, description="Share of the lesser height by which a balloon may begin above the foot of the one before"
    )
    order_rise_pt: Annotated[float, Field(ge=0, le=20)] = Field(
        1, description="Points that a balloon on the right may begin above the one before: higher is read first"
    )
    order_level_pt: Annotated[float, Field(ge=0, le=20)] = Field(
        4, description="Points that the middle of a balloon on the right may lie above that of the one before"
    )
    joined_apart: _Cost = Field(
        0.9, description="Cost of each point beyond the gap between balloons of one voice: their neck is to be short"
    )
    joined_askew: _Cost = Field(
        0.5, description="Cost of each point that balloons of one voice lack of neck_pt: a neck needs room"
    )
    neck_pt: _Points = Field(22, description="Points along which balloons of one voice are to stand beside each other")


class BalloonTable(RecipeTable[Costs]):
    """A recipe's table `[balloons]`: what places of balloons cost, each cost in proportion to the others.

    Points are 1/72 inch at trim; left and right are as in a book read from the left, and mirrored in any other.
    """


USUAL = Costs()
"""The costs where a recipe names none."""


def load_costs(own: BalloonTable | Mapping[str, Any] | None = None) -> Costs:
    """Return the costs with some of them replaced.

    Raises:
        RecipeError: A key is unknown, or a value is out of range.
    """
    return settled(Costs, {}, own, "balloon settings")


def tuning(own: BalloonTable) -> dict[str, Any]:
    """Return the part of a key that tells of tuned balloons, as `{"balloons": {"low": 4.0}}`.

    It is empty where all costs what it usually does, however that is written: what was made before stays valid.
    """
    tuned = load_costs(own).model_dump(mode="json", exclude_defaults=True)
    return {"balloons": tuned} if tuned else {}
