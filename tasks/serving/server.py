"""Which Prefect server a run goes to: the one that was named, the one on this machine, or one of our own.

A server that was named (`PREFECT_API_URL`, a profile) must answer; a run never goes elsewhere in silence. With none
named, a dashboard of this user is used, else a server on Prefect's usual port that takes us. With none at all we bring
up our own (`own_server`) on the database that `make dashboard` opens later, and take it down once it has recorded
everything (`recording`): Prefect's own temporary server is stopped too early and loses most task runs, so it is never
used.

Prefect is imported inside the functions: importing it takes a second that `filmcomic --help` need not pay.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from configs.errors import ServerError
from tasks.serving.access import ask_local, dashboards, own_auth
from tasks.serving.own_server import own_server
from tasks.serving.recording import everything_recorded, everything_sent

LOCAL_API = "http://127.0.0.1:4200/api"
"""Where `make dashboard` and `prefect server start` listen."""

_NAMED_WAIT_S = 5.0


@contextmanager
def server_for_run(tell: Callable[[str], None] = lambda line: None) -> Iterator[str]:
    """Lead every flow that is called inside to a server that answers.

    Args:
        tell: Called with one line when something takes long: a server being brought up, rows being recorded; and when
            the server that is there is not for us.

    Yields:
        The address of the server's API.

    Raises:
        ServerError: The server that was named does not answer or refuses us, or our own does not come up.
    """
    shared = found_server(tell)
    if shared is not None:
        with leading_to(*shared), everything_sent():
            yield shared[0]
        return
    with own_server(tell) as ours, leading_to(ours.api, ours.auth), everything_recorded(tell):
        yield ours.api


def found_server(tell: Callable[[str], None] = lambda line: None) -> tuple[str, str | None] | None:
    """Return the server that was named, else one that serves us on this machine, else None.

    Returns:
        The address of its API, and the secret that it asks for where it is none that the user has set.

    Raises:
        ServerError: The server that was named does not answer or refuses us.
    """
    named = named_server()
    ours = dashboards()
    if named is not None:
        known = [one for one in ours if own_auth() is None and _same(named, one.api)]
        if known and _serves(known[0].api, known[0].auth):
            return known[0].api, known[0].auth
        _check_named(named)
        return named, None
    for one in ours:
        for auth in (own_auth(), one.auth):
            if auth is not None and _serves(one.api, auth):
                return one.api, auth
    if LOCAL_API not in [one.api for one in ours] and ask_local(f"{LOCAL_API}/health") == (200, True):
        if is_usable_prefect(LOCAL_API):
            return LOCAL_API, None
        if ask_local(f"{LOCAL_API}/admin/version")[0] in (401, 403):
            tell(f"{LOCAL_API}: a Prefect server that asks for a secret we do not have (PREFECT_API_AUTH_STRING)")
    return None


def named_server() -> str | None:
    """Return the address of the API that the environment or the active profile names, or None."""
    _set_quiet_defaults()
    from prefect.settings import get_current_settings

    # the environment first: Prefect read it when it was imported, which may have been before it was set
    return os.environ.get("PREFECT_API_URL") or get_current_settings().api.url or None


def is_usable_prefect(api: str) -> bool:
    """Tell whether a Prefect 3 server that takes our requests answers at this local address.

    Something else that listens there (another program, a server that hangs or asks for another secret) is not one.
    """
    return ask_local(f"{api}/health") == (200, True) and _serves(api, own_auth())


def _serves(api: str, auth: str | None) -> bool:
    _, version = ask_local(f"{api}/admin/version", auth)
    return isinstance(version, str) and version.startswith("3.")


def _same(named: str, api: str) -> bool:
    """Tell whether an address that was named is that of a dashboard of ours, by whatever name of this machine."""
    there, here = urlsplit(named), urlsplit(api)
    try:
        return there.scheme == "http" and there.hostname in ("127.0.0.1", "localhost") and there.port == here.port
    except ValueError:  # a port that is no number
        return False


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
def leading_to(api: str, auth: str | None = None) -> Iterator[None]:
    """Set the server for this process, for Prefect as already imported and for processes started from here.

    Args:
        api: The address of its API.
        auth: The secret that it asks for; left out, whatever the user has set stands.
    """
    from prefect.settings import (
        PREFECT_API_AUTH_STRING,
        PREFECT_API_URL,
        PREFECT_SERVER_ALLOW_EPHEMERAL_MODE,
        temporary_settings,
    )

    there = {"PREFECT_API_URL": api} | ({} if auth is None else {"PREFECT_API_AUTH_STRING": auth})
    secret = {} if auth is None else {PREFECT_API_AUTH_STRING: auth}
    before = {name: os.environ.get(name) for name in there}
    os.environ.update(there)
    try:
        with temporary_settings({PREFECT_API_URL: api, PREFECT_SERVER_ALLOW_EPHEMERAL_MODE: False, **secret}):
            yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _set_quiet_defaults() -> None:
    """Before Prefect reads them: no usage reports, and never a temporary server behind our back."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "false")
