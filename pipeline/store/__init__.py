"""The SQLite database: rows, writing, reading back, originals. Only this package speaks SQL that writes."""

from pipeline.store.database import Begun, Failure, Store
from pipeline.store.dump import dump
from pipeline.store.originals import digest_of, keep_original, original_name, sweep_partial
from pipeline.store.rows import (
    BlockRow,
    DocumentRow,
    DocumentRows,
    FoundRecord,
    PageRow,
    RecipientRow,
    Row,
    pack_words,
    recipient_rows,
    record_of,
    record_row,
    to_json,
    unpack_words,
)

__all__ = [
    "Begun",
    "BlockRow",
    "DocumentRow",
    "DocumentRows",
    "Failure",
    "FoundRecord",
    "PageRow",
    "RecipientRow",
    "Row",
    "Store",
    "digest_of",
    "dump",
    "keep_original",
    "original_name",
    "pack_words",
    "recipient_rows",
    "record_of",
    "record_row",
    "sweep_partial",
    "to_json",
    "unpack_words",
]
