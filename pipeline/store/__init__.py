"""The SQLite database: rows, writing, reading back, originals. Only this package speaks SQL that writes."""

from pipeline.store.database import IN_MEMORY, Begun, Failure, Store
from pipeline.store.dump import dump
from pipeline.store.likeness import signature_of
from pipeline.store.links import Linked, count_copies, link_between, link_documents, links_of
from pipeline.store.originals import digest_of, keep_original, original_name, sweep_partial
from pipeline.store.queries import Overview, facts_of, find_one, overview, records_of, sources_of, top_provinces
from pipeline.store.rows import (
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
    to_json,
    unpack_words,
)

__all__ = [
    "IN_MEMORY",
    "Begun",
    "BlockRow",
    "DocumentRow",
    "DocumentRows",
    "Failure",
    "FoundRecord",
    "Linked",
    "Overview",
    "PageRow",
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
    "keep_original",
    "link_between",
    "link_documents",
    "links_of",
    "original_name",
    "overview",
    "pack_words",
    "recipient_rows",
    "record_of",
    "record_row",
    "records_of",
    "signature_of",
    "sources_of",
    "sweep_partial",
    "to_json",
    "top_provinces",
    "unpack_words",
]
