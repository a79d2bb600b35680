"""The shelf as browsers and reading apps meet it: every address, what answers carry, and requests that mean harm."""

import io
import json
import re
import zipfile
from pathlib import Path
from urllib.parse import urljoin

import feedparser
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from PIL import Image

from tasks.showing.shelf.browsing import ComicShelf
from tasks.showing.shelf.shelf_app import shelf_app
from tests.layouts.finished_comics import cbz, picture, real_book, shade

BASE = "http://127.0.0.1:4280"


def client(folder: Path) -> TestClient:
    return TestClient(shelf_app(ComicShelf(folder)), base_url=BASE, follow_redirects=False)


@pytest.fixture
def shelf(tmp_path: Path) -> TestClient:
    cbz(tmp_path / "a film.cbz", 30, 120, 210, Title="The Film", Writer="Ann")
    (tmp_path / "bad.pdf").write_text("damaged")
    return client(tmp_path)


def key_of(shelf: TestClient) -> str:
    (key,) = set(re.findall(r"/comic/([0-9a-f]+)", shelf.get("/").text))
    return key


def test_a_browser_finds_and_reads_a_comic(shelf: TestClient) -> None:
    """As a person does: look, search, open, turn pages, fetch."""
    assert "it is damaged" in shelf.get("/").text
    found = shelf.get("/", params={"q": "FILM ann"}).text
    assert "The Film" in found and "bad.pdf" not in found and "/comic/" not in shelf.get("/?q=other").text
    address, seen = f"/comic/{key_of(shelf)}", []
    while True:
        page = shelf.get(address).text
        (source,) = re.findall(r'<img src="([^"]+)"', page)
        seen.append(shade(shelf.get(source).content))
        onward = re.search(r'<a rel="next" href="([^"]+)"', page)
        if onward is None:
            break
        address = urljoin(address, onward[1])
    assert seen == [30, 120, 210]
    assert shade(shelf.get(f"/comic/{key_of(shelf)}/cover.jpg").content) == 30
    for name, kind in (("shelf.css", "text/css"), ("shelf.js", "text/javascript")):
        assert shelf.get(f"/{name}").headers["content-type"].startswith(kind)


def test_a_file_is_fetched_whole_or_in_parts(shelf: TestClient, tmp_path: Path) -> None:
    whole, address = (tmp_path / "a film.cbz").read_bytes(), f"/comic/{key_of(shelf)}/file"
    got = shelf.get(address)
    assert got.content == whole and got.headers["content-type"] == "application/vnd.comicbook+zip"
    assert got.headers["content-disposition"] == "attachment; filename*=utf-8''a%20film.cbz"
    part = shelf.get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole)}"
    assert shelf.get(address, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    other = shelf.get(address, headers={"Range": "bytes=10-19", "If-Range": '"other"'})
    assert (other.status_code, other.content) == (200, whole)
    assert shelf.head(address).headers["content-length"] == str(len(whole))


@pytest.mark.parametrize("tail", ["/cover.jpg", "/page/2.jpg", ""])
def test_what_a_browser_has_is_not_sent_again(shelf: TestClient, tmp_path: Path, tail: str) -> None:
    address = f"/comic/{key_of(shelf)}{tail}"
    tag = shelf.get(address).headers["etag"]
    for asked in (tag, f'"x", W/{tag}'):
        same = shelf.get(address, headers={"If-None-Match": asked})
        assert (same.status_code, same.content) == (304, b"") and same.headers["etag"] == tag
    cbz(tmp_path / "a film.cbz", 90, 90, 90, 90, Title="The Film")
    assert shelf.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_an_app_finds_reads_and_fetches_a_comic_by_opds_1(shelf: TestClient, tmp_path: Path) -> None:
    """As an app does: from the one address that a person gives it, by links alone."""
    root = shelf.get("/opds")
    assert root.headers["content-type"].startswith("application/atom+xml;profile=opds-catalog;kind=navigation")
    (listed, *_) = [one.links[0].href for one in feedparser.parse(root.content).entries]
    (entry,) = feedparser.parse(shelf.get(listed).content).entries
    links = {link.rel.rpartition("/")[2]: link for link in entry.links}
    assert shelf.get(links["open-access"].href).content == (tmp_path / "a film.cbz").read_bytes()
    assert int(links["open-access"].length) == (tmp_path / "a film.cbz").stat().st_size
    assert shelf.get(links["open-access"].href).headers["content-type"] == links["open-access"].type
    assert [shade(shelf.get(links[rel].href).content) for rel in ("image", "thumbnail")] == [30, 30]
    assert int(links["stream"]["count"]) == 3
    for number, tone in enumerate((30, 120, 210)):
        address = links["stream"].href.replace("{pageNumber}", str(number)).replace("{maxWidth}", "800")
        assert shade(shelf.get(address).content) == tone
    search = shelf.get(next(link.href for link in feedparser.parse(root.content).feed.links if link.rel == "search"))
    template = re.findall(r'kind=acquisition" template="([^"]+)"', search.text)[0].replace("&amp;", "&")
    asked = template.replace("{searchTerms}", "film").replace("{startPage?}", "")
    assert [one.title for one in feedparser.parse(shelf.get(asked).content).entries] == ["The Film"]
    assert feedparser.parse(shelf.get(asked.replace("film", "other")).content).entries == []


def test_an_app_leafs_through_a_comic_by_opds_2(shelf: TestClient) -> None:
    root = shelf.get("/opds/v2")
    assert root.headers["content-type"] == "application/opds+json"
    (publication,) = shelf.get(root.json()["navigation"][0]["href"]).json()["publications"]
    links = {link["rel"]: link for link in publication["links"]}
    manifest = shelf.get(links["self"]["href"])
    assert manifest.headers["content-type"] == links["self"]["type"] == "application/divina+json"
    assert [shade(shelf.get(page["href"]).content) for page in manifest.json()["readingOrder"]] == [30, 120, 210]
    (template,) = [link["href"] for link in root.json()["links"] if link["rel"] == "search"]
    assert len(shelf.get(template.replace("{?query}", "?query=ann")).json()["publications"]) == 1


def test_a_comic_in_two_kinds_of_file_is_offered_in_both(tmp_path: Path) -> None:
    real_book(tmp_path, title="The Film", language="")
    shelf, kinds = client(tmp_path), {"application/pdf", "application/vnd.comicbook+zip", "application/epub+zip"}
    page = shelf.get(f"/comic/{key_of(shelf)}").text
    files = re.findall(r'href="(/comic/[0-9a-f]+/file)"', page)
    assert {shelf.get(file).headers["content-type"] for file in files} == kinds and len(files) == 3
    (entry,) = feedparser.parse(shelf.get("/opds/all").content).entries
    (publication,) = shelf.get("/opds/v2/all").json()["publications"]
    for links in (entry.links, publication["links"]):
        assert {link["type"] for link in links if "acquisition" in link["rel"]} == kinds


def test_a_page_is_as_wide_as_an_app_asks_within_reason(tmp_path: Path) -> None:
    one = cbz(tmp_path / "a.cbz", 10)
    with zipfile.ZipFile(one, "w") as archive:
        archive.writestr("1.jpg", picture(30, (2500, 40)))
    shelf = client(tmp_path)
    address = f"/comic/{key_of(shelf)}/stream/0"
    for width, wide in (("500", 500), ("1", 200), ("99999999", 2400), ("-5", 1700), ("x", 1700)):
        with Image.open(io.BytesIO(shelf.get(address, params={"width": width}).content)) as image:
            assert image.width == wide


ADDRESSES = ("/", "/?q=x&sort=new&page=2", "/opds", "/opds/all", "/opds/new", "/opds/search?query=x", "/opds/v2")
ADDRESSES += ("/opds/v2/all", "/opds/v2/search?query=x", "/opensearch.xml", "/shelf.css", "/none", "/comic/none")


def careful(answer: Response) -> bool:
    policy = answer.headers["content-security-policy"]
    return (
        policy.startswith("default-src 'none'")
        and "unsafe" not in policy
        and answer.headers["x-content-type-options"] == "nosniff"
        and answer.headers["cross-origin-resource-policy"] == "same-origin"
        and answer.headers["referrer-policy"] == "no-referrer"
        and "access-control-allow-origin" not in answer.headers
    )


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_keeps_browsers_careful(shelf: TestClient, address: str) -> None:
    answer = shelf.get(address)
    assert answer.status_code == (404 if "none" in address else 200) and careful(answer)
    assert shelf.head(address).status_code == answer.status_code


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:4280", ""])
def test_only_this_machines_names_are_heeded(shelf: TestClient, host: str) -> None:
    """A page elsewhere can have its own name lead here, but not call this machine by its name."""
    refused = shelf.get("/", headers={"Host": host})
    assert refused.status_code == 400 and "The Film" not in refused.text
    assert shelf.get("/", headers={"Host": "localhost:4280"}).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_written(shelf: TestClient, method: str) -> None:
    for address in ("/", f"/comic/{key_of(shelf)}", f"/comic/{key_of(shelf)}/file"):
        assert shelf.request(method, address).status_code == 405


@pytest.mark.parametrize(
    "tail",
    ["../../secret", "..%2f..%2fsecret", "%2e%2e/secret", "%00", "a%20film.cbz", "page/0.jpg", "x" * 5000, "%ff%fe"],
)
def test_addresses_that_mean_harm_find_nothing(shelf: TestClient, tmp_path: Path, tail: str) -> None:
    (tmp_path.parent / "secret").write_text("secret")
    for address in (f"/comic/{tail}", f"/comic/{tail}/file", f"/comic/{key_of(shelf)}/{tail}", f"/opds/{tail}"):
        assert shelf.get(address).status_code == 404


@pytest.mark.parametrize(
    "tail", ["page/0.jpg", "page/4.jpg", "page/-1.jpg", "stream/3", "page/99999999999999999999.jpg"]
)
def test_pages_that_are_not_there_are_not_there(shelf: TestClient, tail: str) -> None:
    assert shelf.get(f"/comic/{key_of(shelf)}/{tail}").status_code == 404


def test_odd_questions_have_plain_answers(shelf: TestClient) -> None:
    for query in (
        "page=0",
        "page=-3",
        "page=x",
        "page=9999999999999",
        "q=%ff%00%e2%80%ae",
        "sort=x",
        "q=&q=a",
        "page=²",
    ):
        assert shelf.get(f"/?{query}").status_code == 200
        assert shelf.get(f"/comic/{key_of(shelf)}?{query}").status_code == 200
        assert shelf.get(f"/opds/search?{query.replace('q=', 'query=')}").status_code == 200
    assert shelf.get("/", params={"q": "x" * 10_000}).status_code == 404, "it is no search that anybody types"


def test_a_damaged_comic_breaks_nothing(shelf: TestClient, tmp_path: Path) -> None:
    (tmp_path / "a film.cbz").unlink()
    (one,) = ComicShelf(tmp_path).look()
    page = shelf.get(f"/comic/{one.entry.key}")
    assert page.status_code == 200 and "it is damaged" in page.text
    for tail in ("cover.jpg", "page/1.jpg", "manifest.json"):
        assert shelf.get(f"/comic/{one.entry.key}/{tail}").status_code == 404
    assert shelf.get("/opds/v2/all").json()["publications"] == []
    assert feedparser.parse(shelf.get("/opds/all").content).entries == []


def test_comics_come_and_go_while_it_serves(shelf: TestClient, tmp_path: Path) -> None:
    key = key_of(shelf)
    cbz(tmp_path / "b.cbz", 10, Title="Another")
    assert "Another" in shelf.get("/").text
    assert "Another" in shelf.get("/?sort=new").text.partition("The Film")[0]
    (tmp_path / "a film.cbz").unlink()
    gone = shelf.get(f"/comic/{key}")
    assert gone.status_code == 404 and "perhaps the comic has gone" in gone.text
    for path in tmp_path.iterdir():
        path.unlink()
    assert "No comic lies here now" in shelf.get("/").text
    assert json.loads(shelf.get("/opds/v2/all").text)["metadata"]["numberOfItems"] == 0
