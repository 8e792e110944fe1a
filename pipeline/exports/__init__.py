"""Exports: one file for each output form of extracted documents, found by name in `EXPORTS`."""

import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Protocol, TextIO, cast

from extractors.domain.records import Json

FILE_EXPORTS: Final = ("brat", "spacy")  # a folder, a binary file
FOLDERS: Final = ("brat",)
TEXT_EXPORTS: Final = ("jsonl", "table", "html", "conll", "labelstudio", "webannotation")
EXPORTS: Final = (*TEXT_EXPORTS, *FILE_EXPORTS)


class _Writer(Protocol):
    def write(self, documents: Iterable[Json], target: TextIO) -> int: ...


class _FileWriter(Protocol):
    def write_files(self, documents: Iterable[Json], target: Path) -> int: ...


def write(name: str, documents: Iterable[Json], target: TextIO) -> int:
    """Writes documents in the form `name` of `TEXT_EXPORTS`; returns how many there were.

    Documents are in the form of the JSON contract and are taken one by one.
    """
    writer = cast(_Writer, importlib.import_module(f"pipeline.exports.{name}"))
    return writer.write(documents, target)


def write_files(name: str, documents: Iterable[Json], target: Path) -> int:
    """Writes documents in the form `name` of `FILE_EXPORTS` to a file, or into a folder that is there and empty."""
    writer = cast(_FileWriter, importlib.import_module(f"pipeline.exports.{name}"))
    return writer.write_files(documents, target)
