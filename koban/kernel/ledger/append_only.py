"""The database's own refusal to change a page. Citus refuses triggers on distributed tables: there, grants do it."""

TABLES = ("ledger_page", "ledger_node", "ledger_checkpoint")

SQLITE_CREATE = [
    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for table in TABLES
    for verb in ("UPDATE", "DELETE")
]
SQLITE_DROP = [
    f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for table in TABLES for verb in ("update", "delete")
]

_FUNCTION = (
    "CREATE OR REPLACE FUNCTION koban_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$"
)
POSTGRES_CREATE = [
    _FUNCTION,
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION koban_append_only()"
        for table in TABLES
    ),
]
POSTGRES_DROP = [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}" for table in TABLES]

# For databases that refuse triggers: run once as the owner, with the name of the role that the application uses.
GRANTS = [f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {{role}}" for table in TABLES]


def create(vendor: str) -> list[str]:
    return SQLITE_CREATE if vendor == "sqlite" else POSTGRES_CREATE


def drop(vendor: str) -> list[str]:
    return SQLITE_DROP if vendor == "sqlite" else POSTGRES_DROP
