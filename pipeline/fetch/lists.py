"""What a feed or sitemap lists: addresses with the day of their last change."""

import io
import zlib
from calendar import timegm
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import feedparser
from lxml import etree

from extractors.domain.errors import Damaged, TooLarge

_MOST_BYTES: Final = 60_000_000  # the sitemap protocol allows 50 MB
_FEEDS: Final = frozenset({"rss", "feed", "rdf"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An entry of a list; `is_list` where it is a list itself."""

    url: str
    changed: datetime | None
    is_list: bool = False


def unpacked(body: bytes) -> bytes:
    """Returns the body without gzip around it, once or twice. Raises `TooLarge`, `Damaged`."""
    for _ in range(2):
        if not body.startswith(b"\x1f\x8b"):
            break
        unpack = zlib.decompressobj(31)
        try:
            body = unpack.decompress(body, _MOST_BYTES)
        except zlib.error as error:
            raise Damaged("The answer is packed and broken", advice="Try again") from error
        if unpack.unconsumed_tail:
            raise TooLarge("The list unpacks to more than 60 MB", advice="Give a part of it")
    return body


def listed(body: bytes) -> list[Listed] | None:
    """Returns what a feed or sitemap lists, None where the bytes are neither."""
    root = _root(body)
    if root in _FEEDS:
        return list(_from_feed(body))
    if root in {"urlset", "sitemapindex"}:
        return list(_from_sitemap(body))
    return None


def _parser(events: tuple[str, ...], body: bytes) -> "etree.iterparse[etree._Element]":
    return etree.iterparse(
        io.BytesIO(body), events=events, resolve_entities=False, no_network=True, load_dtd=False, recover=True
    )


def _root(body: bytes) -> str:
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return ""
    try:
        for _, element in _parser(("start",), body.lstrip()[:100_000]):
            return str(etree.QName(element).localname).lower()
    except (etree.XMLSyntaxError, ValueError):
        pass
    return ""


def _from_feed(body: bytes) -> Iterator[Listed]:
    feed = feedparser.parse(io.BytesIO(body))  # a stream: bytes alone would be tried as a file name
    for entry in feed.entries:
        moment = entry.get("updated_parsed") if "updated_parsed" in entry else entry.get("published_parsed")
        changed = datetime.fromtimestamp(timegm(moment), UTC) if moment else None
        if link := str(entry.get("link") or ""):
            yield Listed(url=link, changed=changed)


def _from_sitemap(body: bytes) -> Iterator[Listed]:
    try:
        for _, element in _parser(("end",), body):
            name = etree.QName(element).localname if isinstance(element.tag, str) else ""
            if name not in {"url", "sitemap"}:
                continue
            told = {etree.QName(child).localname: (child.text or "").strip() for child in element.iterchildren("*")}
            if told.get("loc"):
                yield Listed(url=told["loc"], changed=_moment(told.get("lastmod", "")), is_list=name == "sitemap")
            element.clear()
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Damaged("The sitemap is broken", advice="Give the addresses themselves") from error


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
