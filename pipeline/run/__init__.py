"""Orders the stages: walks the sources, enters documents, hands them to the workers, writes what comes back."""

import signal
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from pipeline.decisions import Tell, link_awards
from pipeline.pool import Engine, Pool, outcomes
from pipeline.run.report import Order, Report
from pipeline.run.work import Batches, Tick, Work, met_by
from pipeline.settings import Settings
from pipeline.sources import LeftOut, is_address
from pipeline.store import IN_MEMORY, Store, count_copies, link_documents, sweep_partial
from pipeline.trust import heed
from pipeline.version import use_calibration

__all__ = ["Order", "Report", "Start", "count_failed", "count_sources", "retry", "run"]

Start = Callable[[Settings], Engine]


def count_sources(order: Order, settings: Settings) -> int:
    """Returns how many sources a run will meet, for its progress bar."""
    total = sum(1 for met in met_by(order, settings) if not isinstance(met, LeftOut))
    return total if order.limit is None else min(total, order.limit)


def count_failed(settings: Settings) -> int:
    """Returns how much `retry` will try again."""
    with Store(settings.db, must_exist=True) as store:
        return store.count(
            "SELECT (SELECT count(*) FROM failures WHERE document IS NULL) + (SELECT count(*) FROM documents "
            "WHERE status <> 'done' OR serial IN (SELECT document FROM failures))"
        )


def run(
    order: Order,
    settings: Settings,
    tick: Tick = lambda name: None,
    start: Start = Pool,
    total: int | None = None,
    tell: Tell = lambda what, done, total: None,
) -> Report:
    """Reads everything named into the database and returns what happened.

    `start` starts what does the work; `total` is only told along with the progress in the log; `tell` is told how
    far the linking of awards, the last stage, has come. Interrupted by
    Ctrl-C or SIGTERM it stops within seconds, says so in the report, and the next run goes on.
    Raises `StoreError` where the database cannot be written or another run is at work.
    """
    use_calibration(settings.calibration)
    if order.dry_run:
        return _plan(order, settings, tick)
    with Store(settings.db) as store, store.sole_writer():
        heed(store)  # what the audit has found since the last run
        work = Work(store, settings, order, tick, total)
        sweep_partial(store.originals)
        return _carry_out(work, "run", work.batches, start, tell)


def _plan(order: Order, settings: Settings, tick: Tick) -> Report:
    """A dry run makes no file: where there is no database yet, an empty one in memory stands in."""
    with Store(settings.db if settings.db.is_file() else IN_MEMORY) as store:
        work = Work(store, settings, order, tick)
        work.plan()
        return work.report


def retry(
    settings: Settings,
    tick: Tick = lambda name: None,
    only: Collection[str] = (),
    start: Start = Pool,
    total: int | None = None,
    tell: Tell = lambda what, done, total: None,
) -> Report:
    """Tries everything in `failures` again, documents from their kept originals, and all that was cut short.

    `only` names the ids of the failures that are to be tried; empty means all.
    """
    use_calibration(settings.calibration)
    with Store(settings.db, must_exist=True) as store, store.sole_writer():
        heed(store)
        lost = [
            str(row["id"])
            for row in store.rows("SELECT id FROM failures WHERE document IS NULL ORDER BY id")
            if not only or row["id"] in only
        ]
        work = Work(store, settings, Order(sources=tuple(_outermost(lost))), tick, total)
        sweep_partial(store.originals)
        return _carry_out(work, "retry", lambda room: work.failed_batches(room, only), start, tell)


def _outermost(names: Sequence[str]) -> list[Path | str]:
    """Replaces what lay inside a zip file by the zip file, each once."""
    outer = sorted({name.split("!/", 1)[0] for name in names})
    return [name if is_address(name) else Path(name) for name in outer]


def _carry_out(work: Work, command: str, batches: Batches, start: Start, tell: Tell) -> Report:
    store, report = work.store, work.report
    work.run = store.start_run(command, [str(path) for path in work.order.sources], work.extractor)
    state = "finished"
    try:
        with _terminated_as_interrupt():
            _extract(work, batches, start)
            link_documents(store)
            report.copies = count_copies(store)
            report.linked = link_awards(store, tell)
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


def _extract(work: Work, batches: Batches, start: Start) -> None:
    engine = start(work.settings)
    try:
        results = outcomes(batches(lambda: max(1, engine.places // 2)), engine)
        try:
            for gathered in results:
                work.write(gathered)
        finally:
            results.close()
    finally:
        engine.close()
    work.tell()


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
