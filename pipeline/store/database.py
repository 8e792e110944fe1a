"""Opens and migrates the database and holds every statement that changes it."""

import fcntl
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO, cast

from sqlite_utils import Database

from extractors.domain.errors import StoreError
from extractors.domain.records import Family
from pipeline.migrations import MIGRATIONS
from pipeline.store.gazetteers import refresh_gazetteers
from pipeline.store.rereading import (
    Rivals,
    carry_decided,
    forget_lost,
    machine_id,
    note_moved,
    on_kept_text,
    with_recipients,
)
from pipeline.store.rows import FACT_VALUES, VALUES, DocumentRow, DocumentRows, RecipientRow, Row, SqlValue, to_json
from pipeline.store.signatures import keep_signature

WAIT_S: Final = 30.0  # the longest that a writer waits for another one
_STEP_S: Final = 0.002
_WAL_PAGES: Final = 8000  # of a bulk writer: the log is folded in after so many, 32 MB
_CACHE_KB: Final = 16 * 1024  # of a bulk writer; full after a thousand articles, and memory grows no more
IN_MEMORY: Final = Path(":memory:")  # SQLite's own name for a database that leaves no file


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Where a document stands when it comes in: its number and what is to be done with it."""

    serial: int
    status: str  # new, begun, done, failed
    extractor: str | None
    original: str
    is_new_source: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a source gave no document: class of the error, what, and what to do.

    `trace` is the traceback of a defect, for the log; it is not stored.
    """

    source: str
    error: str
    message: str
    advice: str
    trace: str = ""


class Store:
    """One database file, opened and migrated; use as a context manager. One writer at a time.

    A document is entered as `begun` in a transaction of its own, and finished or failed in another, so
    that a kill at any moment leaves it either as it was or done.
    """

    def __init__(self, path: Path, *, must_exist: bool = False, is_ready: bool = False) -> None:
        """Opens `path`; `is_ready` where this process has opened it once already, for connections that cost little."""
        if must_exist and not path.is_file():
            raise StoreError(f"There is no database at {path}", advice="Run `sovang run SOURCE` first, or give --db")
        self.path = path
        self.originals = path.parent / "originals"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.db = Database(sqlite3.connect(path, timeout=WAIT_S))
            self._configure()
            if not is_ready:
                self._migrate()
                refresh_gazetteers(self.db)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"The database {path} cannot be opened: {error}",
                advice="Check that it is a Sổ Vàng database, that its folder can be written, and `sovang verify`",
            ) from error

    def _configure(self) -> None:
        self.db.enable_wal()
        self.db.execute("PRAGMA foreign_keys = ON")
        self.db.execute("PRAGMA recursive_triggers = ON")
        # In WAL mode NORMAL survives any kill of the process; a power cut may undo the last commits, whole.
        self.db.execute("PRAGMA synchronous = NORMAL")

    def _migrate(self) -> None:
        """Applies the steps that are missing; two programs that open a new file at once do so one after the other."""
        nothing = Database(memory=True)
        known = {step.name for step in MIGRATIONS.pending(nothing)}
        nothing.close()
        unknown = {step.name for step in MIGRATIONS.applied(self.db)} - known
        if unknown:
            raise StoreError(
                f"The database {self.path} was made by a newer version ({', '.join(sorted(unknown))})",
                advice="Install that version",
            )
        if self.path == IN_MEMORY:
            MIGRATIONS.apply(self.db)
        elif MIGRATIONS.pending(self.db):
            with self._lock_file() as handle:
                fcntl.flock(handle, fcntl.LOCK_EX)
                MIGRATIONS.apply(self.db)

    def _lock_file(self) -> TextIO:
        return self.path.with_name(self.path.name + ".lock").open("a")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file; the write-ahead log is folded in where no one else has it open."""
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is written together or not at all; SQLite's refusals become `StoreError`."""
        with self._writing(), self.db.atomic():
            yield

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            raise StoreError(
                f"The database {self.path} cannot be written: {error}",
                advice="Check free space and whether another program holds it, then run again",
            ) from error

    @contextmanager
    def immediate(self) -> Iterator[None]:
        """A transaction that has the write lock from its first moment, so that what it reads still holds as it writes.

        Waits for another writer in steps of milliseconds; SQLite's own steps grow to a tenth of a second. Inside
        another transaction it is a part of that one.
        """
        if self.db.conn.in_transaction:
            with self.transaction():
                yield
            return
        self._take_write_lock()
        try:
            with self.transaction():
                yield
            with self._writing():
                self.db.execute("COMMIT")
        except BaseException:
            self.db.rollback()
            raise

    def _take_write_lock(self) -> None:
        deadline = time.monotonic() + WAIT_S
        self.db.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    self.db.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error) or time.monotonic() > deadline:
                        raise StoreError(
                            f"The database {self.path} cannot be written: {error}",
                            advice="Check whether another program holds it, then try again",
                        ) from error
                    time.sleep(_STEP_S)
        finally:
            self.db.execute(f"PRAGMA busy_timeout = {int(WAIT_S * 1000)}")

    def rows(self, sql: str, parameters: Sequence[SqlValue] | Row = ()) -> list[Row]:
        """Returns the rows of a query as dictionaries."""
        with self._reading():
            cursor = self.db.conn.execute(sql, parameters)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def value(self, sql: str, parameters: Sequence[SqlValue] = ()) -> SqlValue:
        """Returns the first column of the first row, None where there is none."""
        with self._reading():
            row = self.db.conn.execute(sql, parameters).fetchone()
        return None if row is None else cast(SqlValue, row[0])

    @contextmanager
    def sole_writer(self) -> Iterator[None]:
        """Holds the lock of bulk writers beside the database; raises `StoreError` where another run has it."""
        with self._lock_file() as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise StoreError(
                    f"Another run is writing to {self.path}", advice="Wait until it has ended, or give another --db"
                ) from error
            # Pages that many documents change are folded back once for hundreds of them, and found in memory.
            self.db.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
            self.db.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            self.db.execute("PRAGMA temp_store = MEMORY")  # else what a savepoint may have to undo goes to a file
            yield

    def count(self, sql: str, parameters: Sequence[SqlValue] = ()) -> int:
        """Returns the number that a counting query gives."""
        return cast(int, self.value(sql, parameters))

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise StoreError(
                f"The database {self.path} cannot be read: {error}",
                advice="It may be damaged or held by another program; see `sovang verify`",
            ) from error

    # --- runs -----------------------------------------------------------------------------------------

    def start_run(self, command: str, sources: Sequence[str], extractor: str) -> int:
        """Returns the number of a new run; runs that a kill left open are closed as interrupted."""
        with self.transaction():
            self.db.execute("UPDATE runs SET state = 'interrupted' WHERE state = 'working'")
            cursor = self.db.execute(
                "INSERT INTO runs (command, sources, extractor, started_at, state) VALUES (?, ?, ?, ?, 'working')",
                [command, to_json(list(sources)), extractor, now()],
            )
        return cast(int, cursor.lastrowid)

    def end_run(self, run: int, state: str, *, done: int, unchanged: int, failed: int) -> None:
        """Closes a run with its counts; `state` is finished or interrupted."""
        with self.transaction():
            self.db.execute(
                "UPDATE runs SET ended_at = ?, state = ?, done = ?, unchanged = ?, failed = ? WHERE id = ?",
                [now(), state, done, unchanged, failed, run],
            )

    # --- documents ------------------------------------------------------------------------------------

    def find_document(self, document_id: str, source: str) -> Begun | None:
        """Returns how a document stands, None where its bytes are new."""
        row = self.db.execute(
            "SELECT serial, status, extractor, original, "
            "NOT EXISTS (SELECT 1 FROM document_sources WHERE document = serial AND source = ?) "
            "FROM documents WHERE id = ?",
            [source, document_id],
        ).fetchone()
        if row is None:
            return None
        return Begun(serial=row[0], status=row[1], extractor=row[2], original=row[3], is_new_source=bool(row[4]))

    def begin_document(
        self, document_id: str, source: str, size: int, original: str, run: int, captured: str | None = None
    ) -> int:
        """Enters a document as begun and returns its number; its original must be on disk already.

        `captured` is the moment at which a web archive got it.
        """
        with self.transaction():
            cursor = self.db.execute(
                "INSERT INTO documents (id, source, status, bytes, original, run) VALUES (?, ?, 'begun', ?, ?, ?)",
                [document_id, source, size, original, run],
            )
            serial = cast(int, cursor.lastrowid)
            self._insert_source(serial, source, captured)
        return serial

    def add_source(self, serial: int, source: str, captured: str | None = None) -> None:
        """Notes that the same bytes came under another name."""
        with self.transaction():
            self._insert_source(serial, source, captured)

    def _insert_source(self, serial: int, source: str, captured: str | None) -> None:
        self.db.execute(
            "INSERT OR IGNORE INTO document_sources (document, source, captured) VALUES (?, ?, ?)",
            [serial, source, captured],
        )

    def finish_document(self, serial: int, rows: DocumentRows, *, extractor: str, run: int) -> None:
        """Writes all that was found in a document and marks it done.

        What a person decided stays: see `_write_records`. So does a text that a person corrected; where another
        reader reads the document otherwise, decided records find their place by quote and context.
        """
        with self.immediate():
            rows, is_kept = on_kept_text(self.db, serial, rows)
            moved = None if is_kept else carry_decided(self.db, serial, rows)
            columns = DocumentRow.__annotations__
            self.db.execute(
                f"UPDATE documents SET {', '.join(f'{c} = :{c}' for c in columns)}, "  # noqa: S608
                "status = 'done', extractor = :extractor, run = :run WHERE serial = :serial",
                # a text corrected while the document was read counts as read by no version: the next one reads it
                {**rows.document, "extractor": "" if is_kept else extractor, "run": run, "serial": serial},
            )
            self.db.execute("DELETE FROM blocks WHERE document = ?", [serial])
            self.db.execute("DELETE FROM pages WHERE document = ?", [serial])
            self._insert("pages", serial, rows.pages)
            self._insert("blocks", serial, rows.blocks)
            for family in Family:
                entered = self._write_records(
                    serial, family.value, VALUES[family], with_recipients(family, rows.records[family], rows.recipients)
                )
                if family is Family.AWARDS:
                    self._write_recipients(entered, rows.recipients)
            self._write_records(serial, "document_facts", FACT_VALUES, rows.facts)
            forget_lost(self.db, serial)
            if moved:
                note_moved(self.db, serial, moved)
            self.db.execute("DELETE FROM failures WHERE document = ?", [serial])
            keep_signature(self.db, serial, rows.signature)

    def fail_document(self, serial: int, failure: Failure, *, extractor: str, run: int) -> None:
        """Marks a document failed and keeps why; what an earlier extraction found stays."""
        with self.transaction():
            self.db.execute(
                "UPDATE documents SET status = CASE WHEN text IS NULL THEN 'failed' ELSE 'done' END, "
                "extractor = CASE WHEN text IS NULL THEN ? ELSE extractor END, run = ? WHERE serial = ?",
                [extractor, run, serial],
            )
            self.db.execute("DELETE FROM failures WHERE document = ?", [serial])
            self._insert_failure(failure, serial, run)

    def fail_source(self, failure: Failure, run: int) -> None:
        """Keeps why a file gave no bytes that could become a document."""
        with self.transaction():
            self._insert_failure(failure, None, run)

    def failed_sources(self) -> set[str]:
        """Returns the paths that gave no bytes to make a document of."""
        return {str(row["id"]) for row in self.rows("SELECT id FROM failures WHERE document IS NULL")}

    def forget_failed_source(self, source: str) -> None:
        """Takes a path that can be read after all out of the failures."""
        with self.transaction():
            self.db.execute("DELETE FROM failures WHERE id = ? AND document IS NULL", [source])

    def _insert_failure(self, failure: Failure, serial: int | None, run: int) -> None:
        self.db.execute(
            "INSERT OR REPLACE INTO failures (id, source, document, error, message, advice, run) "
            "VALUES (coalesce((SELECT id FROM documents WHERE serial = :serial), :source), "
            ":source, :serial, :error, :message, :advice, :run)",
            {
                "serial": serial,
                "source": failure.source,
                "error": failure.error,
                "message": failure.message,
                "advice": failure.advice,
                "run": run,
            },
        )

    def _insert(self, table: str, serial: int, rows: Iterable[object]) -> None:
        for_sqlite = [{**cast(Row, row), "document": serial} for row in rows]
        if for_sqlite:
            self.db.conn.executemany(_insert_sql(table, for_sqlite[0]), for_sqlite)

    # --- records --------------------------------------------------------------------------------------

    def _write_records(self, serial: int, table: str, values: tuple[str, ...], new: tuple[Row, ...]) -> tuple[Row, ...]:
        """Replaces the machine's records of one table and returns those entered; decided ones are never touched.

        Where the new extraction reads something else in the place of a decided record, that reading goes
        to the record's `machine_now` (JSON `null` where nothing is found there any more).
        """
        decided = self.rows(f"SELECT * FROM {table} WHERE document = ? AND state <> 'machine'", [serial])  # noqa: S608
        self.db.execute(f"DELETE FROM {table} WHERE document = ? AND state = 'machine'", [serial])  # noqa: S608
        if decided:
            new = self._set_aside(table, values, decided, new)
        present = {row["record_id"] for row in new} | {row["record_id"] for row in decided}
        entered = [
            {name: value for name, value in row.items() if name != "recipients"}
            | {"copy_of": row["copy_of"] if row["copy_of"] in present else None}
            for row in new
        ]
        self._insert(table, serial, entered)
        orphans = [row["record_id"] for row in decided if row["copy_of"] is not None and row["copy_of"] not in present]
        self.db.conn.executemany(
            f"UPDATE {table} SET copy_of = NULL WHERE record_id = ?",  # noqa: S608
            [(record_id,) for record_id in orphans],
        )
        return new

    def _write_recipients(self, awards: Sequence[Row], recipients: Sequence[RecipientRow]) -> None:
        entered = {row["record_id"] for row in awards}
        rows = [row for row in recipients if row["award"] in entered]
        if rows:
            self.db.conn.executemany(_insert_sql("award_recipients", rows[0]), cast(list[Row], rows))

    def _set_aside(
        self, table: str, values: tuple[str, ...], decided: list[Row], new: Sequence[Row]
    ) -> tuple[Row, ...]:
        """Compares the machine's new records with decided ones; returns those that stand in no one's way."""
        kept = []
        readings: dict[SqlValue, SqlValue] = {}
        rivals = Rivals(decided, {row[0] for row in self.db.execute("SELECT record_id FROM lost_places")})
        for row in new:
            rival = rivals.of(row)
            if rival is None:
                kept.append(row)
                continue
            same = machine_id(rival) == row["record_id"] or all(rival[c] == row[c] for c in ("start", "end", *values))
            readings[rival["record_id"]] = None if same else to_json(row)
            if same and rival["state"] == "added":  # the machine's own row comes back when the adding is undone
                self.db.execute(
                    f"UPDATE {table} SET machine = ? WHERE record_id = ?",  # noqa: S608
                    [to_json(row), rival["record_id"]],
                )
        for row in decided:
            is_expected = row["state"] not in {"rejected", "added"} and row["machine"] != "null"
            lost = "null" if is_expected and not rivals.is_lost(row) else None
            self.db.execute(
                f"UPDATE {table} SET machine_now = ? WHERE record_id = ?",  # noqa: S608
                [readings.get(row["record_id"], lost), row["record_id"]],
            )
        return tuple(kept)


def _insert_sql(table: str, columns: Iterable[str]) -> str:
    names = tuple(columns)
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table} ({quoted}) VALUES ({', '.join(f':{name}' for name in names)})"  # noqa: S608


def now() -> str:
    """Returns the moment as the database keeps it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
