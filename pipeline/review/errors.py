"""What a person at the review pages may be told: not allowed, changed meanwhile, not there."""

from typing import ClassVar

from extractors.domain.errors import ExitCode, ProjectError
from pipeline.store import Row


class Refused(ProjectError):
    """What was asked is not allowed or makes no sense; `vietnamese` says so to a reviewer."""

    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, message: str, vietnamese: str, *, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.vietnamese = vietnamese


class Gone(Refused):
    """There is no such record, document or person."""


class Changed(Refused):
    """Another person was first; `current` is the row as it stands now, None where it is no more."""

    def __init__(self, message: str, vietnamese: str, *, current: Row | None, version: str | None) -> None:
        super().__init__(message, vietnamese, advice="Look at both and decide again")
        self.current = current
        self.version = version
