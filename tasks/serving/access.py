"""Who may speak to a server of ours: whoever knows its secret, from pages of its own address.

A server takes deployments, and a worker runs what a deployment says, shell commands too. A web page that is open in a
browser on the same machine can reach it, so no address is protection: every request must carry a secret, and answers
are readable for the dashboard's own pages only. Since no page of another name (DNS rebinding) has the secret, the
Host header needs no check of its own.

    server-auth                      the secret of `make dashboard`, made at its first start; a browser asks for it
    dashboard-<port>-<machine>.json  process id, birth, port and secret of a dashboard that runs

Both lie in the state folder, readable for their owner alone. A secret never stands on a command line, and goes to no
address but that of a process of ours that lives.
"""

import json
import os
import secrets
import stat
import urllib.error
import urllib.request
from base64 import b64encode
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from configs.disk.files import write_private
from configs.disk.processes import birth, lives, machine
from configs.settings import private_folder, state_root

_USER = "filmcomic"
_WAIT_S = 2.0
_ANSWER_LIMIT = 1000
_NEW_HOME = frozenset({"profiles.toml", "storage", "memo_store.toml"})
"""What Prefect may put into its home before there is a database."""


class Dashboard(BaseModel):
    """A dashboard that was started on this machine by this user."""

    model_config = ConfigDict(frozen=True)

    host: str
    pid: int
    born: str
    port: int
    auth: str

    @property
    def api(self) -> str:
        """Address of its API."""
        return f"http://127.0.0.1:{self.port}/api"


def fresh_secret() -> str:
    """Return a new secret, `user:password`."""
    return f"{_USER}:{secrets.token_urlsafe(24)}"


def secret_path() -> Path:
    """Return where the dashboard's secret is kept."""
    return state_root() / "server-auth"


def kept_secret() -> str:
    """Return the dashboard's secret; made and kept at the first call.

    Raises:
        OSError: The state folder cannot be written to.
    """
    path = secret_path()
    private_folder(path.parent)
    if not _read(path):
        write_private(path, fresh_secret() + "\n")
    path.chmod(0o600)
    return _read(path)


def own_auth() -> str | None:
    """Return the secret that the user has set for Prefect's clients, in the environment or a profile."""
    from prefect.settings import get_current_settings

    return _set("PREFECT_API_AUTH_STRING", get_current_settings().api.auth_string)


def dashboard_auth() -> str:
    """Return the secret that a dashboard started here is to ask for: the user's own, else the kept one."""
    from prefect.settings import get_current_settings

    named = _set("PREFECT_SERVER_API_AUTH_STRING", get_current_settings().server.api.auth_string)
    return named or own_auth() or kept_secret()


def _set(variable: str, setting: SecretStr | None) -> str | None:
    """Return a secret; the environment first, since Prefect read it when it was imported."""
    return os.environ.get(variable) or (setting.get_secret_value() if setting is not None else None) or None


def closed_environment(port: int, auth: str, address: str | None = None) -> dict[str, str]:
    """Return the environment of a server that answers to its secret and to its own pages alone.

    Args:
        port: Where it listens.
        auth: Its secret.
        address: How browsers on other machines reach it, without a path; left out, they are on this one.
    """
    outside = (address or f"http://127.0.0.1:{port}").rstrip("/")
    origins = dict.fromkeys((f"http://127.0.0.1:{port}", f"http://localhost:{port}", outside))
    return {
        "PREFECT_SERVER_API_AUTH_STRING": auth,
        "PREFECT_API_AUTH_STRING": auth,
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": ",".join(origins),
        "PREFECT_SERVER_UI_API_URL": f"{outside}/api",
        "PREFECT_UI_URL": outside,  # what a notice names a run's page by
        "PREFECT_SERVER_UI_V2_ENABLED": "false",  # the newer pages ask a service on the network as they load
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    }


def close_home() -> None:
    """Keep others out of the database of a server that is to start: it holds pages and frames of films.

    Prefect's home is closed too when it is a new one; one that somebody has put things into may be shared on purpose.
    """
    from prefect.settings import get_current_settings

    settings = get_current_settings()
    home = settings.home
    with suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)
        if {path.name for path in home.iterdir()} <= _NEW_HOME and not home.stat().st_mode & stat.S_ISVTX:
            home.chmod(0o700)
        url = settings.server.database.connection_url
        if url is None or url.get_secret_value().endswith(f"/{home / 'prefect.db'}"):
            (home / "prefect.db").touch(mode=0o600)  # an empty file is a database to be made; what lies beside follows
        for path in home.glob("prefect.db*"):
            path.chmod(0o600)


def note_dashboard(port: int, auth: str) -> None:
    """Note that this process becomes the dashboard on this port, so that runs find it and its secret."""
    found = Dashboard(host=machine(), pid=os.getpid(), born=birth(os.getpid()), port=port, auth=auth)
    write_private(private_folder(state_root()) / f"dashboard-{port}-{machine()}.json", found.model_dump_json())


def dashboards() -> list[Dashboard]:
    """Return the dashboards of this user that live, the one on Prefect's usual port first; forget the others."""
    found = []
    for path in state_root().glob("dashboard-*.json"):
        with suppress(OSError, ValidationError):
            noted = Dashboard.model_validate_json(path.read_bytes())
            if noted.host == machine() and lives(noted.pid, noted.born):
                found.append(noted)
            elif noted.host == machine():
                path.unlink(missing_ok=True)
    return sorted(found, key=lambda one: (one.port != 4200, one.port))


def ask_local(url: str, auth: str | None = None) -> tuple[int, object]:
    """Ask a local address, never by way of a proxy.

    Returns:
        The status (0: no answer) and the JSON it answers with (None: it is not JSON).
    """
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url)
    if auth:
        request.add_header("Authorization", "Basic " + b64encode(auth.encode()).decode())
    try:
        with opener.open(request, timeout=_WAIT_S) as answer:
            return int(answer.status), json.loads(answer.read(_ANSWER_LIMIT))
    except urllib.error.HTTPError as error:
        return error.code, None
    except ValueError:
        return 200, None
    except OSError:
        return 0, None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
