"""Threads that each hold a connection of their own to the database, so that the event loop never waits for a disk."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from pipeline.store import Store

P = ParamSpec("P")
T = TypeVar("T")


class Connections:
    """A few threads with one `Store` each, opened when a thread has its first work. `prepare` the file before."""

    def __init__(self, path: Path, threads: int, name: str) -> None:
        self._path = path
        self._own = threading.local()
        self._threads = threads
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=f"sovang-{name}")

    async def do(self, work: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls `work` with the store of some thread as its first argument and returns what it returns."""
        call = partial(self._with_store, work, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)

    def _with_store(self, work: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        store: Store | None = getattr(self._own, "store", None)
        if store is None:
            store = Store(self._path, must_exist=True, is_ready=True)
            self._own.store = store
        return work(store, *args, **kwargs)

    def close(self) -> None:
        """Closes every connection in the thread that opened it; waits for work under way."""
        everyone = threading.Barrier(self._threads)
        for _ in range(self._threads):
            self._executor.submit(self._close_own, everyone)
        self._executor.shutdown(wait=True)

    def _close_own(self, everyone: threading.Barrier) -> None:
        everyone.wait(timeout=60)  # holds each thread until all have their turn, so that none is asked twice
        store: Store | None = getattr(self._own, "store", None)
        if store is not None:
            store.close()


def prepare(path: Path) -> None:
    """Migrates the database and brings its gazetteers up to date, once, before any thread opens it."""
    Store(path).close()
