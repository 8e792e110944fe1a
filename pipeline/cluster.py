"""The same work on a cluster of Dask: documents go out as bytes or as a path, rows come back to the one writer.

Every worker reads its documents in processes of its own, as the pool does, so that the limits on time and memory
of one document hold there too. Dask hands what a lost worker had to the others.
"""

import asyncio
import hashlib
import logging
import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from extractors.domain.errors import ProjectError, UsageError
from pipeline.pool import WINDOW, Ended, Outcome, Pool
from pipeline.settings import Settings
from pipeline.store import Failure
from pipeline.version import extractor_version, table_in_use, use_table
from pipeline.worker import Job

if TYPE_CHECKING:
    from distributed import Future

_CONNECT_S: Final = 20
_CLOSE_S: Final = 1
_PATIENCE_S: Final = 60.0  # how long a run waits for workers where there are none
_RETRIES: Final = 2  # of a task that ended with an error of the cluster
_BYTES_UNDER_WAY: Final = 256 << 20  # sent to workers that do not see the folder of originals


@dataclass(frozen=True, slots=True)
class NotHere:
    """A worker does not see the file: the bytes have to be sent."""


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """A worker runs other rules, whose results would not be those of this program."""

    version: str


Answer = Outcome | NotHere | OtherVersion


# --- on the workers ------------------------------------------------------------------------------------

_ANSWER_S: Final = 0.5  # how soon a thread that waits for a document sees that nothing will come
_started: dict[tuple[Settings, str], Pool] = {}  # by settings and version: two runs may share a worker
_busy: Counter[Pool] = Counter()  # documents that threads wait for
_starting: Final = threading.Lock()
_ending: Final = threading.Event()  # set while the cluster inside this process is stopped: nothing is begun any more


def read_there(job: Job, settings: Settings, version: str, table: bytes | None = None) -> Answer:
    """Reads one document on a worker, in a process of its own with limits on time and memory.

    `table` is the table of confidences of the program that sent it, None for that of this package.
    """
    with _starting:
        use_table(table)
        if extractor_version() != version:
            return OtherVersion(extractor_version())
    if job.data is None and not _is_here(job.original):
        return NotHere()
    ended = threading.Event()
    kept: list[Ended] = []

    def end(_job: Job, result: Ended) -> None:
        kept.append(result)
        ended.set()

    from distributed import get_worker

    with _using(replace(settings, workers=get_worker().state.nthreads), version, table) as pool:
        pool.submit(job, end)
        while not ended.wait(_ANSWER_S):
            pool.check()
            if _ending.is_set():
                raise CancelledError
    return kept[0]()


def _is_here(original: Path) -> bool:
    """An original is named by its hash, so a file of that name is taken only where its bytes are those."""
    try:
        with original.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == original.name.split(".")[0]
    except OSError:
        return False


@contextmanager
def _using(settings: Settings, version: str, table: bytes | None) -> Iterator[Pool]:
    """Gives the pool for these settings; one that nobody uses any more makes room for another."""
    with _starting:
        if _ending.is_set():
            raise CancelledError
        if (settings, version) not in _started:
            for other, idle in list(_started.items()):
                if not _busy[idle]:
                    del _started[other], _busy[idle]
                    idle.close()
            multiprocessing.current_process().daemon = False  # a nanny's worker is one, and those may have no children
            use_table(table)
            _started[settings, version] = Pool(settings)
        pool = _started[settings, version]
        _busy[pool] += 1
    try:
        yield pool
    finally:
        with _starting:
            _busy[pool] -= 1


def _stop_pools(*, at_once: bool) -> None:
    with _starting:
        while _started:
            _, pool = _started.popitem()
            if at_once:
                pool.kill()
            pool.close()


# --- on this machine -----------------------------------------------------------------------------------


class Cluster:
    """Workers of a Dask scheduler at `scheduler`, or of one inside this process where none is named.

    Paths are sent until a worker says that it does not see the file; from then on the bytes travel.
    """

    def __init__(self, settings: Settings, scheduler: str | None = None) -> None:
        try:
            from distributed import Client, LocalCluster
            from distributed.gc import disable_gc_diagnosis
        except ImportError as error:
            raise UsageError(
                "The engine dask needs a package that is not installed", advice="pip install 'sovang[dask]'"
            ) from error
        for library in ("distributed", "tornado.application"):  # a Ctrl-C leaves half-made calls, of which both tell
            logging.getLogger(library).setLevel(logging.CRITICAL)
        self._local: LocalCluster | None = None
        if scheduler is None:
            _ending.clear()
            self._local = LocalCluster(  # type: ignore[no-untyped-call]  # distributed leaves it without types
                n_workers=1, threads_per_worker=settings.workers, processes=False, dashboard_address="127.0.0.1:0"
            )
            disable_gc_diagnosis(force=True)  # type: ignore[no-untyped-call]  # a Ctrl-C inside that callback is lost
        try:
            address = self._local or scheduler
            self._client: Client = Client(address, timeout=_CONNECT_S, set_as_default=False)  # type: ignore[no-untyped-call]  # the same
        except (OSError, ValueError) as error:
            raise UsageError(
                f"There is no Dask scheduler at {scheduler}: {error}",
                advice="Start one with `dask scheduler`, and workers with `dask worker ADDRESS --nthreads 1`",
            ) from error
        self._settings = replace(settings, db=Path("-"))
        self._version, self._table = extractor_version(), table_in_use()
        self._sees_originals = True
        self._under_way: dict[Future[Answer], int] = {}  # with the bytes that travelled
        self._lonely_since: float | None = None

    @property
    def places(self) -> int:
        held = sum(self._under_way.copy().values())
        return WINDOW * max(1, self._threads()) if held < _BYTES_UNDER_WAY else 1

    def _threads(self) -> int:
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        return sum(int(worker["nthreads"]) for worker in workers.values())

    def submit(self, job: Job, ended: Callable[[Job, Ended], None]) -> None:
        with_data = job
        if not self._sees_originals:
            with_data = replace(job, data=job.original.read_bytes())
        future = self._client.submit(
            *(read_there, with_data, self._settings, self._version, self._table), pure=False, retries=_RETRIES
        )
        self._under_way[future] = len(with_data.data or b"")
        future.add_done_callback(partial(self._take, job, with_data, ended))  # type: ignore[no-untyped-call]  # the same

    def _take(self, job: Job, sent: Job, ended: Callable[[Job, Ended], None], future: "Future[Answer]") -> None:
        self._under_way.pop(future, None)
        try:
            answer = self._answer(job, future)
        except ProjectError as error:
            ended(job, partial(_raise, error))
            return
        if isinstance(answer, NotHere) and sent.data is None:
            self._sees_originals = False
            self.submit(job, ended)
        elif isinstance(answer, OtherVersion):
            message = f"A worker of the cluster runs {answer.version}, this program is {self._version}"
            other = ProjectError(message, advice="Install the same version on all machines")
            ended(job, partial(_raise, other))
        elif not isinstance(answer, NotHere):
            ended(job, partial(_identity, answer))

    def _answer(self, job: Job, future: "Future[Answer]") -> Answer:
        from distributed import KilledWorker

        try:
            answer: Answer = future.result()
        except KilledWorker:
            return Failure(
                source=job.source,
                error="WorkerDied",
                message="Every worker of the cluster that read it was lost",
                advice="Look at the logs of the workers, then `sovang retry`",
            )
        except (Exception, asyncio.CancelledError) as error:
            raise ProjectError(
                f"The cluster cannot go on: {type(error).__name__} {error}",
                advice="Look at the scheduler and its workers, then run again; what was read is kept",
            ) from error
        future.release()  # type: ignore[no-untyped-call]  # the same
        return answer

    def check(self) -> None:
        """Raises `ProjectError` where the scheduler is gone, or where no worker has come for a minute."""
        if self._client.status != "running":
            raise ProjectError("The Dask scheduler is gone", advice="Start it again, then run again")
        if self._threads():
            self._lonely_since = None
            return
        now = time.monotonic()
        self._lonely_since = self._lonely_since or now
        if now - self._lonely_since > _PATIENCE_S:
            raise ProjectError("The Dask scheduler has no workers", advice="Start some, then run again")

    def close(self) -> None:
        with suppress(TimeoutError):
            self._client.close(timeout=_CLOSE_S)  # type: ignore[no-untyped-call]  # the same
        if self._local is not None:
            _stop_pools(at_once=False)
            with suppress(TimeoutError):
                self._local.close(timeout=_CLOSE_S)

    def kill(self) -> None:
        """What workers elsewhere are busy with they end, or their limit ends it; nobody waits for it."""
        if self._local is not None:
            _ending.set()
            _stop_pools(at_once=True)


def _raise(error: ProjectError) -> Outcome:
    raise error


def _identity(outcome: Outcome) -> Outcome:
    return outcome
