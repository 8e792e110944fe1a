"""What runs inside a worker process: the bytes of one kept original to rows, or to the reason why not."""

import ctypes
import gc
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from extractors.domain.errors import ProjectError
from pipeline.store import DocumentRows, Failure
from pipeline.text import DocumentText
from pipeline.version import use_table

OUT_OF_MEMORY = 77  # exit code of a worker that met the limit of its memory
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One document to extract: its number, the kept bytes, and the source it is known by.

    `data` holds the bytes themselves where the worker cannot see the file, `corrected` the text of a document that
    a person corrected, which is read instead of them.
    """

    serial: int
    original: Path
    source: str
    data: bytes | None = None
    corrected: DocumentText | None = None


def prepare(memory_limit_mb: int, *, is_quiet: bool, table: bytes | None) -> None:
    """Sets a new worker up: bounded memory, killed when its parent dies, deaf to Ctrl-C (the parent decides).

    `table` is the table of confidences that the parent works with, None for our own. A quiet worker drops what
    libraries write to stderr, which would tear the progress bar.
    """
    if is_quiet:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    allowed = memory_limit_mb << 20
    if sys.platform == "linux":  # macOS knows neither a limit of address space nor a signal at the parent's death
        if most in (resource.RLIM_INFINITY, -1) or allowed < most:
            resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    use_table(table)
    gc.freeze()


def extract_original(job: Job) -> DocumentRows:
    """Returns the rows of one document from its kept original. Raises `ReadError` where there is no text."""
    from pipeline.extraction import as_rows, extract_document  # the parent process never loads the engine

    data = job.original.read_bytes() if job.data is None else job.data
    return as_rows(extract_document(data, job.source, corrected=job.corrected))


def guarded(work: Callable[[Job], DocumentRows], job: Job) -> DocumentRows | Failure:
    """Returns what `work` returns, or why it failed. Raises nothing; where memory ran out the process ends.

    This is the one place where any exception is caught: a bad document ends that document, not the batch.
    """
    try:
        return work(job)
    except ProjectError as error:
        return Failure(source=job.source, error=type(error).__name__, message=error.message, advice=error.advice)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # what an exhausted process still holds would fail the documents after it
    except ImportError:
        raise  # the installation is broken, not the document
    except Exception as error:
        return Failure(
            source=job.source,
            error=type(error).__name__,
            message=f"A defect of the program: {error}",
            advice="Please report it with the output of `sovang -v extract FILE`",
            trace=traceback.format_exc(),
        )
