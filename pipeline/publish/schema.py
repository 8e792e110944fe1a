"""The tables of a release as `tables.csv` and `columns.csv` describe them: the one place that knows their columns."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

SQL_TYPES: Final = {"text": "TEXT", "integer": "INTEGER", "number": "NUMERIC", "boolean": "INTEGER", "date": "TEXT"}
RECORD_TABLES: Final = ("dates", "provinces", "figures", "awards", "document_facts")
LATE: Final = ("changes", "dictionary", "release")  # tables about the release itself, filled once its rows are known
TEXTS, CONTEXTS = "texts", "contexts"  # a release has one of the two


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: how it is filled, what it means. `fill` is an SQL expression over the rows of its table."""

    name: str
    type: str
    is_required: bool
    is_primary: bool
    is_unique: bool
    is_generated: bool
    reference: tuple[str, str] | None  # table, "" for its own, and column
    unit: str
    fill: str
    origin: str
    example: str
    meaning: str
    meaning_vi: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table or, with `base`, a view: `rows` is what its SQL selects from, `sorted` the order of its rows."""

    name: str
    base: tuple[str, ...]
    rows: str
    sorted: str
    title: str
    title_vi: str
    columns: tuple[Column, ...]

    @property
    def is_view(self) -> bool:
        return bool(self.base)

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.is_primary)

    @property
    def order(self) -> str:
        """The order in which the rows are written, once they stand in the table."""
        names = [column.name for column in self.columns]
        if "serial" in names:
            return "serial"
        if self.name in RECORD_TABLES:
            return 'document, start, "end", record_id'
        if self.name == "dictionary":
            return "table_name, position"
        return quoted(self.key)


@cache
def tables() -> tuple[Table, ...]:
    """Returns all tables and views, in the order in which they are filled."""
    columns = list(read("columns.csv"))
    return tuple(
        Table(
            name=row["name"],
            base=tuple(row["base"].split()),
            rows=row["rows"],
            sorted=row["sorted"],
            title=row["title"],
            title_vi=row["title_vi"],
            columns=tuple(_column(each) for each in columns if row["name"] in each["tables"].split()),
        )
        for row in read("tables.csv")
    )


def tables_of(*, with_texts: bool) -> tuple[Table, ...]:
    """Returns the tables of a release, without views."""
    absent = CONTEXTS if with_texts else TEXTS
    return tuple(table for table in tables() if not table.is_view and table.name != absent)


def views() -> tuple[Table, ...]:
    """Returns the views of every release."""
    return tuple(table for table in tables() if table.is_view)


def column_of(table: Table, name: str) -> Column | None:
    """Returns the column of a table or view by name, of a view also that of the tables it stands on."""
    by_name = {each.name: each for each in tables()}
    for owner in (table, *(by_name[base] for base in table.base)):
        for column in owner.columns:
            if column.name == name:
                return column
    return None


def read(name: str) -> Iterator[dict[str, str]]:
    """Yields the rows of a CSV file of this package."""
    yield from csv.DictReader(io.StringIO(sql(name), newline=""))


def sql(name: str) -> str:
    """Returns the content of an SQL file, or another, of this package."""
    return resources.files("pipeline.publish").joinpath(name).read_text(encoding="utf-8")


def create_sql(table: Table, base_url: str) -> str:
    """Returns the statement that creates a table."""
    lines = [_define(column, base_url, is_key=table.key == (column.name,)) for column in table.columns]
    if len(table.key) > 1:
        lines.append(f"PRIMARY KEY ({quoted(table.key)})")
    for column in table.columns:
        if column.reference:
            other, name = column.reference
            lines.append(f'FOREIGN KEY ("{column.name}") REFERENCES {other or table.name}("{name}")')
    return f"CREATE TABLE {table.name} (\n    " + ",\n    ".join(lines) + "\n)"


def quoted(names: Iterable[str]) -> str:
    """Returns names of columns as SQL: quoted, separated by commas."""
    return ", ".join(f'"{name}"' for name in names)


def _define(column: Column, base_url: str, *, is_key: bool) -> str:
    if column.is_generated:
        return f'"{column.name}" TEXT GENERATED ALWAYS AS ({_link_sql(column.fill, base_url)}) VIRTUAL'
    parts = [f'"{column.name}"', SQL_TYPES[column.type]]
    if column.is_required:
        parts.append("NOT NULL")
    if is_key:
        parts.append("PRIMARY KEY")
    if column.is_unique:
        parts.append("UNIQUE")
    return " ".join(parts)


def _link_sql(pattern: str, base_url: str) -> str:
    """`$base/d/{document}` as an SQL expression."""
    parts = pattern.replace("}", "{").split("{")
    base = base_url.rstrip("/").replace("'", "''")
    return " || ".join(
        f'"{part}"' if position % 2 else f"'{part.replace('$base', base)}'"
        for position, part in enumerate(parts)
        if part
    )


def _column(row: dict[str, str]) -> Column:
    words = row["key"].split()
    reference = None
    if words[:1] == ["self"]:
        reference = ("", words[1])
    elif words and "." in words[-1]:
        table, name = words[-1].split(".")
        reference = (table, name)
    return Column(
        name=row["column"],
        type=row["type"],
        is_required=row["required"] == "yes",
        is_primary="primary" in words,
        is_unique="unique" in words,
        is_generated="generated" in words,
        reference=reference,
        unit=row["unit"],
        fill=row["fill"],
        origin=row["origin"],
        example=row["example"],
        meaning=row["meaning"],
        meaning_vi=row["meaning_vi"],
    )
