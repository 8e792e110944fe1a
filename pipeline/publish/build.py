"""The tables of a release, filled from one snapshot of the working database, and the SQLite file made of them."""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from extractors.domain.errors import StoreError, UsageError
from pipeline.publish import functions
from pipeline.publish.schema import (
    CONTEXTS,
    RECORD_TABLES,
    TEXTS,
    Table,
    create_sql,
    quoted,
    read,
    sql,
    tables_of,
    views,
)

KEY_DIGITS: Final = 12  # of the id of a document; more where two documents share them
_RECORDS: Final = (
    "working.{name} r JOIN chosen c ON c.old = r.document LEFT JOIN working.{name} o ON o.record_id = r.copy_of"
)
# A copy goes with the record that it repeats, unless a person has decided on the copy itself.
_WHERE: Final = (
    "WHERE stays(r.state, r.confidence) AND r.record_id NOT IN (SELECT record_id FROM placeless) "
    "AND (r.copy_of IS NULL OR r.state <> 'machine' OR stays(o.state, o.confidence))"
)
_HEADINGS: Final = ("title", "subject", "number", "issuing_body", "publisher", "source")  # searched without texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a release takes in."""

    min_confidence: float = 0.0
    reviewed_only: bool = False
    with_texts: bool = True
    base_url: str = ""


def connect(file: Path, working: Path, conditions: Conditions) -> sqlite3.Connection:
    """Opens a new file with the working database attached read-only as `working`, in one transaction.

    All that is read until the transaction ends is one snapshot, whatever others write meanwhile.
    """
    connection = sqlite3.connect(f"file:{file}", uri=True, isolation_level=None)
    functions.register(connection, min_confidence=conditions.min_confidence, reviewed_only=conditions.reviewed_only)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", "cache_size = -65536"):
        connection.execute(f"PRAGMA {pragma}")
    try:
        connection.execute("ATTACH DATABASE ? AS working", [f"{working.resolve().as_uri()}?mode=ro"])
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM working.documents")
    except sqlite3.Error as error:
        raise StoreError(f"The database {working} cannot be read: {error}", advice="See `sovang verify`") from error
    return connection


def fill(connection: sqlite3.Connection, conditions: Conditions, tick: Callable[[], None]) -> None:
    """Creates and fills all tables but those about the release itself."""
    _choose_documents(connection)
    for table in tables_of(with_texts=conditions.with_texts):
        connection.execute(create_sql(table, conditions.base_url))
        if table.name == "labels":
            insert(connection, table, (tuple(row.values()) for row in read("labels.csv")))
        elif table.rows:
            _fill(connection, table)
        tick()
    connection.execute("CREATE INDEX records_document ON records(document, start)")
    connection.execute(
        "UPDATE documents SET records = (SELECT count(*) FROM records r WHERE r.document = documents.document)"
    )


def insert(connection: sqlite3.Connection, table: Table, rows: Iterable[tuple[object, ...]]) -> None:
    """Adds rows to a table, their values in the order of its columns."""
    marks = ", ".join("?" * len(table.columns))
    connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows)  # noqa: S608


def has_table(connection: sqlite3.Connection, name: str) -> bool:
    """Whether the working database has a table of this name."""
    found = connection.execute("SELECT 1 FROM working.sqlite_master WHERE type = 'table' AND name = ?", [name])
    return found.fetchone() is not None


def _choose_documents(connection: sqlite3.Connection) -> None:
    """Numbers the documents by their ids, so that the order in which they came in makes no difference."""
    digits = KEY_DIGITS
    [count] = connection.execute("SELECT count(*) FROM working.documents WHERE status = 'done'").fetchone()
    if not count:
        raise UsageError("The database holds no document that was read", advice="Run `sovang run SOURCE` first")
    while (
        connection.execute(
            "SELECT count(DISTINCT substr(id, 1, ?)) FROM working.documents WHERE status = 'done'", [digits]
        ).fetchone()[0]
        < count
    ):
        digits += 1
    connection.execute(
        "CREATE TEMP TABLE chosen "
        "(old INTEGER PRIMARY KEY, serial INTEGER UNIQUE, document TEXT UNIQUE, counted INTEGER)"
    )
    connection.execute(
        "INSERT INTO chosen SELECT serial, row_number() OVER (ORDER BY id), substr(id, 1, ?), "
        "NOT EXISTS (SELECT 1 FROM working.document_links l WHERE l.copy = d.serial) "
        "FROM working.documents d WHERE status = 'done'",
        [digits],
    )
    # Records that lost their place when a text was corrected or read again lead to no ink until someone places them.
    connection.execute("CREATE TEMP TABLE placeless (record_id TEXT PRIMARY KEY) WITHOUT ROWID")
    if has_table(connection, "lost_places"):
        connection.execute("INSERT INTO placeless SELECT record_id FROM working.lost_places")
    connection.execute(
        "CREATE TEMP TABLE places (document INTEGER, start INTEGER, position INTEGER, PRIMARY KEY (document, start)) "
        "WITHOUT ROWID"
    )
    connection.execute("INSERT OR REPLACE INTO places SELECT document, start, position FROM working.blocks")


def _fill(connection: sqlite3.Connection, table: Table) -> None:
    filled = [column for column in table.columns if not column.is_generated]
    chosen = ", ".join(column.fill for column in filled)
    rows = table.rows.format(record=_RECORDS.format(name=table.name), all=f"({sql('records.sql')})")
    where = _WHERE if table.name in RECORD_TABLES else ""
    names = quoted(column.name for column in filled)
    connection.execute(
        f"INSERT INTO {table.name} ({names}) SELECT {chosen} FROM {rows} {where} ORDER BY {table.sorted}"  # noqa: S608
    )


def create_views(connection: sqlite3.Connection, *, with_texts: bool) -> None:
    """Adds the views with labels."""
    for view in views():
        connection.execute(f"CREATE VIEW {view.name} AS {_view_sql(view, with_texts=with_texts)}")


def finish(connection: sqlite3.Connection, target: Path, *, with_texts: bool) -> None:
    """Adds indexes and search, and writes the file that is published; the snapshot ends here."""
    connection.execute("COMMIT")
    for name in [row[1] for row in connection.execute("PRAGMA database_list")]:
        if name not in {"main", "temp"}:
            connection.execute(f"DETACH DATABASE {name}")
    connection.execute("DROP INDEX records_document")
    connection.executescript(sql("indexes.sql"))
    _index_words(connection, with_texts=with_texts)
    connection.execute("ANALYZE")
    connection.execute("VACUUM INTO ?", [str(target)])


def _view_sql(view: Table, *, with_texts: bool) -> str:
    body = sql(f"views/{view.name}.sql")
    if view.name != "records_in_context":
        return body
    if with_texts:
        before, after = "substr(t.text, max(1, r.start - 39), min(40, r.start))", 'substr(t.text, r."end" + 1, 40)'
        return body.format(before=before, after=after, source=f"{TEXTS} t USING (document)")
    return body.format(before="k.before", after="k.after", source=f"{CONTEXTS} k USING (record_id)")


def _index_words(connection: sqlite3.Connection, *, with_texts: bool) -> None:
    """Makes the two search indexes. Each has every word twice: as written, and with `đ` as `d`.

    SQLite's tokenizer drops all marks but keeps `đ`. So both `da nang` and `Đà Nẵng` are found by plain SQL.
    The content of both columns is the text as written, so that snippets show it with its marks.
    """
    shown = "text" if with_texts else " || ".join(f"coalesce({name} || ' · ', '')" for name in _HEADINGS)
    source = TEXTS if with_texts else "documents"
    connection.execute(
        f"CREATE VIEW searched_texts AS SELECT serial, words AS text, words AS folded "  # noqa: S608
        f"FROM (SELECT serial, {shown} AS words FROM {source})"
    )
    connection.execute(
        "CREATE VIEW searched_records AS SELECT serial, words AS text, words AS folded "
        "FROM (SELECT serial, quote || ' · ' || value AS words FROM records)"
    )
    for name, content in (("document_search", "searched_texts"), ("record_search", "searched_records")):
        connection.execute(
            f"CREATE VIRTUAL TABLE {name} USING fts5(text, folded, content='{content}', content_rowid='serial', "
            "tokenize='unicode61 remove_diacritics 2')"
        )
        connection.execute(
            f"INSERT INTO {name}(rowid, text, folded) SELECT serial, text, fold(text) FROM {content} ORDER BY serial"  # noqa: S608
        )
        connection.execute(f"INSERT INTO {name}({name}) VALUES ('optimize')")  # noqa: S608
