"""One JSON object a line: the contract for scoring and for every tool around."""

import json
from collections.abc import Iterable
from typing import TextIO

from extractors.domain.records import Json


def write(documents: Iterable[Json], target: TextIO) -> int:
    """Writes each document as one line; returns how many."""
    count = 0
    for document in documents:
        target.write(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")
        target.flush()
        count += 1
    return count
