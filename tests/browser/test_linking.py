"""Decisions and recipients across documents in Chromium: what the pages show, and their keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.decisions import link_awards
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.web.link_reasons import in_language
from tests.browser.driving import Page, Server, log_in
from tests.web_app.conftest import fill
from tests.web_app.test_linked import ONE, TEXTS

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of playwright's own sockets


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    fill(tmp_path, {**TEXTS, "fourth.txt": ONE.replace("ngày 5/6/2014", "ngày 6/6/2014")})
    with Store(tmp_path / "sovang.db") as store:
        link_awards(store)
    running = Server(Settings(db=tmp_path / "sovang.db", workers=1))
    yield running
    running.stop()


def test_a_source_is_walked_to_told_apart_and_taken_back_by_keys(server: Server, page: Page) -> None:
    log_in(page)
    page.goto("/decisions")
    page.locator("table.list a").first.click()
    page.wait_for_selector("[data-link]")
    page.wait_for_load_state()  # the keys work once the scripts have run
    sources = page.locator("[data-link]")
    before = sources.count()
    assert before >= 3
    assert "same " not in page.locator(".tellings").inner_text()  # the reasons are in Vietnamese
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("[...document.querySelectorAll('[data-link]')].indexOf(document.activeElement)") == 1
    page.keyboard.press("k")
    assert page.evaluate("[...document.querySelectorAll('[data-link]')].indexOf(document.activeElement)") == 0
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("x")
    page.wait_for_function("(n) => document.querySelectorAll('[data-link]').length < n", arg=before)
    assert [row["verdict"] for row in server.rows("SELECT verdict FROM link_reviews")] == ["rejected"]
    with page.expect_navigation():
        page.locator("[data-undo]").first.click()
    page.wait_for_function("(n) => document.querySelectorAll('[data-link]').length === n", arg=before)


def test_a_mention_is_confirmed_by_a_key(server: Server, page: Page) -> None:
    log_in(page)
    page.goto("/recipients")
    page.locator("table.list a").first.click()
    page.wait_for_selector("[data-link]")
    page.wait_for_load_state()  # the keys work once the scripts have run
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("a")
    page.wait_for_selector(".sign.accepted")


def test_reasons_are_told_in_both_languages() -> None:
    assert in_language("vi", "same day") == "cùng ngày"
    assert in_language("vi", "2 recipients in common") == "2 người nhận chung"
    assert in_language("vi", "Yên Bái is Lào Cai since 2025-06-30") == "Yên Bái thuộc Lào Cai sau ngày 2025-06-30"
    assert in_language("en", "same day") == "same day"
    assert in_language("vi", "of nobody's making") == "of nobody's making"
