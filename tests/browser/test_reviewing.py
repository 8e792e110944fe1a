"""What a person does with keys, in headless Chromium against a real server."""

import json
from pathlib import Path

import pytest

from pipeline.review import decide, find_user, item_of
from pipeline.settings import Settings
from pipeline.store import Store
from tests.browser.driving import Browser, Page, Server, log_in, open_context, quote, settled
from tests.web_app.conftest import fill

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of playwright's own sockets


def test_a_reviewer_settles_records_by_keys_alone(server: Server, page: Page) -> None:
    log_in(page)
    page.wait_for_selector("#panel .quote")
    for key in ["Enter", "x", "a", "Enter", "x"] * 4:
        before = page.evaluate("sovang.bench.item.record.record_id")
        page.keyboard.press(key)
        assert page.evaluate("sovang.bench.item?.record.record_id") != before  # at once, nothing was waited for
        page.wait_for_selector("#panel .quote")
    settled(page)
    verdicts = [row["verdict"] for row in server.rows("SELECT verdict FROM reviews ORDER BY id")]
    assert verdicts == ["accepted", "rejected", "accepted", "accepted", "rejected"] * 4


def test_a_correction_is_typed_and_saved_with_enter(server: Server, page: Page) -> None:
    log_in(page)
    page.goto("/review?kind=dates")
    page.wait_for_selector("#panel .quote")
    record = page.evaluate("sovang.bench.item.record.record_id")
    page.keyboard.press("e")
    page.keyboard.type("quý 4 2020")
    page.wait_for_selector("#panel .hint.good")
    page.keyboard.press("Enter")
    settled(page)
    [row] = server.rows("SELECT edtf, state FROM dates WHERE record_id = ?", record)
    assert row == {"edtf": "2020-36", "state": "corrected"}


def test_undo_three_times_brings_all_three_back(server: Server, page: Page) -> None:
    log_in(page)
    page.wait_for_selector("#panel .quote")
    seen = []
    for _ in range(3):
        seen.append(page.evaluate("sovang.bench.item.record.record_id"))
        page.keyboard.press("Enter")
    for record in reversed(seen):
        page.keyboard.press("u")
        assert page.evaluate("sovang.bench.item.record.record_id") == record
    settled(page)
    states = server.rows("SELECT state FROM records WHERE state <> 'machine'")
    assert states == []


def test_the_span_moves_by_keys(server: Server, page: Page) -> None:
    log_in(page)
    page.goto("/review?kind=provinces")
    page.wait_for_selector("#panel .quote")
    before, record = quote(page), page.evaluate("sovang.bench.item.record.record_id")
    page.keyboard.press("Shift+ArrowRight")
    wider = quote(page)
    assert wider.startswith(before)
    assert len(wider) > len(before)
    page.keyboard.press("Enter")
    settled(page)
    [row] = server.rows("SELECT quote, state FROM provinces WHERE record_id = ?", record)
    assert row == {"quote": wider, "state": "corrected"}


def test_a_missed_record_is_added_by_keys(server: Server, page: Page) -> None:
    log_in(page)
    page.wait_for_selector("#panel .quote")
    page.keyboard.press("n")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("3")
    page.wait_for_selector("#panel input[data-slot=value]")
    page.locator("#panel input[data-slot=value]").fill("7")
    page.locator("#panel input[data-slot=unit]").fill("ngày")
    page.keyboard.press("Enter")
    settled(page)
    added = server.rows("SELECT value, unit, quote FROM figures WHERE state = 'added'")
    assert [(row["value"], row["unit"]) for row in added] == [(7, "ngày")]


def test_a_decision_waits_while_the_server_is_away(server: Server, page: Page) -> None:
    log_in(page)
    page.wait_for_selector("#panel .quote")
    page.route(
        "**/decision", lambda route: route.fulfill(status=503, json={"error": {"code": "busy", "message": "away"}})
    )
    page.keyboard.press("Enter")
    page.wait_for_selector("#save-state[data-state=failing]")
    page.unroute("**/decision")
    page.locator("#save-state button").click()
    settled(page)
    assert len(server.rows("SELECT 1 FROM reviews")) == 1


def test_two_people_race_for_one_record_and_nobody_loses(server: Server, browser: Browser) -> None:
    pages = []
    for name in ("binh", "chi"):
        page = open_context(browser, server).new_page()
        log_in(page, name)
        page.goto("/documents/1")
        page.wait_for_selector("#panel .quote")
        pages.append(page)
    first, second = pages
    assert quote(first) == quote(second)
    first.keyboard.press("x")
    settled(first)
    second.keyboard.press("Enter")
    second.wait_for_selector("dialog#conflict[open]")
    assert "binh" in second.locator("dialog#conflict").inner_text()
    second.locator("dialog#conflict .actions button").nth(2).click()  # mine is saved, knowing of the other
    settled(second)
    log = server.rows("SELECT reviewer, verdict FROM reviews ORDER BY id")
    assert [(row["reviewer"], row["verdict"]) for row in log] == [("binh", "rejected"), ("chi", "accepted")]
    for page in pages:
        page.context.close()


def test_markup_in_documents_and_names_stays_text(server: Server, page: Page) -> None:
    log_in(page)
    for path in ("/documents", "/documents/1", "/documents/1/awards", "/review?document=1"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert "onerror" in page.content()
        assert page.locator("img[src=x]").count() == 0
        assert page.title() != "1"


def test_a_file_is_chosen_read_and_listed(server: Server, page: Page, tmp_path: Path) -> None:
    paper = tmp_path / "giấy mời.txt"
    paper.write_text("Ngày 3/4/2015, tại tỉnh Nghệ An, hội nghị có 40 đại biểu dự.", encoding="utf-8")
    log_in(page)
    page.goto("/archive")
    page.locator("#files").set_input_files(str(paper))
    page.wait_for_selector(".files .sign.accepted", timeout=200_000)
    assert "giấy mời.txt" in page.locator("#batches").inner_text()
    assert server.rows("SELECT 1 FROM documents WHERE source LIKE '%/giấy mời.txt' AND status = 'done'")


def test_a_conflict_shows_three_ways_and_one_key_takes_the_machines(server: Server, page: Page) -> None:
    with Store(server.settings.db) as store:
        row = store.rows("SELECT * FROM dates WHERE document = 1 ORDER BY start LIMIT 1")[0]
        user = find_user(store, "chi")
        seen = item_of(store, user, str(row["record_id"]))
        decide(store, user, str(row["record_id"]), "corrected", version=seen.version, after={"edtf": "2012-12-25"})
        newer = {**row, "edtf": "2013-12", "grain": "month", "earliest": "2013-12-01", "latest": "2013-12-31"}
        with store.immediate():
            store.db.execute(
                "UPDATE dates SET machine_now = ? WHERE record_id = ?", [json.dumps(newer), row["record_id"]]
            )
    log_in(page)
    page.goto("/review?state=conflict")
    page.wait_for_selector("#panel table.three")
    cells = page.locator("#panel table.three tbody tr").nth(1).locator("td").all_inner_texts()
    assert cells == ["2013-12-25", "2013-12", "2012-12-25"]
    page.keyboard.press("m")
    settled(page)
    [row] = server.rows("SELECT edtf, machine_now FROM dates WHERE record_id = ?", str(row["record_id"]))
    assert row == {"edtf": "2013-12", "machine_now": None}


def test_the_span_moves_by_mouse(server: Server, page: Page) -> None:
    log_in(page)
    page.goto("/review?kind=provinces")
    page.wait_for_selector("#panel .quote")
    before = quote(page)
    handle = page.locator(".handle[data-side=end]").bounding_box()
    assert handle
    page.mouse.move(handle["x"] + 3, handle["y"] + handle["height"] / 2)
    page.mouse.down()
    page.mouse.move(handle["x"] + 12, handle["y"] + handle["height"] / 2, steps=6)
    page.mouse.up()
    wider = quote(page)
    assert wider.startswith(before)
    assert len(wider) > len(before)
    page.keyboard.press("Enter")
    settled(page)
    assert [row["quote"] for row in server.rows("SELECT quote FROM provinces WHERE state = 'corrected'")] == [wider]


def test_an_adjudicator_settles_by_one_key(server: Server, page: Page) -> None:
    with Store(server.settings.db) as store:
        record = str(store.value("SELECT record_id FROM figures WHERE document = 1 ORDER BY start LIMIT 1"))
        one, other = find_user(store, "binh"), find_user(store, "chi")
        decide(store, one, record, "rejected", version=item_of(store, one, record).version, share=1.0)
        blind = item_of(store, other, record, purpose="second")
        decide(store, other, record, "accepted", version=blind.version)
    log_in(page, "dung")
    page.goto("/disagreements")
    page.wait_for_selector(".pair")
    page.keyboard.press("2")
    page.wait_for_selector("#disagreement .empty")
    [row] = server.rows("SELECT state FROM figures WHERE record_id = ?", record)
    assert row == {"state": "accepted"}


def test_awards_are_settled_in_a_table(server: Server, page: Page) -> None:
    log_in(page)
    page.goto("/documents/1/awards")
    page.wait_for_selector("#table input[data-slot=count]")
    count = page.locator("#table input[data-slot=count]").first
    count.fill("9")
    count.press("Enter")
    settled(page)
    assert [row["count"] for row in server.rows("SELECT count FROM awards WHERE state = 'corrected'")] == [9]


def test_pages_speak_both_languages_and_keep_to_dark(server: Server, page: Page) -> None:
    log_in(page)
    page.get_by_title("English").click()
    page.wait_for_selector("html[lang=en]")
    page.wait_for_selector("#keys button")
    assert "Accept" in page.locator("#keys").inner_text()
    page.locator("a[href^='/theme/dark']").click()
    page.wait_for_selector("html[data-theme=dark]")
    page.wait_for_selector("#panel .quote")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(21, 22, 26)"


def test_nothing_is_cut_off_at_twice_the_size(server: Server, browser: Browser) -> None:
    context = open_context(browser, server, viewport={"width": 640, "height": 512})  # 1280 by 1024 at 200 %
    page = context.new_page()
    log_in(page, "an")
    for path in ("/review", "/documents", "/documents/1", "/archive", "/status", "/users", "/account", "/agreement"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    context.close()


def test_a_long_document_is_marked_and_listed_to_its_end(tmp_path: Path, browser: Browser) -> None:
    lines = [f"Ngày {1 + at % 28}/3/2014, tại tỉnh Lạng Sơn, hội nghị thứ {at} có 40 đại biểu dự." for at in range(150)]
    fill(tmp_path, {"dài.txt": "\n".join(lines)})
    server = Server(Settings(db=tmp_path / "sovang.db", workers=1, second_reading_share=0.0))
    try:
        page = open_context(browser, server).new_page()
        log_in(page)
        page.goto("/documents/1")
        page.wait_for_selector("#panel .quote")
        records = int(str(server.rows("SELECT count(*) AS n FROM records WHERE copy_of IS NULL")[0]["n"]))
        assert records > 400
        page.wait_for_function("(n) => document.querySelectorAll('#records li').length >= n", arg=records)
        last = page.locator("#records button").last
        last.click()
        words = page.evaluate("sovang.bench.item.record.quote")
        assert page.locator("#ink .strong").inner_text() == words
        page.wait_for_function("document.querySelector('#ink .chunk:last-child').querySelectorAll('.mark').length > 3")
        first = page.locator("#records button").first
        first.click()
        page.wait_for_function("document.querySelector('#ink .chunk').querySelectorAll('.mark').length > 3")
        record = page.evaluate("sovang.bench.item.record.record_id")
        page.keyboard.press("Enter")
        settled(page)
        assert page.evaluate("sovang.bench.item.record.record_id") != record
        everything = page.evaluate("document.querySelector('#ink .ink').textContent.length")
        assert everything == len("\n".join(lines)) or everything == len("\n".join(lines)) + 1
    finally:
        server.stop()
