"""Follows what the person named to the pages behind it, within the limit, and archives them."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from extractors.domain.errors import ReadError, Unsupported
from pipeline.fetch.archive import ArchiveWriter, Memory, Visit
from pipeline.fetch.client import Client, Exchange, Manners, plain
from pipeline.fetch.lists import Listed, listed, unpacked
from pipeline.webarchive import suffix_of

log = logging.getLogger(__name__)
_LISTS: Final = 50  # feeds and sitemaps that one run opens
_NOT_MODIFIED: Final = 304
_OK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOrder:
    """What the person asked for: at most `limit` pages, of lists only what changed `since`."""

    urls: tuple[str, ...]
    folder: Path
    since: datetime | None = None
    limit: int = 100
    manners: Manners = field(default_factory=Manners)


@dataclass(kw_only=True)
class FetchReport:
    """What a fetch did; `failures` holds address and reason."""

    fetched: int = 0
    unchanged: int = 0
    known: int = 0  # listed, and not changed since an earlier fetch
    older: int = 0
    is_limited: bool = False
    is_interrupted: bool = False
    failures: list[tuple[str, ReadError]] = field(default_factory=list)
    archive: Path | None = None


def fetch(order: FetchOrder, tick: Callable[[str], None] = lambda url: None) -> FetchReport:
    """Fetches all pages into one new web archive and returns what happened; one page that fails ends only itself.

    Raises `StoreError` where the folder cannot be written.
    """
    memory = Memory(order.folder)
    client = Client(order.manners)
    work = _Work(order, client, memory, tick)
    with ArchiveWriter(order.folder) as archive:
        try:
            work.carry_out(archive)
        except KeyboardInterrupt:
            work.report.is_interrupted = True
        finally:
            client.close()
    work.report.archive = archive.path
    memory.save()
    return work.report


class _Work:
    """One fetch: what waits, what is done, and the report that it fills."""

    def __init__(self, order: FetchOrder, client: Client, memory: Memory, tick: Callable[[str], None]) -> None:
        self.order = order
        self.client = client
        self.memory = memory
        self.tick = tick
        self.report = FetchReport()
        self._asked: set[str] = set()
        self._lists = 0
        self._pages = 0

    def carry_out(self, archive: ArchiveWriter) -> None:
        waiting: Iterator[Listed] = (Listed(url=url, changed=None) for url in self.order.urls)
        stack = [(waiting, False)]
        while stack:
            entries, is_from_list = stack[-1]
            entry = next(entries, None)
            if entry is None:
                stack.pop()
            elif self._pages >= self.order.limit:
                self.report.is_limited = True
                return
            elif found := self._visit(entry, archive, is_from_list=is_from_list):
                stack.append((iter(found), True))

    def _visit(self, entry: Listed, archive: ArchiveWriter, *, is_from_list: bool) -> list[Listed] | None:
        """Fetches one address; returns what it lists where it is a list."""
        try:
            url = plain(entry.url)
            visit = self.memory.get(url)
            if url in self._asked or (is_from_list and self._is_left(entry, visit)):
                return None
            self._asked.add(url)
            if entry.is_list and self._lists >= _LISTS:
                raise Unsupported(f"More than {_LISTS} feeds and sitemaps", advice="Name the ones that are needed")
            steps = self.client.get(url, visit.questions() if visit else None)
            found = self._list(steps[-1])
            if found is None:
                self._keep(url, steps, archive)
            return found
        except ReadError as error:
            self._pages += not entry.is_list
            self.report.failures.append((entry.url, error))
            log.warning("%s: %s", entry.url, error)
            self.tick(entry.url)
        return None

    def _is_left(self, entry: Listed, visit: Visit | None) -> bool:
        if self.order.since and entry.changed and entry.changed < self.order.since:
            self.report.older += 1
            return True
        if visit is None or entry.is_list:
            return False
        if entry.changed is None:
            is_known = not visit.questions()
        else:
            is_known = entry.changed <= datetime.fromisoformat(visit.fetched)
        self.report.known += is_known
        return is_known

    def _list(self, answer: Exchange) -> list[Listed] | None:
        """What the answer lists; lists are asked for whole each time, for a limit may have left entries behind."""
        if answer.status != _OK or "html" in answer.header("Content-Type"):
            return None
        body = unpacked(answer.body) if answer.body.startswith(b"\x1f\x8b") else answer.body
        found = listed(body)
        self._lists += found is not None
        return found

    def _keep(self, url: str, steps: list[Exchange], archive: ArchiveWriter) -> None:
        answer = steps[-1]
        if answer.status == _NOT_MODIFIED:
            self.report.unchanged += 1
            self.tick(url)
            return
        if answer.status != _OK:
            raise ReadError(f"The server answers {answer.status} {answer.reason}", advice="Check the address")
        if suffix_of(answer.header("Content-Type"), answer.url) is None:
            what = answer.header("Content-Type")[:60]
            raise Unsupported(f"This is no document ({what})", advice="Pages, PDF, DOCX and text are fetched")
        for step in steps:
            archive.add(step)
        self.memory.note(url, answer)
        self.report.fetched += 1
        self._pages += 1
        self.tick(url)
