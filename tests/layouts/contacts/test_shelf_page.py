"""The shelf's pages: read without scripts, every comic told, nothing from a file obeyed."""

import re
from html.parser import HTMLParser

import pytest

from layouts.contacts.finished.finished import ComicFacts
from layouts.contacts.shelf_page import ShelfEntry, leaf, reading_page, shelf_page, sorry_page
from tests.hostile import HOSTILE, WORDS, is_harmless


def entry(key: str = "ab12", name: str = "film.pdf", fault: str = "", **facts: object) -> ShelfEntry:
    told = None if fault else ComicFacts(**{"pages": 3, **facts})  # type: ignore[arg-type]
    kind = {"media_type": "application/pdf", "size_bytes": 1_200_000, "changed_s": 1_700_000_000.0}
    return ShelfEntry(key=key, name=name, facts=told, fault=fault, **kind)  # type: ignore[arg-type]


class Page(HTMLParser):
    """The tags of a page and what stands between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data.split()

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def shown(*entries: ShelfEntry, query: str = "", page: int = 1, each: int = 60) -> Page:
    return Page(shelf_page("Comics", leaf(entries, page, each), query=query, newest=False, catalogue="http://x/opds"))


def test_a_comic_is_shown_with_its_cover_and_what_it_is() -> None:
    page = shown(entry(title="The Film", series="The Show", volume=2, number="3", language="vi"))
    assert [image["src"] for image in page.all("img")] == ["/comic/ab12/cover.jpg"]
    assert "/comic/ab12" in [link["href"] for link in page.all("a")]
    told = " ".join(page.words)
    assert "The Show, season 2, number 3" in told and "3 pages · vi · PDF, 1.2 MB" in told and "1 comic" in told
    assert page.all("script") == []


def test_a_comic_that_cannot_be_read_is_named_with_what_is_wrong() -> None:
    page = shown(entry(), entry(key="cd", name="bad.pdf", fault="it is damaged"))
    told = " ".join(page.words)
    assert "bad.pdf" in told and "it is damaged" in told and "1 of them cannot be read" in told
    assert len(page.all("img")) == 1, "no picture is asked of it"
    assert "it is damaged" in " ".join(Page(reading_page(entry(fault="it is damaged"), 1)).words)


def test_long_shelves_are_parted() -> None:
    entries = [entry(key=f"{number:x}", title=f"Film {number}") for number in range(7)]
    page = shown(*entries, query="film & co", page=2, each=3)
    leaves = {str(link["rel"]): str(link["href"]) for link in page.all("a") if link.get("rel")}
    assert leaves == {"prev": "/?q=film+%26+co&page=1", "next": "/?q=film+%26+co&page=3"}
    assert len(page.all("article")) == 3 and "7 comics" in " ".join(page.words)
    assert [leaf(entries, number, 3).page for number in (-1, 0, 3, 99)] == [1, 1, 3, 3]
    assert leaf([], 1, 3).pages == 1


@pytest.mark.parametrize(
    ("page", "before", "behind"), [(1, None, "?page=2"), (2, "?page=1", "?page=3"), (9, "?page=2", None)]
)
def test_pages_lead_to_those_beside_them(page: int, before: str | None, behind: str | None) -> None:
    read = Page(reading_page(entry(title="It"), page))
    leaves = {link["rel"]: link["href"] for link in read.all("a") if link.get("rel")}
    assert (leaves.get("prev"), leaves.get("next")) == (before, behind)
    assert [image["src"] for image in read.all("img")] == [f"/comic/ab12/page/{min(page, 3)}.jpg"]
    assert [script["src"] for script in read.all("script")] == ["/shelf.js"]


def test_manga_is_turned_the_other_way() -> None:
    read = Page(reading_page(entry(rtl=True), 2))
    assert "data-rtl" in read.all("body")[0] and "data-rtl" not in Page(reading_page(entry(), 2)).all("body")[0]
    told = " ".join(read.words)
    assert "← On" in told and "Back →" in told


def test_names_are_words_and_nothing_else() -> None:
    told = entry(name=HOSTILE.replace("/", "_") + ".pdf", title=HOSTILE, series=HOSTILE, authors=(HOSTILE,))
    bad = entry(name=HOSTILE.replace("/", "_") + ".pdf", fault=HOSTILE)
    for html in (
        shelf_page(HOSTILE, leaf([told, bad], 1, 9), query=HOSTILE, newest=True, catalogue=HOSTILE),
        reading_page(told, 2),
        reading_page(bad, 1),
        sorry_page(HOSTILE),
    ):
        page = Page(html)
        assert is_harmless(html) and all(word in html for word in WORDS)
        assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
        assert {script.get("src") for script in page.all("script")} <= {"/shelf.js"}
        sources = [image["src"] or "" for image in page.all("img")]
        assert all(re.fullmatch(r"/comic/ab12/[\w/.]+", source) for source in sources)
