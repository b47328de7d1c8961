"""Serving an instance: the site and its worker, as one thing that starts, stops and heals."""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connections

from terreau.core.errors import TerreauError
from terreau.core.files import sweep_drafts
from terreau.project.preparation import prepare_home, say_on_console
from terreau.project.processes import Child, Family, only_one
from terreau.project.statics import gather
from terreau.project.web import SECONDS_TO_FINISH

Say = Callable[[str], None]
SECONDS_TO_START = 60.0


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 2,
    with_worker: bool = True,
    say: Say = say_on_console,
) -> int:
    """Prepare the home, then serve it until SIGTERM or Ctrl-C.

    Args:
        host: address to listen on.
        port: port to listen on.
        workers: web processes; one per processor is a good number.
        with_worker: also run the process that does the long work.
        say: told what is being done.

    Returns:
        0 once everything has stopped.

    Raises:
        TerreauError: when this home is already served, or the port is taken.
    """
    address = address_of(host, port)
    lock = only_one(
        settings.HOME.locks / "serve.lock",
        content=f"processus {os.getpid()}, {address}",
        refusal="Cette instance est déjà servie.",
        remedy="Arrêtez l’autre processus, ou donnez à celui-ci un autre TERREAU_HOME.",
    )
    with lock:
        check_port(host, port)
        prepare_home(say)
        sweep_drafts(settings.HOME.root)
        if not settings.DEBUG:
            gather(say)
        heal_index(say)
        # What mails and shared data say is where the site answers, unless the operator says otherwise.
        os.environ.setdefault("TERREAU_PUBLIC_URL", address_of(_reached(host), port))
        # The children open their own; one held here would outlive its use.
        connections.close_all()
        children = [Child("site", _web_command(host, port, workers))]
        if with_worker:
            children.append(Child("travaux", _worker_command()))
        _tell_when_ready(host, port, f"Terreau est prêt : {address}  (Ctrl-C pour arrêter)", say)
        Family(children, patience=SECONDS_TO_FINISH + 1).run()
    return 0


def address_of(host: str, port: int) -> str:
    """The address at which a host and a port are reached."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def check_port(host: str, port: int) -> None:
    """Do nothing when the port is free.

    Raises:
        TerreauError: when it is taken, forbidden, or the address is not of this machine.
    """
    where = f"{host}:{port}"
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reasons = {
            errno.EADDRINUSE: (
                "Ce port est déjà pris par un autre programme.",
                f"Choisissez-en un autre : terreau serve --port {port + 1}",
            ),
            errno.EACCES: (
                "Ce port est réservé à l’administrateur de la machine.",
                "Choisissez un port au-delà de 1024, derrière un serveur mandataire.",
            ),
        }
        message, remedy = reasons.get(
            error.errno or 0, ("Cette adresse n’est pas de cette machine.", "Essayez --host 127.0.0.1.")
        )
        raise TerreauError(message, where=where, remedy=remedy) from None


def heal_index(say: Say) -> None:
    """Bring the search index up to the database: a crash may have come between the two."""
    from terreau.directory import search

    sync = getattr(search, "sync", None)
    if sync is not None:
        sync()


def _python(*arguments: str) -> list[str]:
    # -P: the folder from which the command is given must not hide our modules.
    return [sys.executable, "-P", "-m", *arguments]


def _web_command(host: str, port: int, workers: int) -> list[str]:
    return _python(
        "terreau.project.web",
        *("--host", host, "--port", str(port), "--workers", str(workers)),
        *("--threads", str(settings.WEB_THREADS), "--parent", str(os.getpid())),
    )


def _worker_command() -> list[str]:
    return _python("terreau.project.cli", "worker", "--parent", str(os.getpid()))


def _reached(host: str) -> str:
    """From this machine, an address that listens everywhere is that of the machine itself."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)


def _tell_when_ready(host: str, port: int, line: str, say: Say) -> None:
    """Say it from beside, as soon as the port answers."""
    reached = _reached(host)

    def wait() -> None:
        until = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < until:
            try:
                socket.create_connection((reached, port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                say(line)
                return

    threading.Thread(target=wait, daemon=True, name="ready").start()
