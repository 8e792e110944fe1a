"""Which format a document has, told from its bytes; the suffix decides only what bytes leave open."""

import io
import re
import zipfile
import zlib
from pathlib import PurePath
from typing import Final

from extractors.domain.errors import Damaged, Encrypted, NotText, Unsupported

_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
)
_OTHERS: Final = (
    (b"GIF8", "a GIF image", "Save it as PNG"),
    (b"BM", "a BMP image", "Save it as PNG"),
    (b"WARC/", "a web archive", "Name it NAME.warc and give it to `sovang run`, which reads its pages"),
    (b"\x1f\x8b", "a gzip archive", "Unpack it; a web archive (.warc.gz) goes to `sovang run` as it is"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it first"),
    (b"Rar!", "a RAR archive", "Unpack it first"),
    (b"SQLite format 3\x00", "a database", ""),
    (b"\x7fELF", "a program", ""),
    (b"MZ", "a program", ""),
)
_BINARY_SUFFIXES: Final = {
    ".pdf": "PDF",
    ".docx": "Word document",
    ".doc": "Word document",
    ".rtf": "RTF document",
    ".odt": "OpenDocument text",
    ".png": "PNG image",
    ".jpg": "JPEG image",
    ".jpeg": "JPEG image",
    ".tif": "TIFF image",
    ".tiff": "TIFF image",
}
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*){0,5}<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_HTML_TAG = re.compile(rb"<(?:html|head|body|article|div|meta|title|p|h1|table)\b[^<>]{0,300}>", re.I)
_MHTML_START = re.compile(rb"\s*(?:From|MIME-Version|Subject|Date|Content-Type|Snapshot-\S{1,40}|X-\S{1,40}):", re.I)
_MHTML_TYPE = re.compile(rb"^Content-Type:\s*(?:multipart/related|text/html)\b", re.I | re.M)
_ENCRYPTED_OLE = "EncryptedPackage".encode("utf-16-le")
_WORD_OLE = "WordDocument".encode("utf-16-le")


def recognise(data: bytes, name: str) -> str:
    """Returns the format of a document, a key of `READERS`.

    Raises `NotText` for an empty file, `Encrypted` for a locked Word file, `Damaged` where the suffix
    promises a format that the bytes are not, `Unsupported` for formats that no reader takes.
    """
    if not data:
        raise NotText(f"{name} is empty", advice="Copy or scan it again")
    for magic, known in _MAGIC:
        if data.startswith(magic):
            return known
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK"):
        return _in_zip(data, name)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _in_ole(data, name)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        raise Unsupported(f"{name} is a WebP image", advice="Save it as PNG")
    for magic, what, advice in _OTHERS:
        if data.startswith(magic) and (len(magic) > 2 or not _looks_like_text(data)):
            raise Unsupported(f"{name} is {what}", advice=advice)
    return _text_or_html(data, name)


def _text_or_html(data: bytes, name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    if not _looks_like_text(data):
        if suffix in _BINARY_SUFFIXES:
            raise Damaged(
                f"{name} is no {_BINARY_SUFFIXES[suffix]}, whatever its name says",
                advice="Copy it again from where it came from",
            )
        raise Unsupported(f"{name} is binary data of an unknown format", advice="Feed text, HTML, PDF, DOCX or images")
    head = _ascii_view(data[:65536])
    if _HTML_START.match(head):
        return "html"
    if _MHTML_START.match(head) and _MHTML_TYPE.search(head):
        return "mhtml"
    if suffix in {".html", ".htm", ".xhtml"} and _HTML_TAG.search(head):
        return "html"
    return "txt"


def _in_zip(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.namelist()
            kind = archive.read("mimetype")[:100] if "mimetype" in members else b""
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, RuntimeError, zlib.error) as error:
        raise Damaged(f"{name} is a broken or truncated archive", advice="Copy it again") from error
    if "word/document.xml" in members:
        return "docx"
    for folder, what in (("xl/", "an Excel workbook"), ("ppt/", "a PowerPoint file")):
        if any(member.startswith(folder) for member in members):
            raise Unsupported(f"{name} is {what}", advice="Save it as .pdf")
    if "mimetype" in members and "content.xml" in members:
        if kind.startswith(b"application/vnd.oasis.opendocument.text"):
            return "odt"
        raise Unsupported(f"{name} is an OpenDocument file without text pages", advice="Save it as .pdf")
    if "[Content_Types].xml" in members:  # Word writes other names for the main part only when converting
        return "docx"
    raise Unsupported(
        f"{name} is a zip archive without a Word document", advice="Unpack it, or give it to `sovang run` as it is"
    )


def _in_ole(data: bytes, name: str) -> str:
    if _ENCRYPTED_OLE in data:
        raise Encrypted(f"{name} is locked with a password", advice="Save it without the password")
    if _WORD_OLE in data:
        return "doc"
    raise Unsupported(f"{name} is an old Office file", advice="Save it as .docx or .pdf")


def _ascii_view(data: bytes) -> bytes:
    """The head without the zero bytes and mark of UTF-16, enough to find tags in."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:200].count(0) > 50:
        return data.replace(b"\x00", b"").lstrip(b"\xff\xfe")
    return data.removeprefix(b"\xef\xbb\xbf")


def _looks_like_text(data: bytes) -> bool:
    """Text has no zero bytes (but in UTF-16 and UTF-32) and few control characters."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    sample = data[:65536]
    if sample.count(0):
        return utf16_order(sample) is not None
    controls = sum(sample.count(code) for code in range(1, 32) if code not in (9, 10, 12, 13))
    return controls <= len(sample) * 0.08


def utf16_order(sample: bytes) -> str | None:
    """Returns the Python codec of UTF-16 without a mark, told from where its zero bytes stand, or None.

    In Vietnamese at least every fourth character is ASCII, so one side has many zeros and the other none.
    """
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    pairs = max(1, len(sample) // 2)
    if odd > pairs * 0.2 and even <= pairs * 0.01:
        return "utf-16-le"
    if even > pairs * 0.2 and odd <= pairs * 0.01:
        return "utf-16-be"
    return None
