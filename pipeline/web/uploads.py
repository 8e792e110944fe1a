"""Batches of uploaded files: kept on disk with a line on each, read by `sovang run` in a process of its own.

Nothing is remembered in memory alone: after a kill the server finds the batches that were not read to the end and
reads them on. What became of each file is told from the database.
"""

import asyncio
import json
import logging
import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from extractors.domain.errors import ExitCode
from pipeline.review import Refused
from pipeline.settings import Settings
from pipeline.web.connections import Connections
from pipeline.web.library import lost_sources
from pipeline.web.receiving import Received, receive

log = logging.getLogger(__name__)
_RETRY_S: Final = 3.0
_TERM_S: Final = 20.0
_SHOWN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Files that came in together; `state` is waiting, reading, done, or stopped where the run itself failed."""

    id: str
    user: str
    received_at: str
    files: tuple[Received, ...]
    state: str = "waiting"
    message: str = ""


class Uploads:
    """The folder of batches and the one task that has them read, in the order in which they came in."""

    def __init__(self, settings: Settings, reading: Connections) -> None:
        self._settings = settings
        self._reading = reading
        self.folder = settings.db.parent.absolute() / "uploads"
        self._wake = asyncio.Event()
        self._retries: list[str] = []  # ids of failures; "" means all of them
        self._task: asyncio.Task[None] | None = None

    # --- taking in ------------------------------------------------------------------------------------

    async def take(self, content_type: str, stream: AsyncIterator[bytes], user: str) -> Batch:
        """Writes the files of a request to disk and puts the batch in the queue; what fails leaves nothing behind."""
        batch_id = secrets.token_hex(16)
        room = self.files_of(batch_id)
        room.mkdir(parents=True)
        try:
            limits = self._settings
            files = await receive(
                content_type, stream, room, limit=limits.upload_limit_mb << 20, most=limits.upload_files
            )
            if not files:
                raise Refused("The request carries no files", "Không có tệp nào", advice="Choose at least one file")
        except BaseException:
            shutil.rmtree(room, ignore_errors=True)
            raise
        batch = Batch(
            id=batch_id, user=user, received_at=datetime.now(UTC).isoformat(timespec="seconds"), files=tuple(files)
        )
        self._keep(batch)
        self._wake.set()
        return batch

    def files_of(self, batch_id: str) -> Path:
        """Returns the folder that holds the files of a batch while they are read."""
        return self.folder / batch_id

    def find(self, batch_id: str) -> Batch | None:
        """Returns a batch, None where there is none of that name."""
        if len(batch_id) != 32 or not all(c in "0123456789abcdef" for c in batch_id):
            return None
        return _load(self.folder / f"{batch_id}.json")

    def latest(self, limit: int = _SHOWN) -> list[Batch]:
        """Returns the batches, the newest first."""
        found = [batch for path in self.folder.glob("*.json") if (batch := _load(path)) is not None]
        return sorted(found, key=lambda batch: (batch.received_at, batch.id), reverse=True)[:limit]

    def retry(self, failure: str = "") -> None:
        """Has one failure tried again, or all of them, once the run under way has ended."""
        if failure not in self._retries:
            self._retries.append(failure)
        self._wake.set()

    @property
    def waiting_retries(self) -> tuple[str, ...]:
        """The ids of failures that are to be tried again, an empty one for all."""
        return tuple(self._retries)

    def _keep(self, batch: Batch) -> None:
        target = self.folder / f"{batch.id}.json"
        beside = target.with_suffix(".part")
        beside.write_text(json.dumps(asdict(batch), ensure_ascii=False), encoding="utf-8")
        beside.replace(target)

    # --- having it read -------------------------------------------------------------------------------

    def start(self) -> None:
        """Begins to work off what waits, also what an earlier server left."""
        self._wake.set()
        self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Ends the run under way as Ctrl-C would; the next start goes on with it."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _work(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._work_off()
            except Exception:  # a full disk, a folder without rights: what waits is tried again with the next upload
                log.exception("Uploads wait: what came in could not be worked off")
                self._retries.clear()

    async def _work_off(self) -> None:
        waiting = [b for b in reversed(self.latest(1_000_000)) if b.state in {"waiting", "reading"}]
        for batch in waiting:
            await self._read(batch)
        while self._retries:
            failure = self._retries[0]
            await self._run("retry", [failure] if failure else [])
            self._retries.pop(0)

    async def _read(self, batch: Batch) -> None:
        room = self.files_of(batch.id)
        paths = [str(room / file.name) for file in batch.files if (room / file.name).is_file()]
        self._keep(replace(batch, state="reading"))
        code, message = await self._run("run", paths) if paths else (0, "")
        is_read = code in (ExitCode.DONE, ExitCode.SOME_FAILED)
        if is_read:
            await self._tidy(room)
        self._keep(replace(batch, state="done" if is_read else "stopped", message="" if is_read else message))

    async def _tidy(self, room: Path) -> None:
        """Takes away what is kept among the originals; what gave no document stays, to be tried again."""
        needed = await self._reading.do(lost_sources, str(room))
        for path in room.glob("*"):
            if str(path) not in needed:
                path.unlink(missing_ok=True)
        with suppress(OSError):
            room.rmdir()

    async def _run(self, command: str, arguments: Sequence[str]) -> tuple[int, str]:
        """Calls `sovang run` or `sovang retry`, again and again while another run has the database."""
        while True:
            code, message = await self._call(command, arguments)
            if code == ExitCode.OUTPUT and "Another run" in message:
                await asyncio.sleep(_RETRY_S)
                continue
            if code not in (ExitCode.DONE, ExitCode.SOME_FAILED):
                log.error("sovang %s ended with %d: %s", command, code, message)
            return code, message

    async def _call(self, command: str, arguments: Sequence[str]) -> tuple[int, str]:
        # not a pipe: the worker processes would hold it open beyond the end of the run
        with tempfile.TemporaryFile() as told:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "pipeline", command, "--db", str(self._settings.db.absolute())),
                *("--", *arguments),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=told,
                env={**os.environ, **_as_environment(self._settings)},
            )
            try:
                code = await process.wait()
            except asyncio.CancelledError:
                await _end(process)
                raise
            told.seek(0)
            lines = told.read().decode(errors="replace").strip().splitlines()
        return code, lines[-1] if lines else ""


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), _TERM_S)
    except TimeoutError:
        process.kill()
        await process.wait()


def _as_environment(settings: Settings) -> dict[str, str]:
    """The settings of the server as variables, so that its runs have the same."""
    return {f"SOVANG_{each.name.upper()}": str(getattr(settings, each.name)) for each in fields(settings)}


def _load(path: Path) -> Batch | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Batch(**{**data, "files": tuple(Received(**file) for file in data["files"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
