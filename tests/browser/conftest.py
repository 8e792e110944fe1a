"""The fixtures of tests in Chromium: they skip where there is none."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.settings import Settings
from tests.browser.driving import CHROMIUM, PATIENCE_MS, Browser, Page, Server, open_context
from tests.processes import offspring
from tests.web_app.conftest import filled, play, served

__all__ = ["browser", "chromium", "filled", "page", "play", "served", "server"]

# A machine of the CI may have little shared memory, and a browser that runs out of it crashes.
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


@pytest.fixture
def server(filled: Path, tmp_path: Path) -> Iterator[Server]:
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    running = Server(Settings(db=tmp_path / "sovang.db", workers=1, second_reading_share=0.0))
    yield running
    running.stop()


class Chromium:
    """A browser that several tests share; one that a test left broken is killed, and the next test has a new one."""

    def __init__(self) -> None:
        from playwright.sync_api import sync_playwright

        self.is_killed = False
        before = offspring(os.getpid())
        self.driver = sync_playwright().start()
        try:
            self.browser = self.driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE_MS)
        finally:
            self.processes = offspring(os.getpid()) - before

    def close(self) -> None:
        """Closes it as it should be, and whatever became of that, ends its processes."""
        try:
            self.browser.close()
            self.driver.stop()
        finally:
            self.kill()

    def close_contexts(self) -> None:
        """Closes what a test has left open; a browser that does not, also not until the test's time is up, is ended."""
        try:
            for context in list(self.browser.contexts):
                context.close()
        except BaseException:
            self.kill()
            raise

    def clear_away(self) -> None:
        """Ends what is left of it: only one driver can be at work in a thread."""
        self.kill()
        with suppress(Exception):
            self.driver.stop()

    @property
    def is_usable(self) -> bool:
        return not self.is_killed and self.browser.is_connected()

    def kill(self) -> None:
        self.is_killed = True
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Callable[[], Chromium]]:
    """Returns the browser of a module, a new one where the one before has gone."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed: `pip install -e '.[dev]'`")
    if not CHROMIUM:
        pytest.skip("there is no Chromium: `apt-get install chromium`, or name it in SOVANG_CHROMIUM")
    running: list[Chromium] = []

    def get() -> Chromium:
        if running and not running[-1].is_usable:
            running.pop().clear_away()
        if not running:
            running.append(Chromium())
        return running[-1]

    yield get
    for each in running:
        each.close()


@pytest.fixture
def browser(chromium: Callable[[], Chromium]) -> Iterator[Browser]:
    running = chromium()
    yield running.browser
    running.close_contexts()


@pytest.fixture
def page(chromium: Callable[[], Chromium], browser: Browser, server: Server) -> Iterator[Page]:
    opened = open_context(browser, server).new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    # a status of 4xx or 5xx is told as an error too: tests look at those themselves
    opened.on(
        "console",
        lambda told: problems.append(told.text) if told.type == "error" and "Failed to load" not in told.text else None,
    )
    yield opened
    chromium().close_contexts()
    assert problems == []
