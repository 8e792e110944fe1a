"""The one tree of errors and the exit codes they map to."""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What the command line returns to the shell."""

    DONE = 0
    DEFECT = 1
    USAGE = 2
    SOME_FAILED = 3
    SETTINGS = 4
    OUTPUT = 5


class ProjectError(Exception):
    """Any error that the program foresees; the message says what, where and what to do next."""

    exit_code: ClassVar[ExitCode] = ExitCode.DEFECT

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message}. {self.advice}" if self.advice else self.message


class UsageError(ProjectError):
    """The command was called in a way that makes no sense."""

    exit_code = ExitCode.USAGE


class ReadError(ProjectError):
    """A document could not be turned into text; the batch goes on without it."""

    exit_code = ExitCode.SOME_FAILED


class Encrypted(ReadError):
    """The document is locked with a password."""


class Damaged(ReadError):
    """The bytes are truncated, corrupt, or not what their format promises."""


class NotText(ReadError):
    """The document opens but holds no text that can be read."""


class Unsupported(ReadError):
    """The bytes are of a format that no reader takes."""


class TooLarge(ReadError):
    """The document asks for more pages, pixels or bytes than the limits allow."""


class MissingDependency(ReadError):
    """A reader needs a library or program that is not installed; the advice names it."""


class DomainDataError(ProjectError):
    """A table under `extractors/domain` is wrong; names the file and the row."""

    exit_code = ExitCode.SETTINGS


class SettingsError(ProjectError):
    """A setting is unknown or has an impossible value."""

    exit_code = ExitCode.SETTINGS


class StoreError(ProjectError):
    """The database cannot be opened, migrated or written."""

    exit_code = ExitCode.OUTPUT
