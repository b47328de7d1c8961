"""The web server as a process of its own: `python -m terreau.project.web`, started by `serve`.

It holds no Django itself, so that its workers are born from a small process without a connection or
a thread to inherit.
"""

from __future__ import annotations

import argparse
import importlib
import os
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from terreau.project.processes import die_with

SECONDS_TO_FINISH = 10


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    for name in ("port", "workers", "threads", "parent"):
        parser.add_argument(f"--{name}", type=int, required=True)
    options = parser.parse_args()
    die_with(options.parent)
    this_process = os.getpid()

    def load() -> Any:
        die_with(this_process)
        return importlib.import_module("terreau.project.wsgi").application

    server = Granian(
        "terreau.project.wsgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=options.threads,
        # Threads that stay keep their database connection, which is dear to open.
        blocking_threads_idle_timeout=600,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=SECONDS_TO_FINISH,
        websockets=False,
        log_level=LogLevels.error,
    )
    server.serve(target_loader=load, wrap_loader=False)


if __name__ == "__main__":
    main()
