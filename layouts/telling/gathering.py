"""From stills and cues to beats: which words go with which frame.

A cue goes with the shot that is on screen when it is said, and with the nearest still of that shot: the one that shows
who says it where it is heard in several, else the one that it overlaps longest. The order of the cues is never changed.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from layouts.book.copyfitting import ends_sentence, runs_on, split_words, word_count
from layouts.book.storyboard import SAID, WordsKind
from layouts.telling.beats import Beat, Limits, Part, Still, TimedWords, share_out

_JOIN_GAP_S = Fraction(3, 2)
"""A sentence that pauses longer than this between two cues stays in two balloons."""

_PAUSE_S = Fraction(3)
"""Lines that begin further apart than this get a picture each, where the shot has more to show."""

_HEARD_S, _MAY_S = Fraction(2, 5), Fraction(4, 5)
"""A cue that is heard for so long in a shot that shows who says it, or that may show it, goes with that one."""

_SHORT_WORDS = 12
_SHORT_GAP_S = Fraction(1)


_ALONE = frozenset({WordsKind.SOUND, WordsKind.NOTE, WordsKind.SIGN})
"""What goes on in no other cue."""
_ALIKE = ("kind", "speaker", "off_screen", "foreign", "described")
"""What cues share that one balloon can hold."""


class _Take(NamedTuple):
    """Stills of one shot that follow each other."""

    start_s: Fraction
    end_s: Fraction
    stills: tuple[Still, ...]


class _Said(NamedTuple):
    """A cue, or several joined, and the take that it goes with."""

    take: int
    text: str
    cue: TimedWords
    end_s: Fraction


def gather_beats(stills: Iterable[Still], cues: Iterable[TimedWords], limits: Limits) -> list[Beat]:
    """Give every word its frame; stills without words become silent beats.

    A still is used twice in a row only when the shot has more words than its stills can hold.

    Args:
        stills: In any order, at least one.
        cues: In any order; they are told by their start, then by their index. Blank ones are left out.
        limits: How many words a balloon and a panel hold.

    Returns:
        Beats in the order of time; every still at least once, but for cards and, where nothing is said, those in
        which nothing can be made out. Words said there move to a picture nearby: those over a card are told, as by a
        voice that nobody sees. Where nothing else is left, all stills are shown.
    """
    takes = _takes(stills)
    takes, placed = _shown_alone(takes, _place(takes, cues))
    told: dict[int, list[tuple[int, Part]]] = {}
    for each in _join(placed, limits):
        told.setdefault(each.take, []).extend(_parts(each, takes[each.take].stills, limits))
    return [beat for at, take in enumerate(takes) for beat in _tell_take(take.stills, told.get(at, []), limits)]


def _takes(stills: Iterable[Still]) -> list[_Take]:
    by_time = {still.at_s: still for still in sorted(stills, key=lambda still: (still.at_s, still.shot))}
    runs = [tuple(run) for _, run in groupby(by_time.values(), key=lambda still: still.shot)]
    return [_Take(run[0].start_s, run[0].end_s, run) for run in runs]


def _place(takes: Sequence[_Take], cues: Iterable[TimedWords]) -> list[_Said]:
    """Find the take of each cue; where cues overlap an earlier one yields, so that their order stays."""
    ordered = sorted((cue for cue in cues if cue.text.strip()), key=lambda cue: (cue.start_s, cue.index))
    starts = [take.start_s for take in takes]
    at, placed = len(takes) - 1, []
    for cue in reversed(ordered):
        at = min(at, _on_screen(takes, starts, cue))
        placed.append(_Said(at, cue.text.strip(), cue, max(cue.start_s, cue.end_s)))
    return placed[::-1]


def _shown_alone(takes: list[_Take], said: Sequence[_Said]) -> tuple[list[_Take], list[_Said]]:
    """Leave of the takes what is to be seen, and move the words of those of which nothing is left."""
    story = [take._replace(stills=tuple(still for still in take.stills if not still.card)) for take in takes]
    clear = [take._replace(stills=tuple(still for still in take.stills if still.readable)) for take in story]
    best = [one if one.stills else two for one, two in zip(clear, story, strict=True)]
    if not any(take.stills for take in best):
        return takes, list(said)
    moved: list[_Said] = []
    spoken: set[int] = set()
    for each in said:
        earliest = moved[-1].take if moved else 0
        at = _seen_near(clear, best, each, earliest)
        # words that are heard there too may be said by whoever is seen
        stays = at == each.take or _overlap(best[at], each.cue.start_s, each.end_s) >= _MAY_S
        moved.append(each._replace(take=at, cue=each.cue if stays else _unseen(each.cue, takes[each.take])))
        spoken.add(at)
    shown = [
        one if one.stills or at not in spoken else two for at, (one, two) in enumerate(zip(clear, best, strict=True))
    ]
    if not any(take.stills for take in shown):
        shown = best
    numbers = {at: number for number, at in enumerate(at for at, take in enumerate(shown) if take.stills)}
    return [take for take in shown if take.stills], [each._replace(take=numbers[each.take]) for each in moved]


def _seen_near(clear: Sequence[_Take], best: Sequence[_Take], said: _Said, earliest: int) -> int:
    """Return the take whose picture words go with, none before the earliest: their own if anything is seen in it.

    A shot in which nothing can be made out gives its words to the one before or after, a card to the nearest picture.
    """
    own = said.take
    if clear[own].stills and own >= earliest:
        return own
    reach = [at for at in (own - 1, own, own + 1) if earliest <= at < len(clear)] if best[own].stills else []
    near = [at for at in reach if clear[at].stills]
    if not near and best[own].stills and own >= earliest:
        return own
    near = near or [at for at in range(earliest, len(best)) if best[at].stills]
    return max(near, key=lambda at: (_overlap(best[at], said.cue.start_s, said.end_s), -at))


def _unseen(cue: TimedWords, take: _Take) -> TimedWords:
    """Return words that are no longer told where they are said: no tail may point at anybody there."""
    if cue.kind not in SAID:
        return cue
    if any(still.card for still in take.stills):
        return cue.model_copy(update={"kind": WordsKind.NARRATION, "faces": ()})
    return cue.model_copy(update={"off_screen": True, "faces": ()})


def _on_screen(takes: Sequence[_Take], starts: Sequence[Fraction], cue: TimedWords) -> int:
    """Return the take that a cue goes with: of those that it is heard in, one that shows who says it.

    Else the take that it overlaps longest, but where that one shows only others, one with faces that may; where it
    overlaps none, the nearest.
    """
    end_s = max(cue.end_s, cue.start_s + Fraction(1, 1000))
    first = max(0, bisect_right(starts, cue.start_s) - 1)
    last = max(first + 1, bisect_right(starts, end_s))
    near = range(first, min(last + 1, len(takes)))
    overlaps = {at: _overlap(takes[at], cue.start_s, end_s) for at in near}
    longest = max(near, key=lambda at: (overlaps[at], -at))
    shows = {at: _shows(takes[at], cue) for at in near}
    long = {at: overlaps[at] >= (_HEARD_S if shows[at] > 1 else _MAY_S) for at in near}
    fit = [at for at in near if long[at] and (shows[at] > 1 or (shows[at] and shows[longest] < 0))]
    return max(fit or [longest], key=lambda at: (shows[at], overlaps[at], -at))


def _shows(take: _Take, cue: TimedWords) -> int:
    """Rate a take: 2 where it shows who says a cue, 1 where it has faces that may, 0 without any, -1 with others."""
    spoken = dict(cue.faces)
    if any(still.at_s in spoken for still in take.stills):
        return 2
    faced = [still for still in take.stills if still.faces]
    return -1 if faced and all(still.at_s in cue.unseen for still in faced) else int(bool(faced))


def _overlap(take: _Take, start_s: Fraction, end_s: Fraction) -> Fraction:
    """Return the seconds that both have in common; below zero it is the gap between them."""
    return min(take.end_s, end_s) - max(take.start_s, start_s)


def _join(said: Sequence[_Said], limits: Limits) -> list[_Said]:
    """Join sentences that run over cues, and short ones of one known speaker, where one balloon can hold both."""
    joined: list[_Said] = []
    for each in said:
        if joined and _belong(joined[-1], each, limits):
            last = joined.pop()
            each = last._replace(text=f"{last.text} {each.text}", end_s=max(last.end_s, each.end_s))
        joined.append(each)
    return joined


def _belong(before: _Said, after: _Said, limits: Limits) -> bool:
    first, then = before.cue, after.cue
    if first.kind in _ALONE or before.take != after.take:
        return False
    if any(getattr(first, key) != getattr(then, key) for key in _ALIKE) or _are_two(first, then):
        return False
    gap_s, words = then.start_s - before.end_s, word_count(before.text) + word_count(after.text)
    if runs_on(before.text, after.text):
        doubled = before.text.endswith(("...", "…")) and after.text.startswith(("...", "…"))
        return gap_s <= _JOIN_GAP_S and words <= limits.balloon_words and not doubled
    short = words <= _SHORT_WORDS and gap_s <= _SHORT_GAP_S and ends_sentence(before.text)
    return short and bool(first.speaker)


def _are_two(first: TimedWords, then: TimedWords) -> bool:
    """Tell whether two cues were seen to be said by two."""
    one, other = (dict(cue.faces) | dict.fromkeys(cue.unseen) for cue in (first, then))
    return any(one[at_s] != other[at_s] for at_s in one.keys() & other.keys())


def _parts(said: _Said, stills: Sequence[Still], limits: Limits) -> list[tuple[int, Part]]:
    """Split to balloons; each part with the number of the still that is nearest to when it is said."""
    texts = split_words(said.text, limits.balloon_words)
    letters, before, found = sum(map(len, texts)), 0, []
    lasts_s = said.end_s - said.cue.start_s
    for number, text in enumerate(texts):
        start_s = said.cue.start_s + lasts_s * Fraction(before, letters)
        middle_s = start_s + lasts_s * Fraction(len(text), 2 * letters)
        before += len(text)
        more = number < len(texts) - 1 or not ends_sentence(text)
        part = Part(text, word_count(text), said.cue, start_s, more)
        found.append((_nearest(stills, middle_s, dict(said.cue.faces)), part))
    return found


def _nearest(stills: Sequence[Still], at_s: Fraction, spoken: Collection[Fraction]) -> int:
    """Return the nearest still; where some show who speaks, the nearest of those."""
    return min(range(len(stills)), key=lambda at: (stills[at].at_s not in spoken, abs(stills[at].at_s - at_s)))


def _tell_take(stills: Sequence[Still], told: Sequence[tuple[int, Part]], limits: Limits) -> list[Beat]:
    """Share a shot's words among its stills; one that overflows passes words on to the next before it repeats."""
    if not told:
        return [Beat(still) for still in stills]
    groups: list[tuple[int, tuple[Part, ...]]] = []
    for at, run in groupby(_in_order(told), key=lambda pair: pair[0]):
        shares = share_out([part for _, part in run], limits.panel_words, limits.panel_balloons)
        groups.extend((at, share) for share in shares)
    while len(groups) < len(stills) and _split_at_pause(groups):
        pass
    panels: dict[int, list[Beat]] = {}
    for at, (_, group) in zip(_settle([at for at, _ in groups], len(stills)), groups, strict=True):
        panels.setdefault(at, []).append(Beat(stills[at], group))
    return [beat for at, still in enumerate(stills) for beat in panels.get(at, [Beat(still)])]


def _split_at_pause(groups: list[tuple[int, tuple[Part, ...]]]) -> bool:
    """Part the words that lie furthest apart, where there is a still to spare for them; tell whether any were."""
    pauses = [
        (group[at].start_s - group[at - 1].start_s, -number, at)
        for number, (_, group) in enumerate(groups)
        for at in range(1, len(group))
    ]
    if not pauses or max(pauses)[0] < _PAUSE_S:
        return False
    _, number, at = max(pauses)
    wanted, group = groups[-number]
    groups[-number : 1 - number] = [(wanted, group[:at]), (wanted, group[at:])]
    return True


def _in_order(told: Sequence[tuple[int, Part]]) -> list[tuple[int, Part]]:
    """Let an earlier part yield to a later one's still, so that order stays."""
    at, kept = told[-1][0], []
    for wanted, part in reversed(told):
        at = min(at, wanted)
        kept.append((at, part))
    return kept[::-1]


def _settle(wanted: Sequence[int], stills: int) -> list[int]:
    """Give each group a still of its own near the one it wants; evenly shared where there are too few."""
    count = len(wanted)
    if count > stills:
        return [number * stills // count for number in range(count)]
    settled: list[int] = []
    for number, at in enumerate(wanted):
        earliest = settled[-1] + 1 if settled else 0
        settled.append(min(max(at, earliest), stills - (count - number)))
    return settled
