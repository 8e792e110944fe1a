"""Pages that a browser saved into one file (MHTML): the page among its parts is read as any other page."""

import email
from dataclasses import replace
from email.message import Message
from typing import Final
from urllib.parse import urlsplit

from extractors.domain.errors import Damaged, NotText
from extractors.domain.records import Sourced, SourceText
from pipeline.readers import html
from pipeline.readers.limits import LIMITS, check

_PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})
_WIDE: Final = ("utf-16", "utf-32")  # told by their bytes
_PARTS: Final = 5_000  # a page has hundreds of pictures at most


def read(data: bytes, name: str) -> SourceText:
    """Returns the blocks of the page; frames and pictures are left out. The host stands in for a missing publisher."""
    check(name, "bytes of MHTML", len(data), LIMITS.file_bytes)
    check(name, "parts", data.count(b"\n--"), _PARTS)
    message = email.message_from_bytes(data)
    page = _main_page(message)
    if page is None:
        raise NotText(f"{name} holds no page", advice="Save it again from the browser as HTML")
    payload = page.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload.strip():
        raise Damaged(f"{name} holds an empty page", advice="Save it again from the browser as HTML")
    charset = page.get_content_charset()
    if charset and not charset.startswith(_WIDE) and b"charset" not in payload[:8192].lower():
        payload = f'<meta charset="{charset}">'.encode("ascii", "ignore") + payload
    return _with_address(html.read(payload, name), page, message)


def _main_page(message: Message) -> Message | None:
    """The part that `start` names or whose address the whole has, else the first page."""
    pages = [part for part in message.walk() if part.get_content_type() in _PAGES]
    start = str(message.get_param("start") or "")
    address = str(message.get("Snapshot-Content-Location") or "")
    for part in pages:
        if (start and part.get("Content-ID") == start) or (address and part.get("Content-Location") == address):
            return part
    return pages[0] if pages else None


def _with_address(text: SourceText, page: Message, message: Message) -> SourceText:
    address = str(page.get("Content-Location") or message.get("Snapshot-Content-Location") or "").strip()
    if not address.startswith(("http://", "https://")):
        return replace(text, format="mhtml")
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        host = ""
    publisher = Sourced(value=host.removeprefix("www."), evidence="Content-Location") if host else None
    notes = (*text.notes, f"saved from {address[:300]}")
    return replace(text, format="mhtml", publisher=text.publisher or publisher, notes=notes)
