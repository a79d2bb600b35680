"""The letterer's lint: what a professional would send back, told rule by rule.

The rules hold for a composed book and its storyboard; no picture is needed. Their limits are those of editors and
letterers (Blambot's Comic Book Grammar and Tradition, Jim Shooter's memo on balloons, the word counts that Alan Moore
passed on from Mort Weisinger, Greko on type sizes).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from configs.units import Frozen
from layouts.proof.lint import balloon_rules, editor_rules, panel_rules, tail_rules, text_rules
from layouts.proof.proof import Place, Proof

Found = Iterator[tuple[Place, str]]
"""Where a fault is, and what it is."""


class Fault(Frozen):
    """One thing that is wrong."""

    rule: str
    page: int | None = None
    """Number of the story page; panels and balloons are counted in reading order from 1."""
    panel: int | None = None
    balloon: int | None = None
    told: str

    def __str__(self) -> str:
        """Write it on one line: where, what, and the rule's name."""
        where = str(Place(page=self.page, panel=self.panel, balloon=self.balloon))
        return f"{where}: {self.told} ({self.rule})" if where else f"{self.told} ({self.rule})"


RULES: dict[str, Callable[[Proof], Found]] = {
    "order": panel_rules.reads_in_order,
    "time": panel_rules.goes_on_in_time,
    "live-area": panel_rules.stays_on_the_page,
    "gutter": panel_rules.keeps_gutters,
    "small-panel": panel_rules.is_large_enough,
    "sharpness": panel_rules.is_sharp,
    "coarse-art": panel_rules.is_fine_enough,
    "card": editor_rules.shows_no_cards,
    "unreadable": editor_rules.can_be_made_out,
    "repeat": editor_rules.tells_no_picture_twice,
    "cut-head": editor_rules.cuts_no_head,
    "fled-tails": editor_rules.keeps_its_speakers,
    "title": editor_rules.has_a_title,
    "outside": balloon_rules.stays_in_the_panel,
    "face": balloon_rules.leaves_faces_free,
    "overlap": balloon_rules.stands_apart,
    "balloon-order": balloon_rules.reads_in_order,
    "share": balloon_rules.leaves_the_picture_room,
    "colour": balloon_rules.keeps_its_paper,
    "tail-missing": tail_rules.has_a_tail,
    "tail-cross": tail_rules.crosses_nothing,
    "tail-aim": tail_rules.aims_at_a_mouth,
    "tail-reach": tail_rules.stops_on_the_way,
    "tail-length": tail_rules.is_short,
    "padding": text_rules.has_room_in_its_balloon,
    "margin": text_rules.stays_in_the_live_area,
    "type-size": text_rules.has_one_size,
    "words": text_rules.is_brief,
    "caption-first": text_rules.captions_come_first,
    "font": text_rules.has_letters_for_all,
    "lettering": text_rules.says_what_is_told,
    "dialogue": text_rules.says_what_is_heard,
}
"""Every rule by its name; each yields the faults of a whole book."""


def lint(proof: Proof) -> list[Fault]:
    """Return the faults of a book, rule by rule, each rule's in reading order."""
    return apply_rules(RULES, proof)


def apply_rules(rules: Mapping[str, Callable[[Proof], Found]], proof: Proof) -> list[Fault]:
    """Return what some rules find."""
    return [
        Fault(rule=name, page=place.page, panel=place.panel, balloon=place.balloon, told=told)
        for name, rule in rules.items()
        for place, told in rule(proof)
    ]


def count_faults(faults: Iterable[Fault], rules: Iterable[str] = RULES) -> dict[str, int]:
    """Return how many faults each rule found, also those that found none."""
    found = Counter(fault.rule for fault in faults)
    return {rule: found[rule] for rule in dict.fromkeys([*rules, *found])}
