"""Which Prefect server a run goes to: the one that was named, the one on this machine, or one of our own.

A server that was named (`PREFECT_API_URL`, a profile) must answer; a run never goes elsewhere in silence. With none
named, one that answers on Prefect's usual port is used. With none at all we bring up our own (`own_server`) on the
database that `make dashboard` opens later, and take it down once it has recorded everything (`recording`): Prefect's
own temporary server is stopped too early and loses most task runs, so it is never used.

Prefect is imported inside the functions: importing it takes a second that `filmcomic --help` need not pay.
"""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from configs.errors import ServerError
from tasks.own_server import own_server
from tasks.recording import everything_recorded, everything_sent

LOCAL_API = "http://127.0.0.1:4200/api"
"""Where `make dashboard` and `prefect server start` listen."""

_NAMED_WAIT_S = 5.0
_LOCAL_WAIT_S = 2.0
_ANSWER_LIMIT = 1000


@contextmanager
def server_for_run(tell: Callable[[str], None] = lambda line: None) -> Iterator[str]:
    """Lead every flow that is called inside to a server that answers.

    Args:
        tell: Called with one line when something takes long: a server being brought up, rows being recorded.

    Yields:
        The address of the server's API.

    Raises:
        ServerError: The server that was named does not answer or refuses us, or our own does not come up.
    """
    named = named_server()
    if named is not None:
        _check_named(named)
    shared = named or (LOCAL_API if is_usable_prefect(LOCAL_API) else None)
    if shared is not None:
        with leading_to(shared), everything_sent():
            yield shared
        return
    with own_server(tell) as ours, leading_to(ours), everything_recorded(tell):
        yield ours


def named_server() -> str | None:
    """Return the address of the API that the environment or the active profile names, or None."""
    _set_quiet_defaults()
    from prefect.settings import get_current_settings

    # the environment first: Prefect read it when it was imported, which may have been before it was set
    return os.environ.get("PREFECT_API_URL") or get_current_settings().api.url or None


def is_usable_prefect(api: str) -> bool:
    """Tell whether a Prefect 3 server that takes our requests answers at this local address.

    Something else that listens there (another program, a server that hangs or asks for a password) is not one.
    """
    if _fetched(f"{api}/health") is not True:
        return False
    version = _fetched(f"{api}/admin/version")
    return isinstance(version, str) and version.startswith("3.")


def _fetched(url: str) -> object:
    """Return the JSON that a local address answers with, or None; never by way of a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=_LOCAL_WAIT_S) as answer:
            found: object = json.loads(answer.read(_ANSWER_LIMIT))
            return found
    except (OSError, ValueError, urllib.error.URLError):
        return None


def _check_named(api: str) -> None:
    """Ask the named server for its version, with the credentials and certificates of Prefect's own settings."""
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.settings import (
        PREFECT_API_REQUEST_TIMEOUT,
        PREFECT_API_URL,
        PREFECT_CLIENT_MAX_RETRIES,
        temporary_settings,
    )

    once = {PREFECT_API_URL: api, PREFECT_CLIENT_MAX_RETRIES: 0, PREFECT_API_REQUEST_TIMEOUT: _NAMED_WAIT_S}
    try:
        with temporary_settings(once), get_client(sync_client=True) as client:
            failure = client.api_healthcheck() or _refusal(client)
    except (httpx.HTTPError, ValueError, RuntimeError) as error:  # RuntimeError: versions that do not fit
        failure = error
    if failure is not None:
        reason = str(failure).splitlines()[0] if str(failure) else type(failure).__name__
        raise ServerError(
            f"the Prefect server named by PREFECT_API_URL does not serve us ({reason})",
            cure="start it, correct the address or PREFECT_API_AUTH_STRING, or unset PREFECT_API_URL to run without it",
            path=api,
        )


def _refusal(client: "object") -> Exception | None:
    """Return the error of a server that is up but refuses us; Prefect's health answers without a password."""
    from prefect.exceptions import PrefectHTTPStatusError

    try:
        client.api_version()  # type: ignore[attr-defined]
    except PrefectHTTPStatusError as error:
        return error if error.response.status_code in (401, 403) else None
    except ValueError:  # not JSON: another kind of server (a hosted one) that has no such page
        return None
    return None


@contextmanager
def leading_to(api: str) -> Iterator[None]:
    """Set the server for this process, for Prefect as already imported and for processes started from here."""
    from prefect.settings import PREFECT_API_URL, PREFECT_SERVER_ALLOW_EPHEMERAL_MODE, temporary_settings

    before = os.environ.get("PREFECT_API_URL")
    os.environ["PREFECT_API_URL"] = api
    try:
        with temporary_settings({PREFECT_API_URL: api, PREFECT_SERVER_ALLOW_EPHEMERAL_MODE: False}):
            yield
    finally:
        if before is None:
            os.environ.pop("PREFECT_API_URL", None)
        else:
            os.environ["PREFECT_API_URL"] = before


def _set_quiet_defaults() -> None:
    """Before Prefect reads them: no usage reports, and never a temporary server behind our back."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "false")
