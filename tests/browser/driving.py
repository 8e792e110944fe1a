"""A server of our own and what a person does at its pages, for tests in headless Chromium."""

import os
import shutil
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.web.app import create_app
from tests.web_app.conftest import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
else:
    Browser = BrowserContext = Page = Any

CHROMIUM = os.environ.get("SOVANG_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""

PATIENCE_MS = 90_000  # of whatever has no limit of its own, on a machine with much else to do


class Server:
    """The application on a free port of this machine, in a thread."""

    def __init__(self, settings: Settings) -> None:
        import uvicorn

        self.settings = settings
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(create_app(settings), log_level="warning", access_log=False)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [listening]}, daemon=True)
        self.thread.start()
        until = time.monotonic() + 60
        while not self.server.started:
            assert time.monotonic() < until, "the server does not start"
            time.sleep(0.02)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(timeout=30)

    def rows(self, sql: str, *values: str) -> list[dict[str, object]]:
        with Store(self.settings.db) as store:
            return [dict(row) for row in store.rows(sql, values)]


def open_context(browser: Browser, server: Server, **more: Any) -> BrowserContext:
    """A browser without a past, which waits long enough on a slow machine."""
    context = browser.new_context(base_url=server.base, **more)
    context.set_default_timeout(PATIENCE_MS)
    return context


def log_in(page: Page, name: str = "binh") -> None:
    page.goto("/login")
    page.locator("[name=name]").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/review")


def quote(page: Page) -> str:
    return str(page.locator("#panel .quote").inner_text())


def settled(page: Page) -> None:
    page.wait_for_selector("#save-state[data-state=saved]")
