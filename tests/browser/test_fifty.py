"""A sitting of a reviewer with keys alone: fifty records of all kinds, none of them lost."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.verify import verify
from tests.browser.driving import Browser, Server, log_in, open_context, settled
from tests.web_app.conftest import TEXT, fill

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of playwright's own sockets

HEAD = """ỦY BAN NHÂN DÂN
TỈNH LẠNG SƠN
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: 12/QĐ-UBND
Lạng Sơn, ngày 5 tháng 3 năm 2014

QUYẾT ĐỊNH
Về việc tặng Bằng khen

"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    fill(
        tmp_path,
        {
            "quyết định.txt": HEAD + TEXT,
            "bài.txt": TEXT.replace("Lạng Sơn", "Cao Bằng"),
            "khác.txt": TEXT.replace("2013", "2015"),
        },
    )
    running = Server(Settings(db=tmp_path / "sovang.db", workers=1, second_reading_share=0.0))
    yield running
    running.stop()


def test_fifty_records_of_all_kinds_are_settled_by_keys_alone(server: Server, browser: Browser) -> None:
    context = open_context(browser, server)
    page = context.new_page()
    log_in(page)
    page.wait_for_selector("#panel .quote")
    verdicts: dict[str, str] = {}  # as they should stand in the end
    order: list[str] = []
    step = skipped = 0
    while len(verdicts) < 50:
        record = str(page.evaluate("sovang.bench.item.record.record_id"))
        assert record not in verdicts
        key = ("Enter", "x", "a", "e", "s", "Enter", "u")[step % 7]
        step += 1
        kind = page.evaluate("sovang.bench.item.record.kind")
        if key == "e" and kind == "dates":
            page.keyboard.press("e")
            page.keyboard.type("quý 4 2020")
            page.wait_for_selector("#panel .hint.good")
            page.keyboard.press("Enter")
            verdicts[record] = "corrected"
            order.append(record)
        elif key == "u" and order:
            page.keyboard.press("u")
            back = order.pop()
            page.wait_for_function("(id) => sovang.bench.item?.record.record_id === id", arg=back)
            verdicts.pop(back)
            continue
        elif key == "s":
            page.keyboard.press("s")
            skipped += 1
        else:
            page.keyboard.press("x" if key == "x" else "Enter")
            verdicts[record] = "rejected" if key == "x" else "accepted"
            order.append(record)
        page.wait_for_function("(id) => sovang.bench.item?.record.record_id !== id", arg=record)
        page.wait_for_selector("#panel .quote")
    settled(page)
    context.close()
    stands = {
        str(row["record_id"]): str(row["state"])
        for row in server.rows("SELECT record_id, state FROM records WHERE state <> 'machine'")
    }
    with Store(server.settings.db) as store:
        facts = store.rows("SELECT record_id, state FROM document_facts WHERE state <> 'machine'")
        stands |= {str(row["record_id"]): str(row["state"]) for row in facts}
        faults = list(verify(store))
    assert stands == verdicts
    assert len(server.rows("SELECT 1 FROM skips")) == skipped
    kinds = Counter(str(row["kind"]) for row in server.rows("SELECT kind FROM readings WHERE verdict <> 'undone'"))
    assert set(kinds) == {"dates", "provinces", "figures", "awards", "document_facts"}
    assert faults == []


def test_a_file_is_dropped_in_and_appears(server: Server, browser: Browser) -> None:
    context = open_context(browser, server)
    page = context.new_page()
    log_in(page)
    page.goto("/archive")
    dropped = page.evaluate_handle(
        """() => {
            const carried = new DataTransfer();
            const words = "Ngày 3/4/2015, tại tỉnh Nghệ An, hội nghị có 40 đại biểu dự.";
            carried.items.add(new File([words], "<b>thư</b> mời.txt", { type: "text/plain" }));
            return carried;
        }"""
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": dropped})
    page.wait_for_selector(".files .sign.accepted", timeout=200_000)
    assert "mời.txt" in page.locator("#batches").inner_text()
    page.goto("/documents")
    assert "mời.txt" in page.locator("main").inner_text()
    context.close()
    assert len(server.rows("SELECT 1 FROM documents WHERE source LIKE '%mời.txt' AND status = 'done'")) == 1
