"""The ink of a record is found again from the database alone."""

from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from extractors.domain.errors import StoreError
from pipeline.readers import read
from pipeline.run import Order, run
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.stored import stored_text
from pipeline.text import normalise


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "two-pages.pdf"
    page = canvas.Canvas(str(path), pagesize=A4)
    for number in (1, 2):
        page.drawString(72, 760, f"Trang {number}: 25/12/2013")
        page.drawString(72, 700, "3 km, 2014")
        page.showPage()
    page.save()
    return path


def test_boxes_of_records_are_those_of_the_reader(pdf: Path, tmp_path: Path) -> None:
    run(Order(sources=(pdf,)), Settings(db=tmp_path / "out" / "sovang.db", workers=1))
    fresh = normalise(read(pdf))
    with Store(tmp_path / "out" / "sovang.db") as store:
        again = stored_text(store, 1)
        records = store.rows("SELECT start, \"end\", page, quote FROM records WHERE kind = 'dates' ORDER BY start")
    assert (again.text, again.blocks) == (fresh.text, fresh.blocks)
    assert [(w.start, w.end, w.page) for w in again.words] == [(w.start, w.end, w.page) for w in fresh.words]
    assert {record["page"] for record in records} == {1, 2}
    for record in records:
        start, end = int(str(record["start"])), int(str(record["end"]))
        [(page, box)] = again.boxes(start, end)
        [(fresh_page, fresh_box)] = fresh.boxes(start, end)
        assert page == fresh_page == record["page"]
        assert box.x0 == pytest.approx(fresh_box.x0, abs=0.01)
        assert box.y1 == pytest.approx(fresh_box.y1, abs=0.01)


def test_a_document_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with Store(tmp_path / "sovang.db") as store, pytest.raises(StoreError, match="no text"):
        stored_text(store, 1)
