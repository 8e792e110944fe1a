"""What changed since the release before: rows added, changed and withdrawn, each with the reason."""

import sqlite3
from pathlib import Path
from typing import Final

from pipeline.publish.schema import RECORD_TABLES, tables
from pipeline.store import SqlValue

# Numbers that may differ from release to release though the row is the same.
_NUMBERING: Final = frozenset({"serial", "link", "records"})
_COMPARED: Final = ("documents", *RECORD_TABLES)


def compare(connection: sqlite3.Connection, before: Path) -> None:
    """Fills `changes` from the file of the release before; `working` tells why a row is gone."""
    # `immutable`: a published file never changes, and its folder may allow no writing.
    connection.execute("ATTACH DATABASE ? AS before", [f"{before.resolve().as_uri()}?mode=ro&immutable=1"])
    names = {row[0] for row in connection.execute("SELECT name FROM before.sqlite_master WHERE type = 'table'")}
    for table in tables():
        if table.name in _COMPARED and table.name in names:
            key = table.key[0]
            quote = "quote" if table.name in RECORD_TABLES else "title"
            _added(connection, table.name, key, quote)
            _changed(connection, table.name, key, quote)
            _withdrawn(connection, table.name, key, quote)


def _added(connection: sqlite3.Connection, table: str, key: str, quote: str) -> None:
    """A new document is one row; its records are not listed again."""
    if table == "documents":
        why, only = "'first'", "1"
    else:
        why = (
            "CASE WHEN n.state = 'added' THEN 'entered' WHEN d.extractor IS NOT b.extractor THEN 'found' "
            "ELSE 'let in' END"
        )
        only = "b.document IS NOT NULL"
    connection.execute(
        f"INSERT INTO changes SELECT '{table}', n.{key}, n.document, 'added', NULL, {why}, n.{quote} "  # noqa: S608
        f"FROM main.{table} n JOIN main.documents d ON d.document = n.document "
        f"LEFT JOIN before.documents b ON b.document = n.document "
        f"WHERE {only} AND NOT EXISTS (SELECT 1 FROM before.{table} p WHERE p.{key} = n.{key})"
    )


def _changed(connection: sqlite3.Connection, table: str, key: str, quote: str) -> None:
    columns = [name for name in _columns(connection, "main", table) if name in _columns(connection, "before", table)]
    compared = [name for name in columns if name not in _NUMBERING and name != key]
    differing = " || ".join(
        f"CASE WHEN n.\"{name}\" IS NOT p.\"{name}\" THEN '; {name}' ELSE '' END" for name in compared
    )
    state = (
        "WHEN n.state IS NOT p.state AND n.state IN ('accepted', 'corrected') THEN n.state "
        "WHEN n.counted < p.counted AND NOT d.counted THEN 'copy' WHEN n.counted > p.counted AND NOT b.counted "
        "THEN 'no copy' WHEN n.state = 'corrected' THEN 'corrected' "
        if table != "documents"
        else "WHEN n.counted < p.counted THEN 'copy' WHEN n.counted > p.counted THEN 'no copy' "
    )
    connection.execute(
        f"INSERT INTO changes SELECT '{table}', n.{key}, n.document, 'changed', substr({differing}, 3), "  # noqa: S608
        f"CASE {state} WHEN d.extractor IS NOT b.extractor THEN 'extractor' ELSE 'settings' END, n.{quote} "
        f"FROM main.{table} n JOIN before.{table} p ON p.{key} = n.{key} "
        f"JOIN main.documents d ON d.document = n.document LEFT JOIN before.documents b ON b.document = p.document "
        f"WHERE {differing} <> ''"
    )


def _withdrawn(connection: sqlite3.Connection, table: str, key: str, quote: str) -> None:
    if table == "documents":
        reason = "'document'"
        source = ""
    else:
        reason = (
            "CASE WHEN w.state = 'rejected' OR o.state = 'rejected' THEN 'rejected' "
            "WHEN d.document IS NULL THEN 'document' WHEN w.record_id IS NOT NULL THEN 'left out' "
            "WHEN d.extractor IS NOT b.extractor THEN 'extractor' ELSE 'settings' END"
        )
        source = (
            f"LEFT JOIN working.{table} w ON w.record_id = p.record_id "
            f"LEFT JOIN working.{table} o ON o.record_id = w.copy_of"
        )
    connection.execute(
        f"INSERT INTO changes SELECT '{table}', p.{key}, p.document, 'withdrawn', NULL, {reason}, p.{quote} "  # noqa: S608
        f"FROM before.{table} p {source} JOIN before.documents b ON b.document = p.document "
        f"LEFT JOIN main.documents d ON d.document = p.document "
        f"WHERE NOT EXISTS (SELECT 1 FROM main.{table} n WHERE n.{key} = p.{key})"
    )


def _columns(connection: sqlite3.Connection, schema: str, table: str) -> list[str]:
    rows = connection.execute(f"PRAGMA {schema}.table_info({table})").fetchall()
    return [str(row[1]) for row in rows]


def summary(connection: sqlite3.Connection) -> list[tuple[str, str, str, str, int]]:
    """Returns table, change, code and wording of the reason, and how many rows, most first in each table."""
    rows: list[tuple[SqlValue, ...]] = connection.execute(
        "SELECT c.table_name, c.change, c.reason, coalesce(l.en, c.reason), count(*) AS n FROM changes c "
        "LEFT JOIN labels l ON l.list = 'reason' AND l.code = c.reason "
        "GROUP BY 1, 2, 3 ORDER BY c.table_name <> 'documents', c.table_name, c.change, n DESC, c.reason"
    ).fetchall()
    return [(str(table), str(change), str(code), str(why), int(str(n))) for table, change, code, why, n in rows]
