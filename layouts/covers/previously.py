"""What is told again of the episode before: its weightiest moments, and the word that stands above them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from configs.units import Frozen
from layouts.book.storyboard import SAID, FilmRef, Framing, Panel, Storyboard, Title, Words, WordsKind
from layouts.lettering.fonts import Lettering

MOMENTS = 6
"""So many are told again at the most; pages that are small show fewer, the weightiest."""
_LEAST = 2
"""Fewer tell nothing."""
_SPOKEN, _FACES, _STRONG = 1.3, 1.2, 1.15
"""What words, somebody in sight, and a cry or a question make of a panel's weight."""
_SAME_SCENE = 0.4
"""What a moment is worth beside another one of its scene."""
_NEAR = 0.3
"""What it is worth right beside another one, far from all it is worth everything."""
_WORDS_MOST = 110
"""Letters of what is said in a panel: here one line stands for a whole conversation."""
_LIGHTEST, _HEAVIEST = 0.85, 1.5
"""What panels of a recap weigh: more alike than in the story, for it is one page."""
_MICROSECONDS = 1_000_000

_PREVIOUSLY = """
ar في الحلقات السابقة|bg Дотук|ca Anteriorment|cs V minulých dílech|da Tidligere
de Was bisher geschah|el Στα προηγούμενα|en Previously|es Anteriormente|et Eelmistes osades
fa آنچه گذشت|fi Aiemmin tapahtunut|fr Précédemment|he בפרקים הקודמים|hr U prethodnim epizodama
hu Az előző részekben|id Sebelumnya|it Nelle puntate precedenti|ja これまでのあらすじ|ko 지난 이야기
lt Ankstesnėse serijose|lv Iepriekšējās sērijās|nb Tidligere|nl Wat voorafging|nn Tidlegare
no Tidligere|pl Poprzednio|pt Anteriormente|ro În episoadele anterioare|ru Ранее
sk V minulých častiach|sl V prejšnjih delih|sr У претходним епизодама|sv Tidigare
tr Önceki bölümlerde|uk Раніше|vi Trong các tập trước|zh 前情提要
"""
_WORDS = dict(entry.split(" ", 1) for entry in _PREVIOUSLY.strip().replace("\n", "|").split("|"))


class Recap(Frozen):
    """What a book tells of the episode before it."""

    moments: tuple[Panel, ...]
    """The weightiest first. Their times lie before 0, where this film begins: 0 is that film's end."""
    episode: Title = ""
    """What that one is called, as its own cover has it below the series' name."""


@dataclass(frozen=True)
class _Moment:
    """A panel that may be told again."""

    panel: Panel
    at: int
    """Which of all panels it is."""
    scene: int
    ends: bool
    """It stands on the last page of several, whose end has just been read."""

    @property
    def worth(self) -> float:
        """The room that it had in the story, more where somebody says something, less where nobody is seen."""
        said = _said(self.panel)
        worth = self.panel.weight * (_SPOKEN if said else 1.0) * (_FACES if self.panel.faces else 1.0)
        return worth * (_STRONG if said and said.text.rstrip("\"'»”’) ").endswith(("!", "?")) else 1.0)


def weightiest(storyboard: Storyboard) -> tuple[Panel, ...]:
    """Return the panels of an episode that carry most of it, the weightiest first; none of one that has hardly any.

    They are of different shots and, as far as there are enough, scenes, spread over the whole; one at the most is of
    the last page. Titles, and what nobody makes out, are none.
    """
    left = list(_moments(storyboard))
    step = max(1.0, len(left) / MOMENTS)
    chosen: list[_Moment] = []
    while left and len(chosen) < MOMENTS:
        best = max(left, key=lambda one: (one.worth * _apart(one, chosen, step), -one.at))
        chosen.append(best)
        left = [one for one in left if one is not best and not _tells_the_same(one, best)]
    return tuple(one.panel for one in chosen) if len(chosen) >= _LEAST else ()


def retold(panels: Sequence[Panel], film: FilmRef) -> tuple[Panel, ...]:
    """Return panels of an episode as the next one tells them again: framed, with one line each at the most.

    Args:
        panels: Of the episode's storyboard.
        film: Of the same.

    Returns:
        In the same order; their times are counted back from the film's end, which is 0.
    """
    end_s = max([film.duration_s, *(panel.at_s + 1 for panel in panels if panel.at_s >= film.duration_s)])
    return tuple(_retold(panel, end_s, film) for panel in panels)


def _retold(panel: Panel, end_s: Fraction, film: FilmRef) -> Panel:
    said = _said(panel)
    kept = () if said is None else (said.model_copy(update={"line": None, "start_s": None, "spot": None}),)
    return panel.model_copy(
        update={
            "at_s": Fraction(round((panel.at_s - end_s) * _MICROSECONDS), _MICROSECONDS),  # as JSON gives it back
            "shot": None,
            "weight": round(min(_HEAVIEST, max(_LIGHTEST, sqrt(panel.weight))), 2),
            "frame": Framing.BOX,
            "lock": False,
            "opens_scene": False,
            "words": kept,
            "size_px": panel.size_px or film.size_px,
        }
    )


def previously(language: str, lettering: Lettering) -> str:
    """Return what stands above a recap, in a book's language where that is known and can be lettered."""
    told = _WORDS.get(language.partition("-")[0], "")
    return told if told and lettering.covers(told) else _WORDS["en"]


def hoped_for(recap: Recap, language: str) -> tuple[str, ...]:
    """Return what a recap would letter besides its panels."""
    return _WORDS.get(language.partition("-")[0], ""), recap.episode


def _moments(storyboard: Storyboard) -> Iterator[_Moment]:
    at = scene = 0
    last = len(storyboard.pages) if len(storyboard.pages) > 1 else None
    for number, board in enumerate(storyboard.pages, start=1):
        for panel in board.panels:
            at, scene = at + 1, scene + panel.opens_scene
            if not panel.odd:
                yield _Moment(panel, at, scene, number == last)


def _apart(one: _Moment, chosen: Sequence[_Moment], step: float) -> float:
    """Return what is left of a moment's worth beside those that are told already."""
    if not chosen:
        return 1.0
    gap = min(abs(one.at - other.at) for other in chosen)
    same = any(one.scene == other.scene for other in chosen)
    return (_NEAR + (1 - _NEAR) * min(1.0, gap / step)) * (_SAME_SCENE if same else 1.0)


def _tells_the_same(one: _Moment, other: _Moment) -> bool:
    shot = one.panel.shot is not None and one.panel.shot == other.panel.shot
    return shot or one.panel.at_s == other.panel.at_s or (one.ends and other.ends)


def _said(panel: Panel) -> Words | None:
    """Return the one line that a panel keeps: the longest that is short enough, the first of equals."""
    told = [words for words in panel.words if words.kind in SAID or words.kind is WordsKind.NARRATION]
    short = [words for words in told if len(words.text) <= _WORDS_MOST]
    return max(short, key=lambda words: len(words.text), default=None)
