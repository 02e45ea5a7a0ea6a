"""What Django's migrations cannot say: the full-text table of SQLite, the inverted index of PostgreSQL."""

from collections.abc import Sequence

FULL_TEXT = "search_words"


def create(vendor: str) -> Sequence[str]:
    if vendor == "postgresql":
        return (
            'ALTER TABLE search_term ALTER COLUMN key TYPE varchar(100) COLLATE "C"',
            "CREATE INDEX search_entry_terms ON search_entry USING gin (terms) WITH (fastupdate = off)",
        )
    options = "keys, content='', detail=none, columnsize=0, tokenize='unicode61 remove_diacritics 0'"
    return (f"CREATE VIRTUAL TABLE {FULL_TEXT} USING fts5({options})",)


def drop(vendor: str) -> Sequence[str]:
    if vendor == "postgresql":
        return ("DROP INDEX search_entry_terms",)
    return (f"DROP TABLE {FULL_TEXT}",)
