"""Orders the stages: walks the sources, enters documents, hands them to the pool, writes what comes back."""

import logging
import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final

from extractors.domain.errors import NotText, ProjectError, ReadError
from pipeline.pool import outcomes
from pipeline.settings import Settings
from pipeline.sources import MEGABYTE, LeftOut, Limits, Source, Unreadable, walk
from pipeline.store import (
    IN_MEMORY,
    DocumentRows,
    Failure,
    Store,
    count_copies,
    digest_of,
    keep_original,
    link_documents,
    sweep_partial,
)
from pipeline.version import extractor_version
from pipeline.worker import Job

log = logging.getLogger(__name__)
Tick = Callable[[str], None]  # is told the name of each source or document that is dealt with
_OPEN: Final = frozenset({"new", "begun"})


@dataclass(kw_only=True)
class Report:
    """What a run did; `left_out` counts files of no readable format by suffix."""

    done: Counter[str] = field(default_factory=Counter)  # by kind of document
    records: Counter[str] = field(default_factory=Counter)  # by kind of record
    failures: list[Failure] = field(default_factory=list)
    unchanged: int = 0
    failed_before: int = 0
    outdated: int = 0
    copies: int = 0  # documents of the database that are copies or parts of others
    left_out: Counter[str] = field(default_factory=Counter)
    planned: list[tuple[str, str]] = field(default_factory=list)  # dry run: what would be done, source
    interrupted: bool = False

    @property
    def has_failures(self) -> bool:
        """Tells whether any document of this run's sources could not be read, now or earlier."""
        return bool(self.failures or self.failed_before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the person asked for: at most `limit` documents; `renew` what an older extractor read."""

    sources: tuple[Path, ...]
    limit: int | None = None
    renew: bool = False
    dry_run: bool = False


def count_sources(order: Order, settings: Settings) -> int:
    """Returns how many sources a run will meet, for its progress bar."""
    total = sum(1 for met in _walk(order, settings) if not isinstance(met, LeftOut))
    return total if order.limit is None else min(total, order.limit)


def count_failed(settings: Settings) -> int:
    """Returns how much `retry` will try again."""
    with Store(settings.db, must_exist=True) as store:
        return store.count(
            "SELECT (SELECT count(*) FROM failures WHERE document IS NULL) + (SELECT count(*) FROM documents "
            "WHERE status <> 'done' OR serial IN (SELECT document FROM failures))"
        )


def run(order: Order, settings: Settings, tick: Tick = lambda name: None) -> Report:
    """Reads everything named into the database and returns what happened.

    Interrupted by Ctrl-C or SIGTERM it stops within seconds, says so in the report, and the next run
    goes on. Raises `StoreError` where the database cannot be written or another run is at work.
    """
    if order.dry_run:
        return _plan(order, settings, tick)
    with Store(settings.db) as store, store.sole_writer():
        work = _Work(store, settings, order, tick)
        sweep_partial(store.originals)
        return _carry_out(work, "run", work.jobs())


def _plan(order: Order, settings: Settings, tick: Tick) -> Report:
    """A dry run makes no file: where there is no database yet, an empty one in memory stands in."""
    with Store(settings.db if settings.db.is_file() else IN_MEMORY) as store:
        work = _Work(store, settings, order, tick)
        for _ in work.jobs():
            raise AssertionError("a dry run hands out no jobs")
        return work.report


def retry(settings: Settings, tick: Tick = lambda name: None, only: Collection[str] = ()) -> Report:
    """Tries everything in `failures` again, documents from their kept originals, and all that was cut short.

    `only` names the ids of the failures that are to be tried; empty means all.
    """
    with Store(settings.db, must_exist=True) as store, store.sole_writer():
        lost = [
            Path(str(row["id"]))
            for row in store.rows("SELECT id FROM failures WHERE document IS NULL ORDER BY id")
            if not only or row["id"] in only
        ]
        work = _Work(store, settings, Order(sources=tuple(_outermost(lost))), tick)
        return _carry_out(work, "retry", work.failed_jobs(only))


def _outermost(paths: Sequence[Path]) -> list[Path]:
    """Replaces what lay inside a zip file by the zip file, each once."""
    return sorted({Path(str(path).split("!/", 1)[0]) for path in paths})


def _carry_out(work: "_Work", command: str, jobs: Iterator[Job]) -> Report:
    store, report = work.store, work.report
    work.run = store.start_run(command, [str(path) for path in work.order.sources], work.extractor)
    state = "finished"
    try:
        with _terminated_as_interrupt():
            results = outcomes(jobs, work.settings)
            try:
                for job, outcome in results:
                    work.write(job, outcome)
            finally:
                results.close()
            link_documents(store)
            report.copies = count_copies(store)
    except KeyboardInterrupt:
        state, report.interrupted = "interrupted", True
    store.end_run(
        work.run,
        state,
        done=report.done.total(),
        unchanged=report.unchanged,
        failed=len(report.failures),
    )
    return report


@contextmanager
def _terminated_as_interrupt() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does, where the run has the main thread for itself."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _walk(order: Order, settings: Settings) -> Iterator[Source | Unreadable | LeftOut]:
    limits = Limits(
        file_bytes=settings.file_limit_mb * MEGABYTE,
        zip_bytes=settings.zip_limit_mb * MEGABYTE,
        zip_entries=settings.zip_entries,
    )
    return walk(order.sources, limits, leave_out=settings.db.parent)


class _Work:
    """One run: its store, its order and the report that it fills."""

    def __init__(self, store: Store, settings: Settings, order: Order, tick: Tick) -> None:
        self.store = store
        self.settings = settings
        self.order = order
        self.tick = tick
        self.report = Report()
        self.extractor = extractor_version()
        self.run = 0
        self._failed_sources = store.failed_sources()
        self._entered: set[int] = set()  # documents handed out in this run; numbers only, so it stays small

    # --- what to do -----------------------------------------------------------------------------------

    def jobs(self) -> Iterator[Job]:
        """Yields a job for each document to extract, entered as begun; everything else is settled on the way."""
        for met in self._limited():
            if isinstance(met, LeftOut):
                self.report.left_out[met.why or Path(met.name).suffix.lower() or "(none)"] += 1
            elif isinstance(met, Unreadable):
                self._fail_source(met.name, met.error)
            else:
                try:
                    job = self._enter(met)
                except ReadError as error:
                    self._fail_source(met.name, error)
                    continue
                if job is not None:
                    yield job

    def failed_jobs(self, only: Collection[str] = ()) -> Iterator[Job]:
        """Yields a job for each failed or unfinished document, then what comes of the failed sources."""
        waiting = self.store.rows(
            "SELECT serial, id, source, original FROM documents WHERE status <> 'done' "
            "OR serial IN (SELECT document FROM failures) ORDER BY serial"
        )
        for row in waiting:
            if only and row["id"] not in only:
                continue
            serial = int(str(row["serial"]))
            self._entered.add(serial)
            yield self._job(serial, str(row["original"]), str(row["source"]))
        yield from self.jobs()

    def _limited(self) -> Iterator[Source | Unreadable | LeftOut]:
        taken = 0
        for met in _walk(self.order, self.settings):
            if not isinstance(met, LeftOut):
                if self.order.limit is not None and taken >= self.order.limit:
                    return
                taken += 1
            yield met

    def _enter(self, source: Source) -> Job | None:
        with source.open() as stream:
            document_id, size = digest_of(stream)
        if not size:
            raise NotText("The file is empty", advice="Copy or scan it again")
        if source.name in self._failed_sources and not self.order.dry_run:
            self.store.forget_failed_source(source.name)
        known = self.store.find_document(document_id, source.name)
        status = known.status if known else "new"
        outdated = known is not None and status == "done" and known.extractor != self.extractor
        if known and status == "failed" and known.extractor != self.extractor:
            status = "begun"  # another program may read what this one could not
        if self.order.dry_run:
            self._plan(source.name, status, outdated=outdated)
            return None
        if known is None:
            with source.open() as stream:
                original = keep_original(self.store.originals, document_id, source.suffix, stream)
            serial = self.store.begin_document(document_id, source.name, size, original, self.run, source.captured)
        else:
            serial, original = known.serial, known.original
            if known.is_new_source:
                self.store.add_source(serial, source.name, source.captured)
        if serial in self._entered or not (status in _OPEN or (outdated and self.order.renew)):
            self._settle_known(serial, status, source.name, outdated=outdated)
            return None
        self._entered.add(serial)
        return self._job(serial, original, source.name)

    def _job(self, serial: int, original: str, source: str) -> Job:
        return Job(serial=serial, original=(self.store.originals / original).absolute(), source=source)

    def _settle_known(self, serial: int, status: str, source: str, *, outdated: bool) -> None:
        if status == "failed" and serial not in self._entered:
            self.report.failed_before += 1
        else:
            self.report.unchanged += 1
            self.report.outdated += outdated and serial not in self._entered
        self.tick(source)

    def _plan(self, source: str, status: str, *, outdated: bool) -> None:
        if status in _OPEN:
            self.report.planned.append(("read" if status == "new" else "go on with", source))
        elif outdated and self.order.renew:
            self.report.planned.append(("read again", source))
        elif status == "failed":
            self.report.failed_before += 1
        else:
            self.report.unchanged += 1
            self.report.outdated += outdated
        self.tick(source)

    # --- what came of it ------------------------------------------------------------------------------

    def write(self, job: Job, outcome: DocumentRows | Failure) -> None:
        """Commits one document's rows, or its failure."""
        if isinstance(outcome, DocumentRows):
            try:
                self.store.finish_document(job.serial, outcome, extractor=self.extractor, run=self.run)
            except sqlite3.IntegrityError as error:
                log.exception("rows of %s refused", job.source)
                outcome = Failure(
                    source=job.source,
                    error="IntegrityError",
                    message=f"A defect of the program: the database refuses what was found ({error})",
                    advice="Please report it with the output of `sovang extract FILE`",
                )
        if isinstance(outcome, Failure):
            self.store.fail_document(job.serial, outcome, extractor=self.extractor, run=self.run)
            self.report.failures.append(outcome)
            log.warning("%s: %s: %s", job.source, outcome.error, outcome.message)
            if outcome.trace:
                log.error("defect while reading %s\n%s", job.source, outcome.trace)
        else:
            self.report.done[outcome.document["kind"]] += 1
            self.report.records.update({family.value: len(rows) for family, rows in outcome.records.items()})
            log.info("%s: done", job.source)
        self.tick(job.source)

    def _fail_source(self, name: str, error: ProjectError) -> None:
        failure = Failure(source=name, error=type(error).__name__, message=error.message, advice=error.advice)
        if self.order.dry_run:
            self.report.planned.append(("cannot be read", name))
        else:
            self.store.fail_source(failure, self.run)
        self.report.failures.append(failure)
        log.warning("%s: %s: %s", name, failure.error, failure.message)
        self.tick(name)
