"""The shelf as a web application: pages for browsers, OPDS for reading apps, pictures and files. It only reads."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from configs.disk.untrusted import one_line
from configs.errors import InputError
from layouts.contacts import shelf_feeds as feeds
from layouts.contacts.shelf_page import (
    SHELF_SCRIPT,
    SHELF_STYLE,
    Leafed,
    leaf,
    reading_page,
    shelf_asset,
    shelf_page,
)
from tasks.showing.shelf.answering import CarefulHeaders, handlers, same_text, tagged, whole_number
from tasks.showing.shelf.browsing import ComicShelf, Shelved, drawn_page, matching

LOCAL_HOSTS = ("127.0.0.1", "localhost")
_COVERS, _IN_FEED = 60, 50
"""So many comics on a page, so many in a part of a feed."""
_COVER_PX, _PAGE_PX = (440, 660), (1700, 2200)
_STREAM_PX = (200, 2400)

Words = Annotated[str, Query(max_length=500)]


def shelf_app(shelf: ComicShelf, hosts: Sequence[str] = LOCAL_HOSTS) -> FastAPI:
    """Return the application.

    Args:
        shelf: What it shows.
        hosts: Names by which it may be called, without a port; `*`: any. A web page that has its own name lead to
            this machine (DNS rebinding) calls it by another one, and is refused.
    """
    app = FastAPI(
        openapi_url=None,  # its pages would load scripts from elsewhere
        middleware=[Middleware(CarefulHeaders), Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))],
        exception_handlers=handlers(),
    )
    _add_pages(app, shelf)
    _add_pictures(app, shelf)
    _add_feeds(app, shelf)
    return app


def _add_pages(app: FastAPI, shelf: ComicShelf) -> None:
    get = partial(app.api_route, methods=["GET", "HEAD"])

    @get("/")
    def covers(request: Request, q: Words = "", page: Words = "", sort: Words = "") -> Response:
        query, newest = one_line(q), sort == "new"
        shown = _leaf(shelf, query, whole_number(page), _COVERS, newest=newest, readable=False)
        catalogue = f"{_catalogue(request, shelf).base}/opds"
        text = shelf_page(shelf.title, shown, query=query, newest=newest, catalogue=catalogue)
        return same_text(request, text, "text/html")

    @get("/comic/{key}")
    def reader(request: Request, key: str, page: Words = "") -> Response:
        one = next((one for one in shelf.look() if key == one.entry.key), None) or _found(shelf, key)
        return same_text(request, reading_page(one.entry, whole_number(page)), "text/html")

    @get("/shelf.css")
    def style(request: Request) -> Response:
        return same_text(request, shelf_asset(SHELF_STYLE), "text/css")

    @get("/shelf.js")
    def script(request: Request) -> Response:
        return same_text(request, shelf_asset(SHELF_SCRIPT), "text/javascript")


def _add_pictures(app: FastAPI, shelf: ComicShelf) -> None:
    get = partial(app.api_route, methods=["GET", "HEAD"])

    @get("/comic/{key}/cover.jpg")
    def cover(request: Request, key: str) -> Response:
        return _picture(request, _found(shelf, key), None, _COVER_PX)

    @get("/comic/{key}/page/{number:int}.jpg")
    def page(request: Request, key: str, number: int) -> Response:
        return _picture(request, _found(shelf, key), number - 1, _PAGE_PX)

    @get("/comic/{key}/stream/{number:int}")
    def stream(request: Request, key: str, number: int, width: Words = "") -> Response:
        wide = min(_STREAM_PX[1], max(_STREAM_PX[0], whole_number(width, _PAGE_PX[0])))
        return _picture(request, _found(shelf, key), number, (wide, 3 * wide))

    @get("/comic/{key}/file")
    def file(key: str) -> Response:
        one = _found(shelf, key)
        status = one.path.stat()
        name, kind = one.entry.name, one.entry.media_type
        return FileResponse(one.path, media_type=kind, filename=name, stat_result=status)

    @get("/comic/{key}/manifest.json")
    def manifest(request: Request, key: str) -> Response:
        one = _readable(_found(shelf, key))
        told = feeds.comic_manifest(_catalogue(request, shelf), one.entry)
        return JSONResponse(told, media_type=feeds.DIVINA)


def _add_feeds(app: FastAPI, shelf: ComicShelf) -> None:
    get = partial(app.api_route, methods=["GET", "HEAD"])

    @get("/opensearch.xml")
    def search(request: Request) -> Response:
        return same_text(request, feeds.search_description(_catalogue(request, shelf)), feeds.OPENSEARCH)

    @get("/opds")
    def root(request: Request) -> Response:
        changed_s = feeds.latest([one.entry for one in shelf.look()])
        text = feeds.root_feed(_catalogue(request, shelf), changed_s)
        return same_text(request, text, f"{feeds.ATOM}navigation;charset=utf-8")

    @get("/opds/v2")
    def root2(request: Request) -> Response:
        return JSONResponse(feeds.root_listing(_catalogue(request, shelf)), media_type=feeds.OPDS2)

    @get("/opds/v2/{path}")
    def listed2(request: Request, path: str, query: Words = "", page: Words = "") -> Response:
        asked, shown = _listed(shelf, path, query, page)
        told = feeds.comic_listing(_catalogue(request, shelf), path, shown, query=asked)
        return JSONResponse(told, media_type=feeds.OPDS2)

    @get("/opds/{path}")
    def listed(request: Request, path: str, query: Words = "", page: Words = "") -> Response:
        asked, shown = _listed(shelf, path, query, page)
        changed_s = feeds.latest(shown.entries)
        text = feeds.list_feed(_catalogue(request, shelf), path, shown, query=asked, changed_s=changed_s)
        return same_text(request, text, f"{feeds.ATOM}acquisition;charset=utf-8")


def _listed(shelf: ComicShelf, path: str, query: str, page: str) -> tuple[dict[str, str], Leafed]:
    """Return what a feed was asked for, and that part of the list."""
    if path not in (*feeds.LISTS, "search"):
        raise HTTPException(404)
    words = one_line(query) if path == "search" else ""
    shown = _leaf(shelf, words, whole_number(page), _IN_FEED, newest=path == "new", readable=True)
    return {"query": words} if path == "search" else {}, shown


def _leaf(shelf: ComicShelf, query: str, page: int, each: int, *, newest: bool, readable: bool) -> Leafed:
    found = matching(shelf.look(), query)
    if newest:
        found = sorted(found, key=lambda one: -one.entry.changed_s)
    return leaf([one.entry for one in found if one.entry.facts or not readable], page, each)


def _picture(request: Request, one: Shelved, number: int | None, most_px: tuple[int, int]) -> Response:
    tag = f"{one.tag}-{'cover' if number is None else number}-{most_px[0]}"
    try:
        return tagged(request, tag, partial(drawn_page, _readable(one), number, most_px), "image/jpeg")
    except InputError:
        raise HTTPException(404) from None


def _found(shelf: ComicShelf, key: str) -> Shelved:
    one = shelf.find(key)
    if one is None:
        raise HTTPException(404)
    return one


def _readable(one: Shelved) -> Shelved:
    if one.entry.facts is None:
        raise HTTPException(404)
    return one


def _catalogue(request: Request, shelf: ComicShelf) -> feeds.Catalogue:
    return feeds.Catalogue(base=str(request.base_url).rstrip("/"), title=shelf.title)
