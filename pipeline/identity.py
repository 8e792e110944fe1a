"""The ids of records, derived from what they say, so that equal input gives equal ids; loads no engine."""

import hashlib
from typing import Final

from extractors.domain.records import Record

FACTS: Final = "document_facts"  # stands where the other records have their family


def record_id(document_id: str, family: str, record: Record) -> str:
    """Returns 16 hex digits derived from document, kind, span and value: equal input, equal id."""
    source = f"{document_id}|{family}|{record.start}|{record.end}|{record.value_key()}"
    return hashlib.sha256(source.encode()).hexdigest()[:16]
