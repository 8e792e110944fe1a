"""Reads web archives (WARC): the documents among the answers of the servers, as the pages were sent.

warcio reads the records. The framing around it is our own, because archives are cut off and lie about lengths: every
read is bounded, and behind a broken record the reading goes on with the next one.
"""

import io
import re
import zlib
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import BufferedReader
from warcio.recordloader import ArcWarcRecord

from extractors.domain.errors import Damaged, ReadError, TooLarge, Unsupported

SUFFIXES: Final = (".warc", ".warc.gz")
TYPES: Final = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_SENT_AS_ANYTHING: Final = {"", "application/octet-stream", "binary/octet-stream", "application/force-download"}
_CHUNK: Final = 1 << 16
_MEGABYTE: Final = 1 << 20
_RATIO: Final = 200  # unpacked to packed size beyond which an answer above a megabyte is taken for a bomb
_HEADERS: Final = 1 << 18  # bytes that the headers of one record may have
_MOST_BROKEN: Final = 1_000  # then the archive is given up
_MOST_LOST: Final = 10_000  # places behind a broken member that only look like the start of one
_GZIP: Final = b"\x1f\x8b\x08"
_GZIP_WINDOW: Final = 31
_DRAINED: Final = 8  # how many times the limit of a payload a record may have that is only passed over
_MEMBER_START: Final = re.compile(re.escape(_GZIP))
_RECORD_START: Final = re.compile(rb"(?<=\n)WARC/[01]\.\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A document that a server sent: `payload` without the codings of the transfer, `captured` as WARC-Date has it."""

    url: str
    captured: str | None
    suffix: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An answer that is no document of its own, and why."""

    url: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A record that cannot be read; `url` is its place in the archive where it does not get to tell its address."""

    url: str
    error: ReadError
    is_end: bool = False  # whether the record's own framing is broken, so that the next one has to be searched for


Found = Answer | Skipped | Broken


def is_archive(name: str) -> bool:
    """Tells whether a file of this name is a web archive."""
    return name.lower().endswith(SUFFIXES)


def suffix_of(content_type: str, url: str) -> str | None:
    """Returns the suffix of the format that an answer has, None where it is no document that can be read."""
    mime = content_type.split(";", 1)[0].strip().lower()
    if mime in _SENT_AS_ANYTHING:
        suffix = Path(urlsplit(url).path).suffix.lower()
        return suffix if suffix in TYPES.values() else None
    return TYPES.get(mime)


def answers(path: Path, limit: int) -> Iterator[Found]:
    """Yields what the archive holds in its order; no payload is larger than `limit` bytes.

    Requests and notes of the crawler are passed over without a word. Raises `OSError` where the file cannot be read.
    """
    broken = 0
    with path.open("rb") as file:
        is_packed = file.read(3) == _GZIP
        for found in _members(file, limit) if is_packed else _plain(file, limit):
            yield found
            broken += isinstance(found, Broken)
            if broken > _MOST_BROKEN:
                error = Damaged(
                    f"More than {_MOST_BROKEN:,} records are broken; the rest was left", advice="Copy the archive again"
                )
                yield Broken(url="", error=error)
                return


# --- framing ----------------------------------------------------------------------------------------


class _Stream:
    """The bytes of an archive from one place on; stops where a record asks for more than it may."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._file = file
        self._next = start
        self._at = 0
        self._stop = 0
        self.allow(_HEADERS)

    def allow(self, size: int) -> None:
        """Sets how much may be read from here on."""
        self._stop = self._at + size + 2 * _CHUNK

    def tell(self) -> int:
        return self._at

    def read(self, size: int = _CHUNK) -> bytes:
        if self._at > self._stop:
            raise TooLarge("This record is too large", advice="Look at the archive with other tools, or split it")
        data = self._take(min(size, _CHUNK))
        self._at += len(data)
        return data

    def _take(self, size: int) -> bytes:
        self._file.seek(self._next)
        data = self._file.read(size)
        self._next += len(data)
        return data


class _Member(_Stream):
    """What one gzip member holds."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        super().__init__(file, start)
        self._unpack = zlib.decompressobj(_GZIP_WINDOW)
        self._waiting = b""

    @property
    def is_whole(self) -> bool:
        """Tells whether the member was read to its end and its checksum is right."""
        return self._unpack.eof

    @property
    def end(self) -> int:
        """Where in the file the next member should begin, once this one is whole."""
        return self._next - len(self._unpack.unused_data)

    def _take(self, size: int) -> bytes:
        while not self._unpack.eof:
            self._waiting = self._waiting or super()._take(_CHUNK)
            is_at_end = not self._waiting
            data = self._unpack.decompress(self._waiting, size)
            self._waiting = self._unpack.unconsumed_tail
            if data or is_at_end:
                return data
        return b""


def _members(file: BinaryIO, limit: int) -> Iterator[Found]:
    """A packed archive: each record is a gzip member of its own, or (of some programs) all are one member."""
    start: int | None = 0
    lost = 0  # behind a broken member, what only looks like the start of one is no news
    while start is not None and lost < _MOST_LOST:
        member = _Member(file, start)
        is_good = True
        for _, found in _records(member, limit, start):
            is_good = is_good and not (isinstance(found, Broken) and found.is_end)
            if found is not None and (is_good or not lost or _is_address(found.url)):
                yield found
            lost = 0 if is_good else lost
        if is_good and not _is_whole(member, limit):
            is_good = False
            if not lost:
                yield Broken(url=f"byte {start}", error=_cut_off(), is_end=True)
        lost = 0 if is_good else lost + 1
        start = _find(file, member.end if is_good else start + 1, _MEMBER_START)
    if start is not None:
        yield Broken(url=f"byte {start}", error=_cut_off(), is_end=True)


def _is_whole(member: _Member, limit: int) -> bool:
    try:
        member.allow(limit)
        while member.read():
            pass
    except (zlib.error, TooLarge):
        return False
    return member.is_whole


def _plain(file: BinaryIO, limit: int) -> Iterator[Found]:
    start: int | None = 0
    while start is not None:
        behind: int | None = None
        for at, found in _records(_Stream(file, start), limit, start):
            if found is not None:
                yield found
            if isinstance(found, Broken) and found.is_end:
                behind = start + at + 1
        start = None if behind is None else _find(file, behind, _RECORD_START)


def _find(file: BinaryIO, start: int, pattern: re.Pattern[bytes]) -> int | None:
    """Returns where the next match of a pattern of less than 16 bytes begins that is no earlier than `start`."""
    file.seek(start)
    before = b""
    while data := file.read(_MEGABYTE):
        window = before + data
        if match := pattern.search(window):
            return start - len(before) + match.start()
        start += len(data)
        before = window[-15:]
    return None


def _is_address(url: str) -> bool:
    return url.startswith(("http://", "https://"))


# --- records ----------------------------------------------------------------------------------------


def _records(stream: _Stream, limit: int, start: int) -> Iterator[tuple[int, Found | None]]:
    """Yields each record's offset in the stream with what it is; one with broken framing is the last.

    `start` is where the stream begins in the file.
    """
    iterator = ArchiveIterator(stream)
    while True:
        at, url = iterator.offset, ""
        try:
            with redirect_stderr(io.StringIO()):  # warcio prints what it thinks of an archive
                stream.allow(_HEADERS)
                is_expected = iterator.next_line or at == 0
                record = next(iterator, None)
                if record is None:
                    if is_expected and stream.tell():
                        yield at, Broken(url=f"byte {start + at}", error=_cut_off(), is_end=True)
                    return
                url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ")
                stream.allow(limit * _DRAINED)
                found = _judge(record, url, limit)
                _finish(iterator, record)
        except OSError:
            raise
        except Exception as error:  # hostile bytes make warcio raise anything
            yield at, Broken(url=url or f"byte {start + at}", error=_told(error), is_end=True)
            return
        yield at, found


def _judge(record: ArcWarcRecord, url: str, limit: int) -> Found | None:
    """Returns the document in a record, or why there is none; None for records that hold no answer."""
    if record.rec_type == "revisit":
        return Skipped(url=url, why="answers that the archive has already")
    if record.rec_type not in {"response", "resource"} or not _is_address(url):
        return None
    headers = record.http_headers or record.rec_headers
    if record.http_headers and record.http_headers.get_statuscode() != "200":
        return Skipped(url=url, why="answers other than 200")
    suffix = suffix_of(headers.get_header("Content-Type") or "", url)
    if suffix is None:
        return Skipped(url=url, why="answers that are no document")
    captured = record.rec_headers.get_header("WARC-Date")
    try:
        return Answer(url=url, captured=captured, suffix=suffix, payload=_payload(record, limit))
    except (TooLarge, Unsupported) as error:  # the record is sound: the archive can be read on behind it
        return Broken(url=url, error=error)


def _payload(record: ArcWarcRecord, limit: int) -> bytes:
    coding = (record.http_headers.get_header("Content-Encoding") or "").strip().lower() if record.http_headers else ""
    if coding not in {"", "identity", *BufferedReader.get_supported_decompressors()}:
        raise Unsupported(f"The answer is packed with {coding[:20]}", advice="Install brotli, or fetch the page anew")
    packed = record.length or 0
    most = min(limit, max(_MEGABYTE, packed * _RATIO))
    stream = record.content_stream()
    pieces: list[bytes] = []
    size = 0
    while data := cast(bytes, stream.read(_CHUNK)):
        pieces.append(data)
        size += len(data)
        if size > most:
            raise TooLarge(
                f"The page unpacks to more than {most // _MEGABYTE} MB",
                advice="Raise file_limit_mb if it is an honest page",
            )
    return b"".join(pieces)


def _finish(iterator: ArchiveIterator, record: ArcWarcRecord) -> None:
    """Reads to the end of the record. Raises `Damaged` where its length was false."""
    iterator.read_to_end()
    if getattr(record.raw_stream, "limit", 0) > 0:
        raise _cut_off()
    if iterator.err_count or (iterator.next_line and not iterator.next_line.startswith(b"WARC/")):
        raise Damaged("The length of the record is false", advice="Copy or fetch the archive again")


def _cut_off() -> ReadError:
    return Damaged("The record is cut off, or its length is false", advice="Copy or fetch the archive again")


def _told(error: Exception) -> ReadError:
    if isinstance(error, ReadError):
        return error
    told = Damaged(
        f"This part of the web archive is broken ({type(error).__name__})", advice="Copy or fetch the archive again"
    )
    told.__cause__ = error
    return told
