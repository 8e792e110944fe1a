"""A pool of worker processes that kills and replaces a worker which hangs, dies or eats memory."""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from multiprocessing import forkserver
from queue import SimpleQueue
from typing import Final

import pebble

from extractors.domain.errors import ProjectError
from pipeline.settings import Settings
from pipeline.store import DocumentRows, Failure
from pipeline.worker import Job, extract_original, guarded, prepare

log = logging.getLogger(__name__)
Outcome = DocumentRows | Failure
_Ended = SimpleQueue[tuple[Job, Future[Outcome]]]
_WINDOW: Final = 4  # jobs under way or waiting for each worker: enough to keep it busy, few enough to hold in memory
_TERM_S: Final = 1  # how long a stopped worker may take to end before it is killed
_ONE_THREAD: Final = ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def outcomes(
    jobs: Iterator[Job], settings: Settings, work: Callable[[Job], DocumentRows] = extract_original
) -> Generator[tuple[Job, Outcome], None, None]:
    """Yields each job with its outcome as workers finish them, in no fixed order.

    Jobs are taken from the iterator only as there is room, so what it does for each (entering the document
    as begun) is never far ahead. Closing the generator stops the workers at once.
    """
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    pebble.CONSTS.term_timeout = _TERM_S
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.extraction"])
    _start_server()
    pool = pebble.ProcessPool(
        max_workers=settings.workers,
        max_tasks=settings.documents_per_worker,
        initializer=partial(prepare, is_quiet=not log.isEnabledFor(logging.DEBUG)),
        initargs=(settings.memory_limit_mb,),
        context=context,
    )
    ended: _Ended = SimpleQueue()
    waiting = 0
    try:
        while True:
            while waiting < _WINDOW * settings.workers and (job := next(jobs, None)) is not None:
                future = pool.schedule(guarded, args=(work, job), timeout=settings.time_limit_s)
                future.add_done_callback(partial(_announce, ended, job))
                waiting += 1
            if not waiting:
                break
            finished, result = ended.get()
            waiting -= 1
            yield finished, _outcome(finished, result, settings)
    except BaseException:
        _kill_server()
        raise
    finally:
        pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it without types
        pool.join()


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


def _kill_server() -> None:
    """Ends the fork server, and with it at once all workers, whatever they are busy with; the next run starts anew.

    Waiting for them would take seconds, and longest just after the start. multiprocessing has no public
    name for the process number.
    """
    number = getattr(getattr(forkserver, "_forkserver", None), "_forkserver_pid", None)
    if number is not None:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def _announce(ended: _Ended, job: Job, future: Future[Outcome]) -> None:
    ended.put((job, future))


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
        return Failure(
            source=job.source,
            error="WorkerDied",
            message=f"The process that read it ended without a word (code {error.exitcode})",
            advice="It may need more memory than there is; split the document or `sovang retry` alone",
        )
    except BrokenProcessPool as error:
        raise ProjectError(
            f"The worker processes cannot go on: {error}", advice="Check memory and `ulimit`, then run again"
        ) from error
    except CancelledError:
        return Failure(source=job.source, error="Cancelled", message="The run was stopped", advice="Run again")
