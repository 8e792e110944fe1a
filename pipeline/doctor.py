"""What is installed, which formats work, and what to do about the rest."""

import platform
import shutil
import sqlite3
import sys
from importlib.metadata import PackageNotFoundError, version

from pipeline.readers import READERS, availability, office_program, tessdata
from pipeline.settings import Settings
from pipeline.version import extractor_version

_LIBRARIES = (
    "spacy",
    "underthesea",
    "pdfplumber",
    "pypdfium2",
    "python-docx",
    "sqlite-utils",
    "trafilatura",
    "tesserocr",
)
_OPTIONAL = {"tesserocr": "pip install 'sovang[ocr]' reads scans and images"}
_GIGABYTE = 1 << 30


def examine(settings: Settings) -> list[tuple[str, str, bool]]:
    """Returns name, state and whether all is well for the program, its libraries, each format and the disk."""
    facts = [
        ("Sổ Vàng", extractor_version(), True),
        ("Python", f"{platform.python_version()} ({sys.executable})", sys.version_info >= (3, 11)),
        _sqlite(),
    ]
    facts += [_library(name) for name in _LIBRARIES]
    model = tessdata()
    facts.append(
        ("Vietnamese OCR model", str(model or "not found: scans and images cannot be read"), model is not None)
    )
    facts.append(("LibreOffice", office_program() or "not found: .doc, .rtf and .odt cannot be read", True))
    for name, missing in availability().items():
        suffixes = " ".join(READERS[name].suffixes)
        facts.append((f"format {name}", missing or f"works ({suffixes})", not missing))
    folder = next(parent for parent in settings.db.absolute().parents if parent.is_dir())
    free = shutil.disk_usage(folder).free / _GIGABYTE
    facts.append(("Database", f"{settings.db} ({free:.1f} GB free)", free > 1))
    return facts


def _library(name: str) -> tuple[str, str, bool]:
    try:
        return name, version(name), True
    except PackageNotFoundError:
        return name, f"not installed: {_OPTIONAL.get(name, 'pip install sovang')}", False


def _sqlite() -> tuple[str, str, bool]:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
        has_search = True
    except sqlite3.OperationalError:
        has_search = False
    finally:
        connection.close()
    is_new_enough = sqlite3.sqlite_version_info >= (3, 37)
    problem = "" if has_search else ": full-text search (FTS5) is missing, use another Python"
    problem = problem if is_new_enough else ": 3.37 or newer is needed, use a newer Python"
    return "SQLite", sqlite3.sqlite_version + problem, has_search and is_new_enough
