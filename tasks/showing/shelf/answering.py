"""How the shelf answers: what every answer carries, and answers that a browser need not fetch twice."""

from collections.abc import Callable
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from configs.units import text_sha256
from layouts.contacts.shelf_page import sorry_page

_ALWAYS = {
    # a page shows, runs and asks for nothing but the shelf's own, and no other site may show it or use its pictures
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_ASK_AGAIN = "private, no-cache"
"""Kept by the browser, which asks each time whether it is still so."""


class CarefulHeaders:
    """Puts on every answer what keeps browsers careful with it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, with more headers."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", _ASK_AGAIN)
            await send(message)

        await self._app(scope, receive, sent if scope["type"] == "http" else send)


def tagged(request: Request, tag: str, content: Callable[[], bytes], media_type: str) -> Response:
    """Answer with a content that has a tag; it is not even made where the browser has it.

    Args:
        request: What was asked.
        tag: Other for every other content.
        content: Makes it.
        media_type: Of the content.
    """
    etag = f'"{tag}"'
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if etag in known or "*" in known:
        return Response(status_code=304, headers={"ETag": etag})
    return Response(content(), media_type=media_type, headers={"ETag": etag})


def same_text(request: Request, text: str, media_type: str) -> Response:
    """Answer with a text whose tag is its digest."""
    return tagged(request, text_sha256(text)[:32], text.encode, media_type)


def sorry(status: int, told: str) -> HTMLResponse:
    """Answer that there is nothing, in a sentence."""
    return HTMLResponse(sorry_page(told), status_code=status)


def whole_number(text: str, fallback: int = 1) -> int:
    """Return the number of a page as a person may write it in an address."""
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else fallback


def handlers() -> dict[Any, Callable[..., Any]]:
    """Return what is answered to what goes wrong, by exception."""
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

    def missing(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        if status == 405:
            return sorry(405, "This shelf is for reading only.")
        return sorry(status, "There is nothing here; perhaps the comic has gone.")

    return {HTTPException: missing, RequestValidationError: missing, OSError: missing}
