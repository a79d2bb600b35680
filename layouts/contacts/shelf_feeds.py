"""The shelf of finished comics for reading apps: OPDS 1.2 (Atom) and OPDS 2.0 (JSON), and a search for both.

https://specs.opds.io/opds-1.2 and https://drafts.opds.io/opds-2.0; a comic's own manifest is a Readium web publication
of the profile Divina, by which apps leaf through it without fetching the file. For those of OPDS 1.2 the same is told
as its page streaming extension has it. Addresses are whole, since not every app takes relative ones.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from configs.disk.untrusted import harmless
from layouts.contacts.shelf_page import Leafed, ShelfEntry
from layouts.editions.templates import fill_template

ATOM = "application/atom+xml;profile=opds-catalog;kind="
OPDS2 = "application/opds+json"
DIVINA = "application/divina+json"
OPENSEARCH = "application/opensearchdescription+xml"
_DIVINA = "https://readium.org/webpub-manifest/profiles/divina"
_CONTEXT = "https://readium.org/webpub-manifest/context.jsonld"
_BUY = "http://opds-spec.org/acquisition/open-access"

LISTS = {"all": "All comics", "new": "Newest comics"}
"""What a catalogue leads to, by the last word of its address."""


class Catalogue(NamedTuple):
    """Where a catalogue is, and what it is called."""

    base: str
    """Address of the shelf, without a slash at the end."""
    title: str

    @property
    def identity(self) -> str:
        """Its name for apps: the same for the same shelf at the same address."""
        return _urn(self.base, self.title)

    def comic(self, entry: ShelfEntry, tail: str) -> str:
        """Return an address of something of a comic."""
        return f"{self.base}/comic/{entry.key}/{tail}"


def root_feed(shelf: Catalogue, changed_s: float) -> str:
    """Return the first feed of OPDS 1.2, which leads to `LISTS`."""
    entries = [
        {"id": _urn(shelf.identity, word), "title": title, "href": f"{shelf.base}/opds/{word}"}
        for word, title in LISTS.items()
    ]
    return fill_template(
        "opds_root.xml", shelf=shelf, atom=ATOM, opensearch=OPENSEARCH, updated=date_text(changed_s), entries=entries
    )


def list_feed(shelf: Catalogue, path: str, shown: Leafed, *, query: Mapping[str, str], changed_s: float) -> str:
    """Return a list of comics for OPDS 1.2.

    Args:
        shelf: The catalogue.
        path: Where the list is: `all`, `new` or `search`.
        shown: What it shows; comics that cannot be read are left out.
        query: What the list was asked for beside its page.
        changed_s: Seconds since the epoch at which something of it changed last.
    """
    return fill_template(
        "opds_list.xml",
        shelf=shelf,
        atom=ATOM,
        opensearch=OPENSEARCH,
        id=_urn(shelf.identity, path, *query.values()),
        title=_list_title(path, query),
        updated=date_text(changed_s),
        shown=shown,
        leaves=_leaves(f"{shelf.base}/opds/{path}", shown, query),
        entries=[
            {"it": entry, "id": _urn(entry.key), "updated": date_text(entry.changed_s), "told": _summary(entry)}
            for entry in shown.entries
        ],
        acquisition=_BUY,
    )


def search_description(shelf: Catalogue) -> str:
    """Return how the shelf is searched, for browsers and apps (OpenSearch 1.1)."""
    return fill_template("opensearch.xml", shelf=shelf, atom=ATOM, opds2=OPDS2)


def root_listing(shelf: Catalogue) -> dict[str, Any]:
    """Return the first feed of OPDS 2.0."""
    navigation = [
        {"href": f"{shelf.base}/opds/v2/{word}", "title": title, "type": OPDS2, "rel": _rel(word)}
        for word, title in LISTS.items()
    ]
    return {
        "metadata": {"title": shelf.title},
        "links": [{"rel": "self", "href": f"{shelf.base}/opds/v2", "type": OPDS2}, *_always(shelf)],
        "navigation": navigation,
    }


def comic_listing(shelf: Catalogue, path: str, shown: Leafed, *, query: Mapping[str, str]) -> dict[str, Any]:
    """Return a list of comics for OPDS 2.0; see `list_feed`."""
    leaves = _leaves(f"{shelf.base}/opds/v2/{path}", shown, query)
    return {
        "metadata": {
            "title": _list_title(path, query),
            "numberOfItems": shown.total,
            "itemsPerPage": shown.each,
            "currentPage": shown.page,
        },
        "links": [*({"rel": rel, "href": href, "type": OPDS2} for rel, href in leaves), *_always(shelf)],
        "publications": [_publication(shelf, entry) for entry in shown.entries],
    }


def comic_manifest(shelf: Catalogue, entry: ShelfEntry) -> dict[str, Any]:
    """Return a comic as a Readium web publication: a picture for each page."""
    pages = entry.facts.pages if entry.facts else 0
    return {
        "@context": _CONTEXT,
        "metadata": {"conformsTo": _DIVINA, **_metadata(entry)},
        "links": [
            {"rel": "self", "href": shelf.comic(entry, "manifest.json"), "type": DIVINA},
            {"rel": "alternate", "href": shelf.comic(entry, "file"), "type": entry.media_type},
        ],
        "readingOrder": [
            {"href": shelf.comic(entry, f"page/{number}.jpg"), "type": "image/jpeg"} for number in range(1, pages + 1)
        ],
        "resources": [{"rel": "cover", "href": shelf.comic(entry, "cover.jpg"), "type": "image/jpeg"}],
    }


def date_text(moment_s: float) -> str:
    """Write seconds since the epoch as RFC 3339 has it."""
    return datetime.fromtimestamp(max(0.0, moment_s), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _publication(shelf: Catalogue, entry: ShelfEntry) -> dict[str, Any]:
    return {
        "metadata": _metadata(entry),
        "links": [
            {"rel": "self", "href": shelf.comic(entry, "manifest.json"), "type": DIVINA},
            *(
                {"rel": _BUY, "href": shelf.comic(one, "file"), "type": one.media_type, "size": one.size_bytes}
                for one in entry.files
            ),
        ],
        "images": [{"href": shelf.comic(entry, "cover.jpg"), "type": "image/jpeg"}],
    }


def _metadata(entry: ShelfEntry) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@type": "https://schema.org/ComicIssue",
        "identifier": _urn(entry.key),
        "title": entry.title,
        "modified": date_text(entry.changed_s),
    }
    facts = entry.facts
    if facts is None:
        return told
    told |= {"numberOfPages": facts.pages, "readingProgression": "rtl" if facts.rtl else "ltr"}
    if facts.authors:
        told["author"] = [{"name": name} for name in facts.authors]
    if facts.language:
        told["language"] = facts.language
    if facts.series:
        position = _position(facts.number)
        told["belongsTo"] = {"series": [{"name": facts.series} | ({} if position is None else {"position": position})]}
    return told


def _position(number: str) -> float | None:
    try:
        position = float(number)
    except ValueError:
        return None
    return position if 0 <= position < 1e9 else None


def _always(shelf: Catalogue) -> list[dict[str, Any]]:
    return [
        {"rel": "start", "href": f"{shelf.base}/opds/v2", "type": OPDS2},
        {"rel": "search", "href": f"{shelf.base}/opds/v2/search{{?query}}", "type": OPDS2, "templated": True},
    ]


def _leaves(address: str, shown: Leafed, query: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return where the other pages of a list are, and what each is to this one."""
    wanted = {"self": shown.page, "first": 1, "last": shown.pages}
    if shown.page > 1:
        wanted["previous"] = shown.page - 1
    if shown.page < shown.pages:
        wanted["next"] = shown.page + 1
    return [(rel, f"{address}?{urlencode({**query, 'page': page}, errors='replace')}") for rel, page in wanted.items()]


def _list_title(path: str, query: Mapping[str, str]) -> str:
    return LISTS.get(path) or f"Comics for “{' '.join(query.values())}”"


def _rel(word: str) -> str:
    return "http://opds-spec.org/sort/new" if word == "new" else "subsection"


def _summary(entry: ShelfEntry) -> str:
    return ". ".join(filter(None, (entry.issue, entry.details)))


def _urn(*parts: str) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, harmless(' '.join(('filmcomic-shelf', *parts))))}"


def latest(entries: Sequence[ShelfEntry]) -> float:
    """Return when something of a list changed last; 0 for an empty one."""
    return max((entry.changed_s for entry in entries), default=0.0)
