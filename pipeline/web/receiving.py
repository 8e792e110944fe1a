"""Takes the files of a multipart request to disk as they come in, under names that lead nowhere else."""

import os
import re
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from pipeline.review import Refused

_NAME_BYTES: Final = 150
_SPACES: Final = re.compile(r"\s+")
_HEADER_BYTES: Final = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A file on disk: its cleaned name in the folder of its batch, and its size."""

    name: str
    size: int


def clean_name(given: str) -> str:
    """Returns a file name without folders, control and direction marks or leading dots, at most 150 bytes long."""
    name = unicodedata.normalize("NFC", given.encode("utf-8", "replace").decode()).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(" " if c.isspace() else c for c in name if c.isspace() or unicodedata.category(c)[0] != "C")
    name = _SPACES.sub(" ", name).strip().lstrip(". -")
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix.encode()) > 16:
        stem, suffix = name, ""
    ending = f".{suffix}" if suffix else ""
    stem = stem.encode()[: _NAME_BYTES - len(ending.encode())].decode(errors="ignore").strip()
    return (stem or "document") + ending


@dataclass(slots=True)
class _Part:
    headers: dict[str, bytes] = field(default_factory=dict)
    name: str = ""
    file: BinaryIO | None = None
    size: int = 0


class _Parts:
    """The parser's callbacks: what is to be written collects in `pending` until `flush`."""

    def __init__(self, folder: Path, limit: int, most: int) -> None:
        self.folder, self.limit, self.most = folder, limit, most
        self.received: list[Received] = []
        self.total = 0
        self._taken: set[str] = set()
        self._part = _Part()
        self._field, self._value = b"", b""
        self._pending: list[tuple[_Part, BinaryIO, bytes]] = []

    def on_part_begin(self) -> None:
        self._part = _Part()

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]
        self._check_header()

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._check_header()

    def _check_header(self) -> None:
        if len(self._field) + len(self._value) > _HEADER_BYTES:
            raise Refused("A part of the upload has too long a header", "Phần đầu của một tệp gửi lên quá dài")

    def on_header_end(self) -> None:
        self._part.headers[self._field.decode("latin-1").lower()] = self._value
        self._field, self._value = b"", b""

    def on_headers_finished(self) -> None:
        _, options = parse_options_header(self._part.headers.get("content-disposition", b""))
        given = options.get(b"filename")
        if given is None:
            return
        if len(self._taken) >= self.most:
            raise Refused(
                f"More than {self.most} files at once",
                f"Mỗi lần nhiều nhất {self.most} tệp: hãy gửi làm nhiều lần, hoặc nén thành tệp ZIP",
                advice="Send them in several lots, or as a zip file",
            )
        name = self._free(clean_name(given.decode("utf-8", "replace")))
        self._part.name = name
        self._part.file = (self.folder / name).open("xb")

    def _free(self, name: str) -> str:
        path, number, candidate = Path(name), 1, name
        while candidate.casefold() in self._taken:
            number += 1
            candidate = f"{path.stem} ({number}){path.suffix}"
        self._taken.add(candidate.casefold())
        return candidate

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self.total += end - start
        if self.total > self.limit:
            raise Refused(
                f"More than {self.limit >> 20} MB at once",
                f"Mỗi lần nhiều nhất {self.limit >> 20} MB: hãy gửi ít tệp hơn",
                advice="Send fewer files, or use `sovang run`",
            )
        if self._part.file is not None:
            self._part.size += end - start
            self._pending.append((self._part, self._part.file, data[start:end]))

    def on_part_end(self) -> None:
        if self._part.file is not None:
            self._pending.append((self._part, self._part.file, b""))

    def flush(self) -> None:
        """Writes what has come in; a part that has ended is synced and closed."""
        for part, file, data in self._pending:
            if data:
                file.write(data)
            else:
                file.flush()
                os.fsync(file.fileno())
                file.close()
                self.received.append(Received(name=part.name, size=part.size))
        self._pending.clear()

    def close(self) -> None:
        """Closes what an upload that failed has left open."""
        for file in [self._part.file, *(file for _, file, _ in self._pending)]:
            if file is not None:
                file.close()


async def receive(
    content_type: str, stream: AsyncIterator[bytes], folder: Path, *, limit: int, most: int
) -> list[Received]:
    """Writes every file of a multipart body into `folder` and returns them; all are on disk on return.

    Raises `Refused` beyond `limit` bytes or `most` files, and for a body that is no multipart form. What was written by
    then stays in the folder, which the caller removes.
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise Refused("The request carries no files", "Không có tệp nào", advice="Send them as multipart/form-data")
    parts = _Parts(folder, limit, most)
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": parts.on_part_begin,
            "on_part_data": parts.on_part_data,
            "on_part_end": parts.on_part_end,
            "on_header_field": parts.on_header_field,
            "on_header_value": parts.on_header_value,
            "on_header_end": parts.on_header_end,
            "on_headers_finished": parts.on_headers_finished,
        },
    )
    try:
        async for chunk in stream:
            parser.write(chunk)
            await run_in_threadpool(parts.flush)
        parser.finalize()
    except MultipartParseError as error:
        raise Refused("The upload was cut short", "Tệp gửi lên bị đứt giữa chừng: hãy gửi lại") from error
    finally:
        parts.close()
    return parts.received
