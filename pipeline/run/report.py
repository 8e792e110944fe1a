"""What the person asked for and what became of it."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.decisions import LinkReport
from pipeline.store import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the person asked for: at most `limit` documents; `renew` what an older extractor read.

    A source is a path, or the address of a file or folder in an object store (`s3://...`).
    """

    sources: tuple[Path | str, ...]
    limit: int | None = None
    renew: bool = False
    dry_run: bool = False


@dataclass(kw_only=True)
class Report:
    """What a run did; `left_out` counts files of no readable format by suffix."""

    done: Counter[str] = field(default_factory=Counter)  # by kind of document
    records: Counter[str] = field(default_factory=Counter)  # by kind of record
    failures: list[Failure] = field(default_factory=list)
    unchanged: int = 0
    failed_before: int = 0
    outdated: int = 0
    copies: int = 0  # documents of the database that are copies or parts of others
    linked: LinkReport | None = None  # decisions and recipients of the database
    left_out: Counter[str] = field(default_factory=Counter)
    planned: list[tuple[str, str]] = field(default_factory=list)  # dry run: what would be done, source
    interrupted: bool = False

    @property
    def has_failures(self) -> bool:
        """Tells whether any document of this run's sources could not be read, now or earlier."""
        return bool(self.failures or self.failed_before)

    @property
    def dealt_with(self) -> int:
        """How many sources this run is done with, however they ended."""
        return self.done.total() + self.unchanged + self.failed_before + len(self.failures)
