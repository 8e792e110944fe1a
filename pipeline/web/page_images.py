"""Images of pages, rendered from the kept originals when they are first asked for and cached on disk by hash."""

import asyncio
import multiprocessing
import os
import threading
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Final

import pebble

from extractors.domain.errors import ReadError
from pipeline.readers import office_program
from pipeline.readers.limits import LIMITS
from pipeline.web.rendering import OFFICE, RENDERED, limit_memory, prune, render

STEPS: Final = (75, 110, 150, 200, 300)  # the resolutions kept, so that a page is never rendered at every number
_LIMIT_S: Final = 30
_END_S: Final = 30
_PAGES_PER_PROCESS: Final = 200
_PRUNED_EVERY: Final = 50  # pictures; the first of a server counts as well


class PageImages:
    """The cache under `folder`; one process renders, one page at a time, and is replaced where it hangs or dies.

    Beyond `limit_mb` those pictures go that nobody has looked at for longest.
    """

    def __init__(self, originals: Path, folder: Path, limit_mb: int) -> None:
        self._originals = originals
        self._folder = folder
        self._limit = limit_mb << 20
        self._rendered = 0
        self._pool: pebble.ProcessPool | None = None
        self._lock = threading.Lock()
        self._under_way: dict[Path, Future[None]] = {}

    def shows(self, form: str) -> bool:
        """Tells whether documents of a format have pages that can be rendered."""
        return form in RENDERED and (form not in OFFICE or office_program() is not None)

    async def png(self, *, document_id: str, original: str, form: str, number: int, dpi: int, turned: int = 0) -> Path:
        """Returns the file with the image of a page, rendered at the step nearest to `dpi` and turned upright.

        Raises `ReadError` where the original cannot be shown.
        """
        step = min(STEPS, key=lambda known: abs(known - dpi))
        target = self._folder / document_id[:2] / f"{document_id}-{number}-{step}{f'-{turned}' if turned else ''}.png"
        if target.is_file():
            with suppress(OSError):
                os.utime(target)  # looked at just now
            return target
        try:
            await asyncio.wrap_future(self._render(self._originals / original, form, number, step, turned, target))
        except (
            OSError,
            ValueError,
            RuntimeError,
            MemoryError,
            TimeoutError,
            pebble.ProcessExpired,
            ReadError,
        ) as error:
            raise ReadError(f"Page {number} cannot be shown: {error}", advice="Open the original") from error
        return target

    def _render(self, original: Path, form: str, number: int, dpi: int, turned: int, target: Path) -> Future[None]:
        with self._lock:
            if (running := self._under_way.get(target)) is not None:
                return running
            if self._pool is None:
                context = multiprocessing.get_context("spawn")
                self._pool = pebble.ProcessPool(
                    max_workers=1, max_tasks=_PAGES_PER_PROCESS, initializer=limit_memory, context=context
                )
            limit_s = _LIMIT_S + (2 * LIMITS.office_s if form in OFFICE else 0)
            future: Future[None] = self._pool.schedule(
                render, args=(original, form, number, dpi, turned, target), timeout=limit_s
            )
            self._under_way[target] = future
            if self._rendered % _PRUNED_EVERY == 0:
                self._pool.schedule(prune, args=(self._folder, self._limit), timeout=_LIMIT_S)
            self._rendered += 1
        future.add_done_callback(lambda _: self._under_way.pop(target, None))
        return future

    def close(self) -> None:
        """Ends the process that renders."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it without types
            ending = threading.Thread(
                target=self._pool.join, daemon=True
            )  # pebble's own limit is not kept after `stop`
            ending.start()
            ending.join(_END_S)
