"""The content of a database as lines of text, equal for equal content whatever the order of writing."""

from collections.abc import Iterator
from typing import Final

from pipeline.store.database import Store
from pipeline.store.rows import Row, SqlValue, to_json

# Which run did a thing and when is no content: a run that was killed and taken up again has two numbers.
_BOOKKEEPING: Final = frozenset({"runs", "facts"})
_RUN_COLUMNS: Final = frozenset({"run"})


def dump(store: Store) -> Iterator[str]:
    """Yields one JSON line for each row of each table, tables and rows sorted, bookkeeping of runs left out."""
    tables = store.rows(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_sqlite%' ESCAPE '\\' ORDER BY name"
    )
    for table in [str(row["name"]) for row in tables]:
        if table in _BOOKKEEPING or table.startswith("document_search"):
            continue
        keys = [
            str(row["name"])
            for row in store.rows("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", [table])
        ]
        order = ", ".join(f'"{key}"' for key in keys)
        for row in store.rows(f'SELECT * FROM "{table}" ORDER BY {order}'):  # noqa: S608
            yield to_json([table, _content(row)])


def _content(row: Row) -> dict[str, SqlValue]:
    return {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in row.items()
        if name not in _RUN_COLUMNS
    }
