"""Exports: one file for each output form of extracted documents, found by name in `EXPORTS`."""

import importlib
from collections.abc import Iterable
from typing import Final, Protocol, TextIO, cast

from extractors.domain.records import Json

EXPORTS: Final = ("jsonl", "table", "html")


class _Writer(Protocol):
    def write(self, documents: Iterable[Json], target: TextIO) -> int: ...


def write(name: str, documents: Iterable[Json], target: TextIO) -> int:
    """Writes documents in the form `name` of `EXPORTS`; returns how many there were.

    Documents are in the form of the JSON contract and are taken one by one.
    """
    writer = cast(_Writer, importlib.import_module(f"pipeline.exports.{name}"))
    return writer.write(documents, target)
