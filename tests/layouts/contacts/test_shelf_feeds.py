"""The shelf's feeds, read as reading apps do: with a library for Atom, and by the structure that OPDS 2.0 asks for."""

from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest

from layouts.contacts import shelf_feeds as feeds
from layouts.contacts.shelf_page import ShelfEntry, leaf
from tests.hostile import HOSTILE, WORDS, is_harmless
from tests.layouts.contacts.test_shelf_page import entry

SHELF = feeds.Catalogue(base="http://127.0.0.1:1", title="Comics")
FULL = entry(title="Pilot", series="The Show", number="3", language="vi", authors=("Ann", "Bo"), rtl=True)
ENTRIES = [FULL, *(entry(key=f"{number:x}", title=f"Film {number}") for number in range(6))]
AT = "http://127.0.0.1:1/comic/ab12"


def read(text: str) -> Any:
    """Read a feed as apps do; what is no XML is a fault."""
    found = feedparser.parse(text)
    assert not found.bozo, found.bozo_exception
    assert found.version == "atom10" and found.feed.id.startswith("urn:uuid:") and found.feed.updated_parsed
    return found


def atom(entries: list[ShelfEntry], page: int = 1, path: str = "all", **query: str) -> Any:
    shown = leaf(entries, page, 3)
    return read(feeds.list_feed(SHELF, path, shown, query=query, changed_s=feeds.latest(shown.entries)))


def linked(found: Any) -> dict[str, tuple[str, str]]:
    return {link.rel: (link.href, link.type) for link in found.links}


def test_the_first_feed_leads_to_the_lists_and_the_search() -> None:
    root = read(feeds.root_feed(SHELF, 0.0))
    assert linked(root.feed)["search"] == (f"{SHELF.base}/opensearch.xml", feeds.OPENSEARCH)
    assert linked(root.feed)["start"] == linked(root.feed)["self"] == (f"{SHELF.base}/opds", f"{feeds.ATOM}navigation")
    led = [next(iter(linked(one).values())) for one in root.entries]
    assert led == [(f"{SHELF.base}/opds/{word}", f"{feeds.ATOM}acquisition") for word in feeds.LISTS]
    ids = [root.feed.id, *(one.id for one in root.entries)]
    assert len(set(ids)) == len(ids) and all(one.content[0].value for one in root.entries)


def test_an_entry_of_opds_1_tells_and_leads_to_all_of_it() -> None:
    (first, *_) = atom([FULL]).entries
    assert (first.title, first.dcterms_language, first.dcterms_extent) == ("Pilot", "vi", "3 pages")
    assert [author.name for author in first.authors] == ["Ann", "Bo"] and "The Show, number 3" in first.summary
    links = linked(first)
    assert links["http://opds-spec.org/acquisition/open-access"] == (f"{AT}/file", "application/pdf")
    assert links["http://opds-spec.org/image"] == (f"{AT}/page/1.jpg", "image/jpeg")
    assert links["http://opds-spec.org/image/thumbnail"] == (f"{AT}/cover.jpg", "image/jpeg")
    stream = next(link for link in first.links if link.rel == "http://vaemendis.net/opds-pse/stream")
    assert stream.href == f"{AT}/stream/{{pageNumber}}?width={{maxWidth}}" and stream["pse:count"] == "3"
    assert first.updated == "2023-11-14T22:13:20Z"


@pytest.mark.parametrize(("page", "beside"), [(1, {"next": 2}), (2, {"previous": 1, "next": 3}), (3, {"previous": 2})])
def test_lists_are_parted_alike_in_both(page: int, beside: dict[str, int]) -> None:
    wanted = {"self": page, "first": 1, "last": 3, **beside}
    found = atom(ENTRIES, page, "search", query="ä & b")
    asked = "query=%C3%A4+%26+b&page="
    rels = {rel: href for rel, (href, _) in linked(found.feed).items()}
    assert {rel: rels.get(rel) for rel in ("self", "first", "last", "previous", "next")} == {
        rel: f"{SHELF.base}/opds/search?{asked}{wanted[rel]}" if rel in wanted else None
        for rel in ("self", "first", "last", "previous", "next")
    }
    assert found.feed.opensearch_totalresults == "7" and found.feed.opensearch_startindex == str(page * 3 - 2)
    listing = feeds.comic_listing(SHELF, "search", leaf(ENTRIES, page, 3), query={"query": "ä & b"})
    led = {link["rel"]: link["href"] for link in listing["links"] if "page=" in link["href"]}
    assert led == {rel: f"{SHELF.base}/opds/v2/search?{asked}{number}" for rel, number in wanted.items()}
    assert [one.title for one in found.entries] == [one["metadata"]["title"] for one in listing["publications"]]
    assert listing["metadata"] | {"title": ""} == {
        "title": "",
        "numberOfItems": 7,
        "itemsPerPage": 3,
        "currentPage": page,
    }


def check_links(links: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    for link in links:
        assert link["href"].startswith(SHELF.base) and "/" in link["type"]
        assert ("{" in link["href"]) == link.get("templated", False)
    return {link["rel"]: link for link in links}


def test_opds_2_has_the_structure_that_apps_ask_for() -> None:
    """A feed has a title, a link to itself, and one collection at least; a publication an acquisition and a picture."""
    root = feeds.root_listing(SHELF)
    assert root["metadata"]["title"] and {"self", "start", "search"} <= set(check_links(root["links"]))
    assert [one["href"] for one in root["navigation"]] == [f"{SHELF.base}/opds/v2/{word}" for word in feeds.LISTS]
    assert all(one["title"] and one["type"] == feeds.OPDS2 for one in root["navigation"])
    (told, plain) = feeds.comic_listing(SHELF, "all", leaf(ENTRIES[:2], 1, 3), query={})["publications"]
    links = check_links(told["links"])
    assert links["http://opds-spec.org/acquisition/open-access"]["type"] == "application/pdf"
    assert told["images"] == [{"href": f"{AT}/cover.jpg", "type": "image/jpeg"}]
    assert told["metadata"]["author"] == [{"name": "Ann"}, {"name": "Bo"}]
    assert told["metadata"]["belongsTo"] == {"series": [{"name": "The Show", "position": 3.0}]}
    assert told["metadata"]["readingProgression"] == "rtl" and told["metadata"]["language"] == "vi"
    assert not {"author", "language", "belongsTo"} & set(plain["metadata"]), "nothing is told that is not known"


def test_a_manifest_holds_every_page_in_order() -> None:
    told = feeds.comic_manifest(SHELF, FULL)
    assert told["metadata"]["conformsTo"].endswith("/divina") and told["metadata"]["numberOfPages"] == 3
    assert check_links(told["links"])["self"]["href"] == f"{AT}/manifest.json"
    assert [one["href"] for one in told["readingOrder"]] == [f"{AT}/page/{number}.jpg" for number in (1, 2, 3)]


def test_both_name_a_comic_alike() -> None:
    listing = feeds.comic_listing(SHELF, "all", leaf(ENTRIES, 1, 3), query={})
    ids = [one.id for one in atom(ENTRIES).entries]
    assert ids == [one["metadata"]["identifier"] for one in listing["publications"]] and len(set(ids)) == 3


@pytest.mark.parametrize("number", ["", "12A", "nan", "-1", "inf"])
def test_a_number_that_is_none_is_no_position(number: str) -> None:
    (told,) = feeds.comic_listing(SHELF, "all", leaf([entry(series="S", number=number)], 1, 3), query={})[
        "publications"
    ]
    assert told["metadata"]["belongsTo"] == {"series": [{"name": "S"}]}


def test_the_search_says_how_it_is_asked() -> None:
    ours = "{http://a9.com/-/spec/opensearch/1.1/}"
    root = ElementTree.fromstring(feeds.search_description(SHELF))
    told = {url.get("type", ""): url.get("template", "") for url in root.iterfind(f"{ours}Url")}
    assert len(root.findtext(f"{ours}ShortName") or "") <= 16 and set(told) >= {"text/html", f"{feeds.ATOM}acquisition"}
    assert all("{searchTerms}" in template and template.startswith(SHELF.base) for template in told.values())


def test_names_do_not_break_a_feed() -> None:
    shelf = feeds.Catalogue(base="http://127.0.0.1:1", title=HOSTILE)
    bad = entry(title=HOSTILE, series=HOSTILE, authors=(HOSTILE,))
    for text in (
        feeds.root_feed(shelf, 0.0),
        feeds.list_feed(shelf, "search", leaf([bad], 1, 3), query={"query": HOSTILE}, changed_s=0.0),
    ):
        assert is_harmless(text) and all(word in text for word in WORDS)
        assert "script" not in {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(text).iter()}
