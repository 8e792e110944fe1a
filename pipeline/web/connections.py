"""Threads that each hold a connection of their own to the database, so that the event loop never waits for a disk."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Concatenate, Final, ParamSpec, TypeVar

from pipeline.store import Store

P = ParamSpec("P")
T = TypeVar("T")
_END_S: Final = 60.0


class Connections:
    """A few threads with one `Store` each, opened when a thread has its first work. `prepare` the file before.

    The threads keep no process alive: what they were asked for and did not do is lost with it, as it is by a kill.
    """

    def __init__(self, path: Path, threads: int, name: str) -> None:
        self._path = path
        self._name = f"sovang-{name}"
        self._most = threads
        self._asked: SimpleQueue[Callable[[Callable[[], Store]], None] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._starting = threading.Lock()

    async def do(self, work: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls `work` with the store of some thread as its first argument and returns what it returns."""
        with self._starting:  # not before the first work: a server may fork between
            if not self._threads:
                self._threads = [
                    threading.Thread(target=self._work, name=self._name, daemon=True) for _ in range(self._most)
                ]
                for thread in self._threads:
                    thread.start()
        told: Future[T] = Future()
        self._asked.put(partial(_answer, told, lambda store: work(store, *args, **kwargs)))
        return await asyncio.wrap_future(told)

    def _work(self) -> None:
        own: Store | None = None

        def store() -> Store:
            nonlocal own
            own = own or Store(self._path, must_exist=True, is_ready=True)
            return own

        while (asked := self._asked.get()) is not None:
            asked(store)
            del asked  # what it returned is not held until the next comes
        if own is not None:
            own.close()

    def close(self) -> None:
        """Closes every connection in the thread that opened it; waits for work under way, but not for ever."""
        for _ in self._threads:
            self._asked.put(None)
        for thread in self._threads:
            thread.join(_END_S)


def _answer(told: Future[T], work: Callable[[Store], T], store: Callable[[], Store]) -> None:
    if not told.set_running_or_notify_cancel():
        return
    try:
        told.set_result(work(store()))
    except BaseException as error:
        told.set_exception(error)


def prepare(path: Path) -> None:
    """Migrates the database and brings its gazetteers up to date, once, before any thread opens it."""
    Store(path).close()
