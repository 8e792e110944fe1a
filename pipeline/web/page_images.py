"""Images of pages, rendered from the kept originals when they are first asked for and cached on disk by hash."""

import asyncio
import multiprocessing
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Final

import pebble

from extractors.domain.errors import ReadError
from pipeline.web.rendering import RENDERED, limit_memory, render

STEPS: Final = (75, 110, 150, 200, 300)  # the resolutions kept, so that a page is never rendered at every number
_LIMIT_S: Final = 30
_END_S: Final = 30
_PAGES_PER_PROCESS: Final = 200


class PageImages:
    """The cache under `folder`; one process renders, one page at a time, and is replaced where it hangs or dies."""

    def __init__(self, originals: Path, folder: Path) -> None:
        self._originals = originals
        self._folder = folder
        self._pool: pebble.ProcessPool | None = None
        self._lock = threading.Lock()
        self._under_way: dict[Path, Future[None]] = {}

    def shows(self, form: str) -> bool:
        """Tells whether documents of a format have pages that can be rendered."""
        return form in RENDERED

    async def png(self, *, document_id: str, original: str, form: str, number: int, dpi: int, turned: int = 0) -> Path:
        """Returns the file with the image of a page, rendered at the step nearest to `dpi` and turned upright.

        Raises `ReadError` where the original cannot be shown.
        """
        step = min(STEPS, key=lambda known: abs(known - dpi))
        target = self._folder / document_id[:2] / f"{document_id}-{number}-{step}{f'-{turned}' if turned else ''}.png"
        if target.is_file():
            return target
        try:
            await asyncio.wrap_future(self._render(self._originals / original, form, number, step, turned, target))
        except (OSError, ValueError, RuntimeError, MemoryError, TimeoutError, pebble.ProcessExpired) as error:
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
            future: Future[None] = self._pool.schedule(
                render, args=(original, form, number, dpi, turned, target), timeout=_LIMIT_S
            )
            self._under_way[target] = future
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
