"""A pool of worker processes that kills and replaces a worker which hangs, dies or eats memory.

And what a pool has in common with a cluster: jobs go in and outcomes come out in batches, never too many at once.
"""

import logging
import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from multiprocessing import forkserver
from typing import Final, Protocol

import pebble

from extractors.domain.errors import ProjectError
from pipeline.settings import Settings
from pipeline.store import DocumentRows, Failure
from pipeline.version import table_in_use
from pipeline.worker import OUT_OF_MEMORY, Job, extract_original, guarded, prepare

log = logging.getLogger(__name__)
Outcome = DocumentRows | Failure
Ended = Callable[[], Outcome]  # gives what came of a job; raises `ProjectError` where no job can go on
WINDOW: Final = 12  # jobs under way or waiting for each worker: enough to keep it busy, few enough to hold in memory
_BEAT_S: Final = 1.0  # the longest that a run stays without a sign of life
_GATHER_S: Final = 0.2  # how long an outcome waits for others to be written with
_GATHERED_CHARS: Final = 4_000_000  # or until so much text is together
_SILENCE_S: Final = 120  # beyond the limit of one document, and nothing will ever come
_TERM_S: Final = 1  # how long a stopped worker may take to end before it is killed
_ONE_THREAD: Final = ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Engine(Protocol):
    """What does the work: processes of this machine or a cluster."""

    @property
    def places(self) -> int:
        """How many jobs may be under way or waiting."""

    def submit(self, job: Job, ended: Callable[[Job, Ended], None]) -> None:
        """Hands a job out; `ended` is called once for it, on any thread."""

    def check(self) -> None:
        """Raises `ProjectError` where nothing will ever come back; called while nothing does."""

    def close(self) -> None:
        """Ends the workers after their last job."""

    def kill(self) -> None:
        """Ends the workers at once, whatever they are busy with. May be followed by `close`."""


def outcomes(batches: Iterator[Sequence[Job]], engine: Engine) -> Generator[list[tuple[Job, Outcome]], None, None]:
    """Yields jobs with their outcomes as workers finish them, in no fixed order; those that end together come together.

    A batch of jobs is taken only where there is room for it, so that what its making does (entering documents as
    begun) is never far ahead. An empty list is a sign of life. Closing the generator stops the workers at once.
    """
    ended: queue.SimpleQueue[tuple[Job, Ended]] = queue.SimpleQueue()

    def announce(job: Job, end: Ended) -> None:
        ended.put((job, end))

    waiting, is_more = 0, True
    try:
        while is_more or waiting:
            if is_more and waiting <= engine.places // 2:
                batch = next(batches, None)
                is_more = batch is not None
                for job in batch or ():
                    engine.submit(job, announce)
                    waiting += 1
            if is_more and waiting <= engine.places // 2 and ended.empty():
                continue  # little of what came was new
            gathered = _gather(ended, most=min(waiting, max(1, engine.places // 2)))
            waiting -= len(gathered)
            if not gathered:
                engine.check()
            yield gathered
    except BaseException:
        engine.kill()
        raise


def _gather(ended: "queue.SimpleQueue[tuple[Job, Ended]]", most: int) -> list[tuple[Job, Outcome]]:
    gathered: list[tuple[Job, Outcome]] = []
    chars, until = 0, time.monotonic() + _BEAT_S
    while len(gathered) < most and chars < _GATHERED_CHARS:
        try:
            job, end = ended.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            break
        outcome = end()
        if not gathered:
            until = time.monotonic() + _GATHER_S
        gathered.append((job, outcome))
        chars += outcome.document["chars"] if isinstance(outcome, DocumentRows) else 0
    return gathered


class Pool:
    """Worker processes of this machine, with limits on the time and the memory of each document."""

    def __init__(self, settings: Settings, work: Callable[[Job], DocumentRows] = extract_original) -> None:
        self._settings = settings
        self._work = work
        self._heard_at = time.monotonic()
        for name in _ONE_THREAD:
            os.environ.setdefault(name, "1")
        pebble.CONSTS.term_timeout = _TERM_S
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["pipeline.engine", "pipeline.extraction"])
        _start_server()
        self._pool = pebble.ProcessPool(
            max_workers=settings.workers,
            max_tasks=settings.documents_per_worker,
            initializer=partial(prepare, is_quiet=not log.isEnabledFor(logging.DEBUG), table=table_in_use()),
            initargs=(settings.memory_limit_mb,),
            context=context,
        )

    @property
    def places(self) -> int:
        return WINDOW * self._settings.workers

    def submit(self, job: Job, ended: Callable[[Job, Ended], None]) -> None:
        self._schedule(job, ended, is_again=False)

    def _schedule(self, job: Job, ended: Callable[[Job, Ended], None], *, is_again: bool) -> None:
        self._heard_at = time.monotonic()  # an idle pool has said nothing for long
        try:
            future = self._pool.schedule(guarded, args=(self._work, job), timeout=self._settings.time_limit_s)
        except RuntimeError as error:  # what pebble raises once the process is lost that workers are forked from
            raise _broken(error) from error
        future.add_done_callback(partial(self._end, job, ended, is_again))

    def _end(self, job: Job, ended: Callable[[Job, Ended], None], is_again: bool, done: Future[Outcome]) -> None:
        """Passes the outcome on; a document is tried twice where memory ran out, which others may have filled."""
        self._heard_at = time.monotonic()
        if not is_again and not done.cancelled() and _is_out_of_memory(done.exception()):
            with suppress(ProjectError):
                self._schedule(job, ended, is_again=True)
                return
        ended(job, partial(_outcome, job, done, self._settings))

    def check(self) -> None:
        """Raises `ProjectError` where no worker has ended a document for longer than any may take.

        A pool replaces what dies, but a worker that is killed from outside while it speaks leaves the others
        waiting for its last word.
        """
        if time.monotonic() - self._heard_at > self._settings.time_limit_s + _SILENCE_S:
            raise ProjectError("The worker processes do not answer any more", advice="Run again; what was read is kept")

    def close(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it without types
        self._pool.join()

    def kill(self) -> None:
        """Ends the fork server, and with it at once all workers; the next pool starts a new one.

        Waiting for them would take seconds, and longest just after the start. multiprocessing has no public
        name for the process number.
        """
        number = getattr(getattr(forkserver, "_forkserver", None), "_forkserver_pid", None)
        if number is not None:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
            with suppress(ChildProcessError):  # until it is dead the next pool would take it for running
                os.waitid(os.P_PID, number, os.WEXITED | os.WNOWAIT)


def _start_server() -> None:
    """Starts the process that workers are forked from, deaf to Ctrl-C from its first moment on."""
    if threading.current_thread() is not threading.main_thread():
        forkserver.ensure_running()
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        forkserver.ensure_running()
    finally:
        signal.signal(signal.SIGINT, before)


def _is_out_of_memory(error: BaseException | None) -> bool:
    return isinstance(error, pebble.ProcessExpired) and error.exitcode == OUT_OF_MEMORY


def _broken(error: Exception) -> ProjectError:
    return ProjectError(
        f"The worker processes cannot go on: {error}", advice="Check memory and `ulimit`, then run again"
    )


def _outcome(job: Job, future: Future[Outcome], settings: Settings) -> Outcome:
    try:
        return future.result()
    except TimeoutError:
        return Failure(
            source=job.source,
            error="TimeLimit",
            message=f"Reading took longer than {settings.time_limit_s} seconds and was stopped",
            advice="Split the document, or raise time_limit_s in sovang.toml and `sovang retry`",
        )
    except pebble.ProcessExpired as error:
        if _is_out_of_memory(error):
            return Failure(
                source=job.source,
                error="TooLarge",
                message="The document needs more memory than one worker may use",
                advice="Split it, or raise memory_limit_mb in sovang.toml",
            )
        return Failure(
            source=job.source,
            error="WorkerDied",
            message=f"The process that read it ended without a word (code {error.exitcode})",
            advice="It may need more memory than there is; split the document or `sovang retry` alone",
        )
    except BrokenProcessPool as error:
        raise _broken(error) from error
    except CancelledError:
        return Failure(source=job.source, error="Cancelled", message="The run was stopped", advice="Run again")
