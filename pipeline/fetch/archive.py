"""What a fetch leaves on disk: one web archive for each run, and the memory of what was fetched when."""

import io
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from extractors.domain.errors import StoreError
from pipeline.fetch.client import USER_AGENT, Exchange

_UNPACKED = {"transfer-encoding", "content-length"}  # of the line, not of the page: the chunks are put together


class ArchiveWriter:
    """Writes exchanges to a packed WARC file that gets its name when it is complete; without any there is no file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.count = 0
        self.path: Path | None = None

    def __enter__(self) -> "ArchiveWriter":
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")[:-3]
        self._target = self._folder / f"sovang-{stamp}.warc.gz"
        self._part = self._folder / f".{self._target.name}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = self._part.open("xb")
        except OSError as error:
            raise StoreError(
                f"{self._folder} cannot be written: {error.strerror or error}", advice="Choose another with --to"
            ) from error
        self._writer = WARCWriter(self._file, gzip=True)
        self._writer.write_record(
            self._writer.create_warcinfo_record(self._target.name, {"software": USER_AGENT, "format": "WARC File 1.0"})
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Keeps what was fetched also when the run is stopped: every record in it is whole."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if self.count:
            self._part.replace(self._target)
            self.path = self._target
        else:
            self._part.unlink()

    def add(self, exchange: Exchange) -> None:
        """Writes the answer and the request that led to it, with their digests."""
        headers = [(key, value) for key, value in exchange.headers if key.lower() not in _UNPACKED]
        headers.append(("Content-Length", str(len(exchange.body))))
        answer = self._writer.create_warc_record(
            exchange.url,
            "response",
            payload=io.BytesIO(exchange.body),
            http_headers=StatusAndHeaders(f"{exchange.status} {exchange.reason}", headers, protocol="HTTP/1.1"),
        )
        parts = urlsplit(exchange.url)
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        request = self._writer.create_warc_record(
            exchange.url,
            "request",
            http_headers=StatusAndHeaders(
                f"GET {target} HTTP/1.1", [("Host", parts.netloc), *exchange.sent], is_http_request=True
            ),
        )
        self._writer.write_request_response_pair(request, answer)
        self._file.flush()
        self.count += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """When an address was fetched, and the marks by which its server tells whether it has changed since."""

    fetched: str
    etag: str = ""
    last_modified: str = ""

    def questions(self) -> dict[str, str]:
        """Returns the headers that ask for the page only if it has changed."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


class Memory:
    """The visits of earlier runs, kept in `visits.json` beside the archives."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "visits.json"
        self._visits: dict[str, Visit] = {}
        try:
            self._visits = {url: Visit(**told) for url, told in json.loads(self._file.read_bytes()).items()}
        except FileNotFoundError:
            pass
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise StoreError(
                f"{self._file} cannot be read: {error}", advice="Delete it: pages are then fetched anew"
            ) from error

    def get(self, url: str) -> Visit | None:
        """Returns the last visit, None where there was none."""
        return self._visits.get(url)

    def note(self, url: str, answer: Exchange) -> None:
        """Remembers a visit that was answered."""
        self._visits[url] = Visit(
            fetched=datetime.now(UTC).isoformat(timespec="seconds"),
            etag=answer.header("ETag"),
            last_modified=answer.header("Last-Modified"),
        )

    def save(self) -> None:
        """Writes the memory beside its file, then renames; call it once the archive is complete."""
        part = self._file.with_name(".visits.json.part")
        told = {url: asdict(visit) for url, visit in sorted(self._visits.items())}
        try:
            part.write_text(json.dumps(told, ensure_ascii=False, indent=0), encoding="utf-8")
            part.replace(self._file)
        except OSError as error:
            raise StoreError(f"{self._file} cannot be written: {error.strerror}", advice="Check free space") from error
