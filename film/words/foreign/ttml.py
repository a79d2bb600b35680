"""Timed Text Markup Language: broadcasters' and streams' XML (TTML 1 and 2, IMSC, EBU-TT, SMPTE-TT, DFXP, iTunes' ITT).

Read in one walk, without a tree and without recursion, so that neither depth nor size costs more than reading. What
follows a fault in the XML is lost and told. Source: W3C, Timed Text Markup Language 2, 2018.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple
from xml.etree.ElementTree import ParseError, XMLParser

from film.languages import closeness, normal
from film.words.foreign.ttml_clock import TimeBase
from film.words.foreign.xml_mending import mended_xml
from film.words.subtitles.cues import MOST_CUES, Cue, TooManyCuesError
from film.words.subtitles.formats import Reading

_UNTOLD = frozenset({"metadata", "desc", "title", "copyright", "agent", "actor", "name", "head", "rt", "rp"})
"""Elements whose text is not shown."""
_READINGS = frozenset({"text", "textContainer", "delimiter"})
"""Values of `tts:ruby` for what stands small beside the words."""
_LENGTH = re.compile(r"(-?\d+(?:\.\d+)?)(%|px|c)?")
_BANDS = (Fraction(1, 5), Fraction(3, 4))
"""Between these heights of the picture stands writing in it, above and below stand words."""
_MOST_STYLES = 64
_MOST_ELEMENTS = 4 * MOST_CUES
_MOST_PIECES = 20_000
"""Of text in a paragraph; one of words has 20."""
_MANY_WORDS = re.compile(r"\S\s+\S")


class _Style(NamedTuple):
    slanted: bool = False
    shown: bool = True
    aside: bool = False
    """A reading aid, or metadata."""
    kept_space: bool = False
    speaker: str = ""
    region: str = ""


@dataclass(slots=True)
class _Open:
    """An element that is not closed yet."""

    name: str
    style: _Style
    begin_s: Fraction
    end_s: Fraction | None
    timed: bool
    """It, or one around it, says when."""
    own: bool
    """It says when itself."""
    sequential: bool
    next_s: Fraction
    """Where its next child's times count from."""
    text_at: int = 0
    """Where its text begins in that of its paragraph."""
    apart: bool = False
    """It, or one around it within its paragraph, has times of its own."""


@dataclass(slots=True)
class _Piece:
    """A piece of a paragraph that has times of its own."""

    begin_s: Fraction
    end_s: Fraction | None
    text: str


@dataclass(slots=True)
class _Paragraph:
    depth: int
    tongue: str
    texts: list[str] = field(default_factory=list)
    parts: list[_Piece] = field(default_factory=list)
    sizes: int = 0
    """Letters that stand in no part."""


class _Tree:
    """The target of the parser: is told of elements and text, and gathers cues."""

    def __init__(self, shown: tuple[Fraction, Fraction] | None) -> None:
        self.shown = shown
        self.clock = TimeBase()
        self.styles: dict[str, dict[str, str]] = {}
        self.chains: dict[str, dict[str, str]] = {}
        self.regions: dict[str, dict[str, str]] = {}
        self.region_at = ""
        self.speakers: dict[str, str] = {}
        self.agent = ""
        self.root_px: tuple[Fraction, Fraction] | None = None
        self.rows_cells = Fraction(15)
        self.open: list[_Open] = []
        self.tongues: list[str] = []
        self.paragraph: _Paragraph | None = None
        self.cues: list[tuple[str, Cue]] = []
        self.untimed = 0
        self.pictures = 0
        self.elements = 0
        self.written: list[str] = []

    # What the parser calls.

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        values = {_local(key): value for key, value in attributes.items()}
        self.written.clear()
        self.elements += 1
        if self.elements > _MOST_ELEMENTS:
            raise TooManyCuesError
        if values:
            self._note(name, values)
            self.pictures += "backgroundImage" in values
        if name in {"layout", "body"}:
            self.region_at = ""
        opened = self._opened(name, values)
        self.open.append(opened)
        if name in {"tt", "body", "div"} and "lang" in values:
            self.tongues.append(normal(values["lang"]))
        else:
            self.tongues.append(self.tongues[-1] if self.tongues else "")
        if name == "p" and self.paragraph is None:
            self.paragraph = _Paragraph(len(self.open), self.tongues[-1])
        elif self.paragraph is not None:
            opened.text_at = len(self.paragraph.texts)
            opened.apart = opened.own or (len(self.open) > self.paragraph.depth + 1 and self.open[-2].apart)
            if name == "br":
                self.paragraph.texts.append("\n")

    def data(self, text: str) -> None:
        self.written.append(text)
        if self.paragraph is None:
            return
        around = self.open[-1].style
        if not around.shown or around.aside or len(self.paragraph.texts) > _MOST_PIECES:
            return
        told = text if around.kept_space else re.sub(r"\s+", " ", text)
        if told.strip() and not self.open[-1].apart:
            self.paragraph.sizes += len(told.strip())
        self.paragraph.texts.append(f"<i>{told}</i>" if self._slants() and told.strip() else told)

    def end(self, tag: str) -> None:
        closed = self.open.pop()
        self.tongues.pop()
        if self.open and self.open[-1].sequential:
            self.open[-1].next_s = closed.begin_s if closed.end_s is None else closed.end_s
        if closed.name == "name" and self.agent:
            self.speakers[self.agent] = self.speakers.get(self.agent) or "".join(self.written).strip()
        if closed.name == "documentStartOfProgramme":
            self.clock.zero_s = self.clock.seconds("".join(self.written).strip()) or Fraction(0)
        paragraph = self.paragraph
        if paragraph is None:
            return
        if len(self.open) < paragraph.depth:
            self.paragraph = None
            self._finish(closed, paragraph)
        elif closed.own and not self.open[-1].apart:
            text = "".join(paragraph.texts[closed.text_at :])
            paragraph.parts.append(_Piece(closed.begin_s, closed.end_s, text))

    # What of it means what.

    def _slants(self) -> bool:
        """Tell whether a piece of text is slanted within a paragraph that is not."""
        paragraph = self.open[self.paragraph.depth - 1] if self.paragraph else self.open[-1]
        return self.open[-1].style.slanted and not paragraph.style.slanted

    def _note(self, name: str, values: dict[str, str]) -> None:
        """Note what the head tells: clock, styles, regions, who speaks."""
        if name == "tt":
            self.clock = TimeBase.of(values)
            width, height = _lengths(values.get("extent", ""))
            self.root_px = (width[0], height[0]) if width and height and width[1] == height[1] == "px" else None
            cells = values.get("cellResolution", "").split()
            if len(cells) == 2 and cells[1].isdecimal() and int(cells[1]):
                self.rows_cells = Fraction(int(cells[1]))
        elif name == "style":
            held = self.regions.get(self.region_at) if self.region_at and "id" not in values else None
            if held is None:
                self.styles[values.get("id", "")] = values
                self.chains.clear()
            else:
                held.update({key: value for key, value in values.items() if key not in held})
        elif name == "region":
            self.region_at = values.get("id", "")
            self.regions[self.region_at] = dict(values)
        elif name == "agent":
            self.agent = values.get("id", "")

    def _opened(self, name: str, values: dict[str, str]) -> _Open:
        around = self.open[-1] if self.open else None
        if around and not values and name not in _UNTOLD:  # most elements; fractions are slow
            return _Open(name, around.style, around.next_s, around.end_s, around.timed, False, False, around.next_s)
        origin_s = around.next_s if around else Fraction(0)
        begin, end, lasts = (self.clock.seconds(values.get(key, "")) for key in ("begin", "end", "dur"))
        if name in {"tt", "head", "layout", "region", "styling", "metadata"}:
            begin = end = lasts = None
        begin_s = origin_s + (begin or 0)
        ends = [] if end is None else [origin_s + end]
        ends += [] if lasts is None else [begin_s + lasts]
        if around and around.end_s is not None:
            ends.append(around.end_s)
        own = not (begin is None and end is None and lasts is None)
        unread = not own and any(values.get(key, "").strip() for key in ("begin", "end", "dur"))
        timed = own or bool(around and around.timed and not unread)
        return _Open(
            name=name,
            style=self._styled(name, values, around.style if around else _Style()),
            begin_s=begin_s,
            end_s=min(ends) if ends else None,
            timed=timed,
            own=own,
            sequential=values.get("timeContainer") == "seq",
            next_s=begin_s,
        )

    def _styled(self, name: str, values: dict[str, str], around: _Style) -> _Style:
        found = self._resolved(values)
        slant = found.get("fontStyle")
        hidden = found.get("display") == "none" or found.get("visibility") == "hidden" or found.get("opacity") == "0"
        agents = values.get("agent", "").split()
        return _Style(
            slanted=around.slanted if slant is None else slant in {"italic", "oblique"},
            shown=around.shown and not hidden,
            aside=around.aside or name in _UNTOLD or found.get("ruby") in _READINGS,
            kept_space=values["space"] == "preserve" if "space" in values else around.kept_space,
            speaker=next((self.speakers[one] for one in agents if one in self.speakers), around.speaker),
            region=values.get("region", around.region),
        )

    def _resolved(self, values: dict[str, str]) -> dict[str, str]:
        """Return an element's attributes with those of the styles it names, which may name others."""
        named = values.get("style", "")
        if named and named not in self.chains:
            found: dict[str, str] = {}
            waiting, seen = named.split()[::-1], set[str]()
            while waiting and len(seen) < _MOST_STYLES:
                one = waiting.pop(0)
                if one in self.styles and one not in seen:
                    seen.add(one)
                    found = {**self.styles[one], **found}
                    waiting += self.styles[one].get("style", "").split()[::-1]
            self.chains[named] = found
        return {**self.chains[named], **values} if named else values

    # What comes of it.

    def _finish(self, closed: _Open, paragraph: _Paragraph) -> None:
        text = _tidy("".join(paragraph.texts))
        parts = [one for one in paragraph.parts if (one.text.strip())]
        if not text:
            return
        if parts and not paragraph.sizes and (not closed.own or _in_turn(parts)):
            for one in parts:
                self._add(paragraph, closed, one.begin_s, one.end_s, _tidy(one.text))
        elif closed.timed:
            self._add(paragraph, closed, closed.begin_s, closed.end_s, text)
        elif parts:
            ends = [one.end_s for one in parts if one.end_s is not None]
            self._add(paragraph, closed, min(one.begin_s for one in parts), max(ends) if ends else None, text)
        elif self.shown:
            self._add(paragraph, closed, *self.shown, text)
        else:
            self.untimed += 1

    def _add(self, paragraph: _Paragraph, closed: _Open, begin_s: Fraction, end_s: Fraction | None, text: str) -> None:
        if len(self.cues) >= MOST_CUES:
            raise TooManyCuesError
        style = closed.style
        cue = Cue(
            begin_s - self.clock.zero_s,
            (begin_s if end_s is None else end_s) - self.clock.zero_s,
            text,
            style.speaker,
            style.slanted,
            self._stands_inside(style.region),
        )
        self.cues.append((paragraph.tongue, cue))

    def _stands_inside(self, region: str) -> bool:
        """Tell whether a region lies wholly between the bands at the top and the bottom where words stand."""
        values = self._resolved(self.regions.get(region, {}))
        tops = [self._height(values.get(key, "")) for key in ("origin", "extent")]
        if tops[0] is None or tops[1] is None:
            return False
        return tops[0] >= _BANDS[0] and tops[0] + tops[1] <= _BANDS[1]

    def _height(self, text: str) -> Fraction | None:
        """Return the second of two lengths as a share of the picture's height."""
        length = _lengths(text)[1]
        if length is None:
            return None
        number, unit = length
        if unit == "px":
            return number / self.root_px[1] if self.root_px and self.root_px[1] else None
        return number / (self.rows_cells if unit == "c" else 100)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _lengths(text: str) -> tuple[tuple[Fraction, str] | None, tuple[Fraction, str] | None]:
    found = [match for word in text.split() if (match := _LENGTH.fullmatch(word))]
    if len(found) != 2:
        return None, None
    first, second = ((Fraction(match[1]), match[2] or "px") for match in found)
    return first, second


def _tidy(text: str) -> str:
    return "\n".join(row for row in (" ".join(row.split()) for row in text.split("\n")) if row)


def _in_turn(parts: list[_Piece]) -> bool:
    """Tell parts that are cues of their own from the words of one that light up as they are sung."""
    ordered = sorted(parts, key=lambda one: one.begin_s)
    apart = all(a.end_s is not None and a.end_s <= b.begin_s for a, b in pairwise(ordered))
    return len(parts) > 1 and apart and all(_MANY_WORDS.search(one.text.strip()) for one in parts)


def read_ttml(text: str, *, language: str = "", shown: tuple[Fraction, Fraction] | None = None) -> Reading:
    """Read the text of a TTML document.

    Args:
        text: Decoded; what its XML declaration says of an encoding no longer matters.
        language: What is asked for, where its divisions are in several; empty for the first.
        shown: Start and end of the sample of a track that it comes from, for words that do not say when; without it
            such words are dropped and told.

    Returns:
        The cues in the document's order, the language it says they are in, and what was lost, in lines that do not
        name the file.

    Raises:
        TooManyCuesError: There are more than `MOST_CUES`.
        ValueError: It declares entities, which can grow without end.
    """
    text = mended_xml(text)
    walk = _Tree(shown)
    parser = XMLParser(target=walk)
    told: list[str] = []
    try:
        parser.feed(text)
        parser.close()
    except ParseError as error:
        told.append(f"its XML breaks in row {error.position[0]}: what follows is left out")
    if walk.untimed:
        many = "1 subtitle" if walk.untimed == 1 else f"{walk.untimed} subtitles"
        told.append(f"{many} without a readable start left out")
    if walk.pictures:
        many = "1 subtitle that is a picture" if walk.pictures == 1 else f"{walk.pictures} subtitles that are pictures"
        told.append(f"{many} of words left out")
    return _in_one_tongue(walk.cues, language, tuple(told))


def _in_one_tongue(said: list[tuple[str, Cue]], asked: str, told: tuple[str, ...]) -> Reading:
    """Keep the language that is asked for, or the first, of those that say the same at once.

    Words in another language at other times are part of what is said, whatever it is called.
    """
    wanted = max(dict.fromkeys(tongue for tongue, _ in said), key=lambda one: closeness(asked, one), default="")
    base = wanted.partition("-")[0]
    kept = [cue for tongue, cue in said if tongue.partition("-")[0] == base]
    starts = sorted(cue.start_s for cue in kept)
    others = [cue for tongue, cue in said if tongue.partition("-")[0] != base]
    at_once = sum(bisect_left(starts, cue.end_s) > bisect_left(starts, cue.start_s) for cue in others)
    if 2 * at_once < len(others):
        kept = [cue for _, cue in said]
    return Reading(tuple(kept), wanted, told)
