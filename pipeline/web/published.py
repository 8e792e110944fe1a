"""The published dataset beside the database, opened for reading; a new release takes the place of the old at once."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Concatenate, Final, ParamSpec, TypeVar

from extractors.domain.errors import UsageError
from pipeline.settings import Settings
from pipeline.store import SqlValue

P = ParamSpec("P")
T = TypeVar("T")
Cells = Mapping[str, SqlValue]
_KEPT: Final = 500  # answers of one release that are held


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Rows of a query with the names of their columns."""

    columns: tuple[str, ...]
    rows: tuple[Cells, ...]


class Published:
    """`outputs/dataset` of a database at `outputs/sovang.db`. A release never changes, so its answers are kept."""

    def __init__(self, settings: Settings) -> None:
        self.file = settings.db.parent / "dataset" / "sovang.db"
        self._of: tuple[int, int] | None = None
        self._answers: dict[tuple[str, tuple[tuple[str, str], ...]], Answer] = {}

    @property
    def identity(self) -> tuple[int, int] | None:
        """Tells one release from another; None where nothing is published."""
        try:
            seen = self.file.stat()
        except OSError:
            return None
        return seen.st_ino, seen.st_mtime_ns

    async def ask(self, sql: str, values: Mapping[str, str] | None = None) -> Answer:
        """Returns the rows of a query, in a thread of its own; the same question is answered from memory."""
        identity = self.identity
        if identity != self._of:
            self._of = identity
            self._answers.clear()
        key = (sql, tuple(sorted((values or {}).items())))
        if key not in self._answers:
            answer = await self.do(_ask, sql, values or {})
            if len(self._answers) >= _KEPT:
                self._answers.clear()
            self._answers[key] = answer
        return self._answers[key]

    async def do(self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls `work` with a connection to the release and returns what it returns."""
        return await asyncio.to_thread(partial(self._with_connection, work, *args, **kwargs))

    def _with_connection(
        self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        connection = sqlite3.connect(f"{self.file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            return work(connection, *args, **kwargs)
        finally:
            connection.close()


def _ask(connection: sqlite3.Connection, sql: str, values: Mapping[str, str]) -> Answer:
    try:
        cursor = connection.execute(sql, values)
    except sqlite3.OperationalError as error:
        raise UsageError(
            f"The published dataset cannot answer: {error}", advice="Run `sovang publish` again with this version"
        ) from error
    columns: Sequence[str] = [column[0] for column in cursor.description]
    rows = tuple(dict(zip(columns, row, strict=True)) for row in cursor)
    return Answer(columns=tuple(columns), rows=rows)
