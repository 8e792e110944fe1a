"""Readers: one file for each format, chosen by the bytes first and by the suffix where bytes leave it open.

A reader turns the bytes of one document into `SourceText`; its library is imported when the first
document of its format comes.
"""

import importlib
import logging
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, cast

from extractors.domain.errors import Damaged, MissingDependency, ProjectError, ReadError
from extractors.domain.records import SourceText
from pipeline.readers.formats import recognise
from pipeline.readers.limits import LIMITS, check

log = logging.getLogger(__name__)

__all__ = ["READERS", "Reader", "availability", "read", "read_bytes", "recognise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One row of `READERS`: which module reads the format and what that module needs."""

    module: str
    title: str
    suffixes: tuple[str, ...]
    libraries: tuple[str, ...] = ()  # import names
    extra: str = ""  # of this package, where the libraries are optional
    needs_model: bool = False  # the Vietnamese model of Tesseract
    needs_office: bool = False  # LibreOffice Writer


class _ReaderModule(Protocol):
    def read(self, data: bytes, name: str) -> SourceText: ...


_PDF = ("pdfplumber", "pypdfium2")
_OCR = ("tesserocr", "cv2", "numpy", "PIL")

READERS: Final[dict[str, Reader]] = {
    "txt": Reader(module="plain", title="plain text", suffixes=(".txt", ".text", ".md"), libraries=("ftfy", "viparse")),
    "html": Reader(
        module="html", title="saved web page", suffixes=(".html", ".htm", ".xhtml"), libraries=("lxml", "trafilatura")
    ),
    "mhtml": Reader(
        module="mhtml", title="page saved as MHTML", suffixes=(".mht", ".mhtml"), libraries=("lxml", "trafilatura")
    ),
    "pdf": Reader(module="pdf", title="PDF", suffixes=(".pdf",), libraries=_PDF),
    "docx": Reader(module="docx", title="Word document", suffixes=(".docx",), libraries=("docx",)),
    "doc": Reader(
        module="office", title="Word 97-2003 document", suffixes=(".doc",), libraries=_PDF, needs_office=True
    ),
    "rtf": Reader(module="office", title="RTF document", suffixes=(".rtf",), libraries=_PDF, needs_office=True),
    "odt": Reader(module="office", title="OpenDocument text", suffixes=(".odt",), libraries=_PDF, needs_office=True),
    "png": Reader(module="image", title="PNG image", suffixes=(".png",), libraries=_OCR, extra="ocr", needs_model=True),
    "jpeg": Reader(
        module="image", title="JPEG image", suffixes=(".jpg", ".jpeg"), libraries=_OCR, extra="ocr", needs_model=True
    ),
    "tiff": Reader(
        module="image", title="TIFF image", suffixes=(".tif", ".tiff"), libraries=_OCR, extra="ocr", needs_model=True
    ),
}

_MODEL_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
)


def read(path: Path) -> SourceText:
    """Returns the blocks of one file. Raises `ReadError` with cause and advice where it cannot."""
    try:
        check(path.name, "bytes", path.stat().st_size, LIMITS.file_bytes)
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(
            f"{path.name} cannot be opened: {error.strerror or error}", advice="Check path and permissions"
        ) from error
    return read_bytes(data, path.name)


def read_bytes(data: bytes, name: str) -> SourceText:
    """Returns the blocks of a document held in memory; `name` is used in messages and for its suffix."""
    check(name, "bytes", len(data), LIMITS.file_bytes)
    chosen = recognise(data, name)
    reader = READERS[chosen]
    try:
        module = cast(_ReaderModule, importlib.import_module(f"pipeline.readers.{reader.module}"))
    except ImportError as error:
        raise MissingDependency(
            f"{name} is a {reader.title} and its library cannot be loaded ({error})", advice=_install(reader)
        ) from error
    try:
        return module.read(data, name)
    except ProjectError:
        raise
    except Exception as error:  # hostile bytes make libraries raise anything; see the log for which and where
        log.info("%s: %s", name, error, exc_info=True)
        raise Damaged(
            f"{name} cannot be read as {reader.title} ({type(error).__name__}: {error})",
            advice="Save it anew from its program, or print it to PDF",
        ) from error


def tessdata() -> Path | None:
    """Returns the folder with the Vietnamese model of Tesseract, None where there is none.

    `TESSDATA_PREFIX` comes first, then the folders of Debian and Ubuntu.
    """
    for folder in (os.environ.get("TESSDATA_PREFIX", ""), *_MODEL_FOLDERS):
        if folder and (Path(folder) / "vie.traineddata").is_file():
            return Path(folder)
    return None


def office_program() -> str | None:
    """Returns the command that starts LibreOffice, None where there is none."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def availability() -> dict[str, str]:
    """Returns for each format an empty string where it works, else what is missing and how to get it."""
    return {name: _missing(reader) for name, reader in READERS.items()}


def _missing(reader: Reader) -> str:
    for library in reader.libraries:
        try:
            importlib.import_module(library)  # being on disk is not enough: a library may lack one of its own
        except ImportError as error:
            return f"{library} cannot be loaded ({error}). {_install(reader)}"
    if reader.needs_model and tessdata() is None:
        return f"the Vietnamese model of Tesseract is not installed. {MODEL_ADVICE}"
    if reader.needs_office and office_program() is None:
        return f"LibreOffice is not installed. {OFFICE_ADVICE}"
    return ""


MODEL_ADVICE: Final = "apt-get install tesseract-ocr-vie, or set TESSDATA_PREFIX to the folder of vie.traineddata"

OFFICE_ADVICE: Final = "apt-get install libreoffice-writer-nogui, or save it as .docx or .pdf"


def _install(reader: Reader) -> str:
    if reader.extra:
        return f"Install it with: pip install 'sovang[{reader.extra}]' (and {MODEL_ADVICE})"
    return "Install it with: pip install sovang"
