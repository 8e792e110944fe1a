"""Passing documents with their records on to other tools, and what people did there back in as reviews."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.interchange import from_brat, from_labelstudio
from pipeline.interchange.importing import Manner, Outcome, bring_in
from pipeline.interchange.marks import MarkedDocument
from pipeline.interchange.outgoing import export
from pipeline.interchange.stored_documents import serials_of, stored_documents

__all__ = ["Manner", "MarkedDocument", "Outcome", "bring_in", "export", "read", "serials_of", "stored_documents"]


def read(path: Path) -> Iterator[MarkedDocument]:
    """Yields the documents of a Label Studio export, or of an `.ann` file or a folder of BRAT."""
    if path.is_dir() or path.suffix == ".ann":
        return from_brat.read(path)
    return from_labelstudio.read(path)
