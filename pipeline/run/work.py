"""One run at work: what comes in is entered as begun, what workers found is written, batch by batch.

Files are looked at and copied outside of any transaction, so that the database is locked only while rows are
written. A batch is one transaction: a kill leaves each document of it either as it was or whole.
"""

import io
import logging
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from extractors.domain.errors import NotText, ProjectError, ReadError
from pipeline.pool import Outcome
from pipeline.run.report import Order, Report
from pipeline.settings import Settings
from pipeline.sources import MEGABYTE, LeftOut, Limits, Met, Source, Unreadable, walk
from pipeline.store import (
    Begun,
    DocumentRows,
    Failure,
    Partial,
    Store,
    digest_of,
    original_name,
    settle,
    write_partial,
)
from pipeline.stored import corrected_text
from pipeline.trust import Draw, Passing
from pipeline.version import extractor_version
from pipeline.worker import Job

log = logging.getLogger(__name__)
Tick = Callable[[str], None]  # is told the name of each source or document that is dealt with
Batches = Callable[[Callable[[], int]], Iterator[list[Job]]]  # is told how many jobs there is room for
_SMALL: Final = 4 * MEGABYTE  # a file up to this size is read once; a larger one twice, to be hashed and to be copied
_BATCH_BYTES: Final = 32 * MEGABYTE  # a batch is entered when so much has come together
_BATCH_S: Final = 0.25  # or so much time has passed
_TOLD_S: Final = 1.0  # between two lines of progress in the log


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A source that is to be entered, with what its bytes are."""

    source: Source
    document_id: str
    size: int


@dataclass(slots=True)
class _Tray:
    """What is entered together."""

    arrivals: list[_Arrival | Unreadable] = field(default_factory=list)
    partials: dict[str, Partial | None] = field(default_factory=dict)  # by document
    size: int = 0


def met_by(order: Order, settings: Settings) -> Iterator[Met]:
    """Yields everything that an order names, in an order that never changes."""
    limits = Limits(
        file_bytes=settings.file_limit_mb * MEGABYTE,
        zip_bytes=settings.zip_limit_mb * MEGABYTE,
        zip_entries=settings.zip_entries,
    )
    return walk(order.sources, limits, leave_out=settings.db.parent)


class Work:
    """One run: its store, its order and the report that it fills."""

    def __init__(self, store: Store, settings: Settings, order: Order, tick: Tick, total: int | None = None) -> None:
        self.store = store
        self.settings = settings
        self.order = order
        self.report = Report()
        self.extractor = extractor_version()
        self.run = 0
        self._tick = tick
        self._total = total
        self._told_at = self._started_at = time.monotonic()
        self._passing = Passing(store, Draw(rate=settings.audit_rate, seed=settings.audit_seed), self.extractor)
        self._failed_sources = store.failed_sources()
        self._entered: set[int] = set()  # documents handed out in this run; numbers only, so it stays small

    # --- what to do -----------------------------------------------------------------------------------

    def batches(self, room: Callable[[], int]) -> Iterator[list[Job]]:
        """Yields jobs for the documents to extract, entered as begun, up to `room()` at once; settles all else."""
        met = self._limited()
        is_more = True
        while is_more:
            tray = _Tray()
            is_more = self._fill(tray, met, room())
            yield self._enter_all(tray)

    def failed_batches(self, room: Callable[[], int], only: Collection[str] = ()) -> Iterator[list[Job]]:
        """Yields jobs for failed or unfinished documents, then what comes of the failed sources."""
        waiting = self.store.rows(
            "SELECT serial, id, source, original FROM documents WHERE status <> 'done' "
            "OR serial IN (SELECT document FROM failures) ORDER BY serial"
        )
        jobs = [
            self._job(int(str(row["serial"])), str(row["original"]), str(row["source"]))
            for row in waiting
            if not only or row["id"] in only
        ]
        self._entered.update(job.serial for job in jobs)
        while jobs:
            most = room()
            yield jobs[:most]
            jobs = jobs[most:]
        yield from self.batches(room)

    def plan(self) -> None:
        """Writes down what would be done and does nothing of it."""
        for met in self._limited():
            if isinstance(met, LeftOut):
                self._leave_out(met)
            elif isinstance(met, Unreadable):
                self._plan_failure(met.name, met.error)
            else:
                try:
                    with met.open() as stream:
                        document_id, size = digest_of(stream)
                    self._plan_source(met.name, document_id, size)
                except ReadError as error:
                    self._plan_failure(met.name, error)

    def _limited(self) -> Iterator[Met]:
        taken = 0
        for met in met_by(self.order, self.settings):
            if not isinstance(met, LeftOut):
                if self.order.limit is not None and taken >= self.order.limit:
                    return
                taken += 1
            yield met

    def _fill(self, tray: _Tray, coming: Iterator[Met], most: int) -> bool:
        """Puts what is to be entered into the tray; tells whether there is more to come."""
        until = time.monotonic() + _BATCH_S
        while len(tray.arrivals) < most and tray.size < _BATCH_BYTES and time.monotonic() < until:
            met = next(coming, None)
            if met is None:
                return False
            if isinstance(met, LeftOut):
                self._leave_out(met)
            elif isinstance(met, Unreadable):
                tray.arrivals.append(met)
            else:
                try:
                    with met.open() as stream:
                        self._look_at(met, stream, tray)
                except ReadError as error:
                    tray.arrivals.append(Unreadable(name=met.name, error=error))
        return True

    def _leave_out(self, met: LeftOut) -> None:
        self.report.left_out[met.why or Path(met.name).suffix.lower() or "(none)"] += 1

    def _look_at(self, source: Source, stream: BinaryIO, tray: _Tray) -> None:
        """Tells what bytes a source holds and copies them where they are new; what is done already is settled here."""
        head = stream.read(_SMALL)
        is_whole = len(head) < _SMALL
        document_id, size = digest_of(stream, head)
        if not size:
            raise NotText("The file is empty", advice="Copy or scan it again")
        known = self.store.find_document(document_id, source.name)
        if known and not known.is_new_source and source.name not in self._failed_sources and not self._is_open(known):
            self._settle_known(known, source.name)
            return
        if known is None and document_id not in tray.partials:
            with nullcontext(io.BytesIO(head)) if is_whole else source.open() as again:
                partial = write_partial(self.store.originals, document_id, source.suffix, again)
            tray.partials[document_id] = partial
        tray.size += size
        tray.arrivals.append(_Arrival(source, document_id, size))

    def _enter_all(self, tray: _Tray) -> list[Job]:
        """Enters all that came in one transaction; their originals are on disk before it begins."""
        jobs = []
        if tray.arrivals:
            settle([partial for partial in tray.partials.values() if partial])
            with self.store.immediate():
                for arrival in tray.arrivals:
                    if isinstance(arrival, Unreadable):
                        self._fail_source(arrival.name, arrival.error)
                    elif job := self._enter(arrival):
                        jobs.append(job)
        self._tell_now_and_then()
        return jobs

    def _enter(self, arrival: _Arrival) -> Job | None:
        source = arrival.source
        if source.name in self._failed_sources:
            self.store.forget_failed_source(source.name)
        known = self.store.find_document(arrival.document_id, source.name)
        if known is None:
            original = original_name(arrival.document_id, source.suffix)
            serial = self.store.begin_document(
                arrival.document_id, source.name, arrival.size, original, self.run, source.captured
            )
        else:
            serial, original = known.serial, known.original
            if known.is_new_source:
                self.store.add_source(serial, source.name, source.captured)
            if not self._is_open(known):
                self._settle_known(known, source.name)
                return None
        self._entered.add(serial)
        return self._job(serial, original, source.name)

    def _job(self, serial: int, original: str, source: str) -> Job:
        return Job(
            serial=serial,
            original=(self.store.originals / original).absolute(),
            source=source,
            corrected=corrected_text(self.store, serial),
        )

    def _status(self, known: Begun) -> str:
        """What an older version of the program could not read counts as begun: this one may."""
        return "begun" if known.status == "failed" and known.extractor != self.extractor else known.status

    def _is_outdated(self, known: Begun) -> bool:
        return known.status == "done" and known.extractor != self.extractor

    def _is_open(self, known: Begun) -> bool:
        if known.serial in self._entered:
            return False
        return self._status(known) == "begun" or (self.order.renew and self._is_outdated(known))

    def _settle_known(self, known: Begun, source: str) -> None:
        is_new_here = known.serial not in self._entered
        if self._status(known) == "failed" and is_new_here:
            self.report.failed_before += 1
        else:
            self.report.unchanged += 1
            self.report.outdated += self._is_outdated(known) and is_new_here
        self._tick(source)

    def _plan_source(self, source: str, document_id: str, size: int) -> None:
        if not size:
            raise NotText("The file is empty", advice="Copy or scan it again")
        known = self.store.find_document(document_id, source)
        if known is None:
            self.report.planned.append(("read", source))
        elif self._status(known) == "begun":
            self.report.planned.append(("go on with", source))
        elif self._is_open(known):
            self.report.planned.append(("read again", source))
        else:
            self._settle_known(known, source)
            return
        self._tick(source)

    # --- what came of it ------------------------------------------------------------------------------

    def write(self, gathered: Sequence[tuple[Job, Outcome]]) -> None:
        """Commits what came of some documents, rows or failure, each of them whole."""
        if gathered:
            with self.store.immediate():
                written = [(job, self._write(job, outcome)) for job, outcome in gathered]
            for job, outcome in written:
                self._report(job, outcome)
        self._tell_now_and_then()

    def _write(self, job: Job, outcome: Outcome) -> Outcome:
        if isinstance(outcome, DocumentRows):
            try:
                self.store.finish_document(job.serial, outcome, extractor=self.extractor, run=self.run)
                self._passing.mark(job.serial)
                return outcome
            except sqlite3.IntegrityError as error:
                log.exception("rows of %s refused", job.source)
                outcome = Failure(
                    source=job.source,
                    error="IntegrityError",
                    message=f"A defect of the program: the database refuses what was found ({error})",
                    advice="Please report it with the output of `sovang extract FILE`",
                )
        self.store.fail_document(job.serial, outcome, extractor=self.extractor, run=self.run)
        return outcome

    def _report(self, job: Job, outcome: Outcome) -> None:
        if isinstance(outcome, Failure):
            self.report.failures.append(outcome)
            log.warning("%s: %s: %s", job.source, outcome.error, outcome.message)
            if outcome.trace:
                log.error("defect while reading %s\n%s", job.source, outcome.trace)
        else:
            self.report.done[outcome.document["kind"]] += 1
            self.report.records.update({family.value: len(rows) for family, rows in outcome.records.items()})
            log.info("%s: done", job.source)
        self._tick(job.source)

    def _fail_source(self, name: str, error: ProjectError) -> None:
        failure = Failure(source=name, error=type(error).__name__, message=error.message, advice=error.advice)
        self.store.fail_source(failure, self.run)
        self._note_failure(failure)

    def _plan_failure(self, name: str, error: ProjectError) -> None:
        self.report.planned.append(("cannot be read", name))
        self._note_failure(Failure(source=name, error=type(error).__name__, message=error.message, advice=error.advice))

    def _note_failure(self, failure: Failure) -> None:
        self.report.failures.append(failure)
        log.warning("%s: %s: %s", failure.source, failure.error, failure.message)
        self._tick(failure.source)

    # --- progress -------------------------------------------------------------------------------------

    def _tell_now_and_then(self) -> None:
        if time.monotonic() - self._told_at >= _TOLD_S:
            self.tell()

    def tell(self) -> None:
        """Writes one line of progress to the log; `--log-json` carries the numbers as `progress`."""
        self._told_at = time.monotonic()
        seconds = self._told_at - self._started_at
        done, failed = self.report.dealt_with, len(self.report.failures)
        numbers = {"done": done, "total": self._total, "failed": failed, "seconds": round(seconds, 1)}
        log.info("%s of %s sources, %s failed", done, self._total or "?", failed, extra={"progress": numbers})
