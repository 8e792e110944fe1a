"""The SQLite database: rows, writing, reading back, originals. Only this package speaks SQL that writes."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.store.database import IN_MEMORY, Begun, Failure, Store, now
    from pipeline.store.likeness import signature_of
    from pipeline.store.links import Linked, count_copies, link_between, link_documents, links_of
    from pipeline.store.listing import dump
    from pipeline.store.originals import Partial, digest_of, original_name, settle, sweep_partial, sync, write_partial
    from pipeline.store.queries import Overview, facts_of, find_one, overview, records_of, sources_of, top_provinces
    from pipeline.store.rows import (
        FACT_VALUES,
        VALUES,
        BlockRow,
        DocumentRow,
        DocumentRows,
        FoundRecord,
        PageRow,
        RecipientRow,
        Row,
        SqlValue,
        fact_of,
        pack_words,
        recipient_rows,
        record_of,
        record_row,
        sql_number,
        to_json,
        unpack_words,
    )

__all__ = [
    "FACT_VALUES",
    "IN_MEMORY",
    "VALUES",
    "Begun",
    "BlockRow",
    "DocumentRow",
    "DocumentRows",
    "Failure",
    "FoundRecord",
    "Linked",
    "Overview",
    "PageRow",
    "Partial",
    "RecipientRow",
    "Row",
    "SqlValue",
    "Store",
    "count_copies",
    "digest_of",
    "dump",
    "fact_of",
    "facts_of",
    "find_one",
    "link_between",
    "link_documents",
    "links_of",
    "now",
    "original_name",
    "overview",
    "pack_words",
    "recipient_rows",
    "record_of",
    "record_row",
    "records_of",
    "settle",
    "signature_of",
    "sources_of",
    "sql_number",
    "sweep_partial",
    "sync",
    "to_json",
    "top_provinces",
    "unpack_words",
    "write_partial",
]

# Those first that need no database: sqlite-utils loads pandas where that is installed, a quarter of a second.
_HOMES = ("rows", "likeness", "originals", "database", "listing", "links", "queries")


def __getattr__(name: str) -> object:
    """Loads a module at the first use of one of its names, so that `sovang extract` need not wait for a database."""
    if name in __all__:
        for home in _HOMES:
            found = getattr(import_module(f"{__name__}.{home}"), name, None)
            if found is not None:
                globals()[name] = found
                return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
