"""The research pages, Datasette behind the log-in, and the way from a row to the ink."""

import shutil
import sqlite3
from collections.abc import Callable, Coroutine

import pytest

from pipeline.publish import explore
from pipeline.web import maps
from tests.browser.driving import PASSWORD, Page, Server
from tests.browser.test_accessibility import faults
from tests.web_app.conftest import Served

Play = Callable[[Callable[[], Coroutine[object, object, None]]], None]
PAGES = ("/research", "/research/map", "/research/map?borders=63&measure=figures", "/research/timeline", "/data/sovang")


def _link(research: Served, where: str = "1") -> str:
    file = research.settings.db.parent / "dataset" / "sovang.db"
    with sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True) as release:
        sql = f"SELECT a.link FROM awards a JOIN documents d USING (document) WHERE {where}"  # noqa: S608
        return str(release.execute(sql).fetchone()[0])


def test_pages_need_a_log_in(research: Served, play: Play) -> None:
    async def look() -> None:
        async with research.client() as client:
            for path in (*PAGES, _link(research)):
                assert (await client.get(path)).status_code == 303, path

    play(look)


def test_pages_are_there_in_both_languages(research: Served, play: Play) -> None:
    async def look() -> None:
        async with research.as_user("em") as person:
            for language, words in (("vi", "Khen thưởng theo năm"), ("en", "Awards by year")):
                await person.http.get(f"/language/{language}")
                assert words in (await person.http.get("/research")).text
                for path in PAGES:
                    assert (await person.http.get(path)).status_code == 200, path
                for name in explore.queries():
                    page = await person.http.get(f"/research/questions/{name}?place=ca-mau&noun=x&words=x&year=2025")
                    assert page.status_code == 200, name
            assert (await person.http.get("/research/questions/no-such")).status_code == 404

    play(look)


def test_what_is_asked_is_shown_as_text(research: Served, play: Play) -> None:
    async def look() -> None:
        async with research.as_user("em") as person:
            page = await person.http.get(
                "/research/questions/award_rows", params={"grantor": '"><script>alert(1)</script>'}
            )
            assert "<script>alert" not in page.text

    play(look)


def test_datasette_only_reads_and_links_to_the_ink(research: Served, play: Play) -> None:
    async def look() -> None:
        async with research.as_user("em") as person:
            link = _link(research)
            page = await person.http.get("/data/sovang/award_facts")
            assert f'href="{link}"' in page.text
            assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
            assert (await person.http.post("/data/sovang", data={"sql": "select 1"})).status_code == 405

    play(look)


def test_without_a_release_the_page_says_what_to_do(research: Served, play: Play) -> None:
    shutil.rmtree(research.settings.db.parent / "dataset")

    async def look() -> None:
        async with research.as_user("em") as person:
            assert "sovang publish" in (await person.http.get("/research/map")).text
            assert (await person.http.get("/data/sovang")).headers["location"] == "/research"

    play(look)


def test_ink_page_marks_the_quote_and_cites(research: Served, play: Play) -> None:
    async def look() -> None:
        async with research.as_user("em") as person:
            link = _link(research, "d.format = 'pdf'")
            page = await person.http.get(link)
            assert page.status_code == 200
            assert '<mark class="strong" id="here">' in page.text
            assert "@misc{" in page.text
            assert "container-title" in page.text or "URL" in page.text
            assert 'class="ink-box-mark"' in page.text
            document, record = link.split("/")[2:]
            assert (await person.http.get(f"/d/{document}")).headers["location"].startswith("/documents/")
            assert (await person.http.get(f"/d/{'0' * 12}/{record}")).status_code == 404
            assert (await person.http.get(f"/d/{document}/{'0' * 16}")).status_code == 404

    play(look)


@pytest.mark.parametrize("borders", maps.BORDERS)
def test_map_has_all_units_and_both_archipelagos(borders: str) -> None:
    shapes = maps.shapes(borders)
    assert len(shapes) == int(borders)
    assert {shape.unit for shape in shapes if shape.islets} == {"da-nang", "khanh-hoa"}
    for shape in shapes:
        assert all(330 <= x <= 500 and 300 <= y <= 550 for x, y in shape.islets)
        assert 0 <= shape.middle[0] <= 330


def _log_in(page: Page) -> None:
    page.goto("/login")
    page.fill("[name=name]", "em")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/documents")


def test_a_click_on_the_map_leads_to_rows_and_to_the_ink(page: Page, server: Server) -> None:
    _log_in(page)
    page.goto("/research/map?measure=awards")
    assert page.locator(".map path").count() == 34
    page.locator(".map a", has=page.locator("path.q5")).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/award_rows?today=*")
    page.locator(".rows tbody a").first.click()
    page.wait_for_url("**/d/*/*")
    assert page.locator("#here").is_visible()


def test_a_click_on_the_time_line_leads_to_the_rows_of_that_year(page: Page, server: Server) -> None:
    _log_in(page)
    page.goto("/research/timeline")
    assert page.locator(".chart a").count() > 10
    page.locator(".chart a .touch").last.click()
    page.wait_for_url("**/questions/award_rows?from_year=*")
    years = page.locator(".rows tbody tr td:first-child").all_inner_texts()
    assert years
    assert len(set(years)) == 1


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # of playwright's own sockets
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_research_pages_keep_nobody_out(research: Served, server: Server, page: Page, theme: str) -> None:
    page.goto(f"/theme/{theme}?to=/login")
    page.locator("[name=name]").fill("em")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents")
    found = {}
    for path in (*PAGES[:-1], "/research/questions/award_rows", _link(research, "d.format = 'pdf'")):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        found[path] = faults(page)
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.set_viewport_size({"width": 1280, "height": 800})
    assert {path: lines for path, lines in found.items() if lines} == {}
