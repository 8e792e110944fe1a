"""Fixtures that all tests share, and the time after which a test that hangs fails."""

import ctypes
import faulthandler
import os
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path
from types import FrameType

import pytest
from spacy.language import Language

from extractors.domain.records import Json
from tests.processes import ROOT, offspring

SHARED = ROOT.parent / "shared"
LIMIT_S = 500  # for one test with its fixtures; the slowest takes a tenth of that on a quiet machine
PR_SET_CHILD_SUBREAPER = 36  # of prctl(2)
AT_EXIT_S = 120  # for threads and processes that a test left behind


def _is_late(_signal: int, _frame: FrameType | None) -> None:
    faulthandler.dump_traceback(sys.__stderr__)
    raise TimeoutError(f"the test took over {LIMIT_S} s")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Lets a test that waits for ever fail instead, well before `faulthandler_timeout` would end the whole run."""
    before = signal.signal(signal.SIGALRM, _is_late)
    signal.setitimer(signal.ITIMER_REAL, LIMIT_S, 60)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def pytest_configure() -> None:
    """Lets what a lost process leaves behind become a child of the test run, so that its end finds it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def _end_children() -> None:
    """Kills the processes that tests left behind; they would hold the pipe that a CI run reads."""
    for number in offspring(os.getpid()):
        with suppress(OSError):
            if b"resource_tracker" not in Path(f"/proc/{number}/cmdline").read_bytes():  # it ends with this process
                os.kill(number, signal.SIGKILL)


def pytest_unconfigure() -> None:
    """Ends the process where a thread or a process left by a test keeps it from ending."""
    _end_children()
    faulthandler.dump_traceback_later(AT_EXIT_S, exit=True, file=sys.__stderr__)


@pytest.fixture(scope="session")
def nlp() -> Language:
    from pipeline.nlp import load

    return load()


@pytest.fixture(scope="session")
def extract() -> Callable[..., Json]:
    from pipeline.nlp import extract

    return extract


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the project with gold and news; tests that read it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not beside this checkout: gold documents cannot be scored")
    return SHARED
