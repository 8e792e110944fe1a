"""The fixtures of tests in Chromium: they skip where there is none."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.settings import Settings
from tests.browser.driving import CHROMIUM, Browser, Page, Server
from tests.web_app.conftest import filled, play, served

__all__ = ["browser", "filled", "page", "play", "served", "server"]


@pytest.fixture
def server(filled: Path, tmp_path: Path) -> Iterator[Server]:
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    running = Server(Settings(db=tmp_path / "sovang.db", workers=1, second_reading_share=0.0))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: `pip install -e '.[dev]'`"
    )
    if not CHROMIUM:
        pytest.skip("there is no Chromium: `apt-get install chromium`, or name it in SOVANG_CHROMIUM")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(base_url=server.base)
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    # a status of 4xx or 5xx is told as an error too: tests look at those themselves
    opened.on(
        "console",
        lambda told: problems.append(told.text) if told.type == "error" and "Failed to load" not in told.text else None,
    )
    yield opened
    context.close()
    assert problems == []
