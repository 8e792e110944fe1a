"""The tables of a release as CSV and Parquet files, streamed row by row, equal bytes for equal rows."""

import csv
import hashlib
import importlib.util
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from extractors.domain.errors import StoreError
from pipeline.publish.schema import TEXTS, Column, Table
from pipeline.store import SqlValue

if TYPE_CHECKING:
    import pyarrow

_ROWS: Final = 20_000  # in one row group of a Parquet file
_CHARACTERS: Final = 4_000_000  # of whole texts, in one row group
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """A file of a release: its path in the folder, rows, size and SHA-256."""

    path: str
    rows: int
    bytes: int
    sha256: str


def need_parquet() -> None:
    """Raises `StoreError` where the library that writes Parquet is not installed."""
    if importlib.util.find_spec("pyarrow") is None:
        raise StoreError("Parquet files need pyarrow", advice="pip install 'sovang[publish]'")


def write_csv(connection: sqlite3.Connection, table: Table, folder: Path) -> PublishedFile:
    """Writes `csv/TABLE.csv`: UTF-8, lines end with CR LF, no value is an empty cell.

    A text that a spreadsheet would take for a formula stands behind an apostrophe.
    """
    path = folder / "csv" / f"{table.name}.csv"
    path.parent.mkdir(exist_ok=True)
    rows = 0
    shapes = [_CSV[column.type] for column in table.columns]
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(column.name for column in table.columns)
        for batch in _batches(connection, table):
            writer.writerows(
                [None if value is None else shape(value) for shape, value in zip(shapes, row, strict=True)]
                for row in batch
            )
            rows += len(batch)
    return described(folder, path, rows)


def write_parquet(connection: sqlite3.Connection, table: Table, folder: Path) -> PublishedFile:
    """Writes `parquet/TABLE.parquet`, typed, in row groups of equal size."""
    import pyarrow
    from pyarrow import parquet

    path = folder / "parquet" / f"{table.name}.parquet"
    path.parent.mkdir(exist_ok=True)
    schema = pyarrow.schema([_field(column) for column in table.columns])
    rows = 0
    with parquet.ParquetWriter(path, schema, compression="zstd", version="2.6") as writer:
        for batch in _batches(connection, table):
            arrays = [
                pyarrow.array([_typed(column, row[position]) for row in batch], type=schema.field(position).type)
                for position, column in enumerate(table.columns)
            ]
            writer.write_table(pyarrow.table(arrays, schema=schema), row_group_size=len(batch))
            rows += len(batch)
    return described(folder, path, rows)


def described(folder: Path, path: Path, rows: int = 0) -> PublishedFile:
    """Returns what a file that stands in the folder of a release holds."""
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return PublishedFile(path=path.relative_to(folder).as_posix(), rows=rows, bytes=path.stat().st_size, sha256=digest)


def _batches(connection: sqlite3.Connection, table: Table) -> Iterator[list[tuple[SqlValue, ...]]]:
    cursor = connection.execute(f"SELECT * FROM {table.name} ORDER BY {table.order}")  # noqa: S608
    if table.name == TEXTS:
        yield from _batches_of_texts(cursor)
        return
    while batch := cursor.fetchmany(_ROWS):
        yield batch


def _batches_of_texts(cursor: sqlite3.Cursor) -> Iterator[list[tuple[SqlValue, ...]]]:
    """Rows until their last column has so many characters, since one text may be as long as a thousand others."""
    batch: list[tuple[SqlValue, ...]] = []
    length = 0
    for row in cursor:
        batch.append(row)
        length += len(row[-1])
        if length > _CHARACTERS:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch


def _text(value: SqlValue) -> SqlValue:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _number(value: SqlValue) -> SqlValue:
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def _plain(value: SqlValue) -> SqlValue:
    return value


def _truth(value: SqlValue) -> SqlValue:
    return "true" if value else "false"


_CSV: Final[dict[str, Callable[[SqlValue], SqlValue]]] = {
    "text": _text,
    "number": _number,
    "integer": _plain,
    "date": _plain,
    "boolean": _truth,
}


def _field(column: Column) -> "pyarrow.Field":
    import pyarrow

    types = {
        "text": pyarrow.string(),
        "number": pyarrow.float64(),
        "integer": pyarrow.int64(),
        "date": pyarrow.date32(),
        "boolean": pyarrow.bool_(),
    }
    return pyarrow.field(
        column.name, types[column.type], nullable=not column.is_required, metadata={"meaning": column.meaning}
    )


def _typed(column: Column, value: SqlValue) -> object:
    if value is None:
        return None
    match column.type:
        case "number":
            return float(value)
        case "boolean":
            return bool(value)
        case "date":
            return date.fromisoformat(str(value))
        case _:
            return value
