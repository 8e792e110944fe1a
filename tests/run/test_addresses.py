"""Sources in an object store are walked as folders are."""

import io
import zipfile
from pathlib import Path

import fsspec
import pytest

from extractors.domain.errors import UsageError
from pipeline.run import Order, run
from pipeline.settings import Settings
from pipeline.sources import Limits, Source, Unreadable, walk
from pipeline.store import Store

LIMITS = Limits(file_bytes=1 << 20, zip_bytes=1 << 20, zip_entries=9)


def test_files_zip_files_and_what_is_left_out(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inside.txt", "Ngày 2/9/1995, tỉnh Hà Tây khánh thành 3 cây cầu.")
    store = fsspec.filesystem("memory")
    store.pipe("/bag/a.txt", "Năm 1990, tỉnh Lạng Sơn họp.".encode())
    store.pipe("/bag/more.zip", packed.getvalue())
    store.pipe("/bag/page.html", b"<p>2013")
    store.pipe("/bag/page_files/i.png", b"x")
    store.pipe("/bag/.hidden.txt", b"x")
    met = [(type(each).__name__, each.name) for each in walk(["memory://bag"], LIMITS)]
    assert met == [
        ("Source", "memory:///bag/a.txt"),
        ("Source", "memory:///bag/more.zip!/inside.txt"),
        ("Source", "memory:///bag/page.html"),
        ("LeftOut", "memory:///bag/page_files/i.png"),
    ]
    db = tmp_path / "out" / "sovang.db"
    order = Order(sources=("memory://bag/a.txt", "memory://bag/more.zip"))
    assert run(order, Settings(db=db, workers=1)).done.total() == 2
    assert run(order, Settings(db=db, workers=1)).unchanged == 2
    with Store(db) as opened:
        assert opened.count("SELECT count(*) FROM provinces") == 2


def test_what_cannot_be_reached_is_told(tmp_path: Path) -> None:
    [met] = walk(["memory://nothing-here"], LIMITS)
    assert isinstance(met, Unreadable)
    for address, why in (
        ("https://example.org/a.html", "web page"),
        ("nosuch://bag", "cannot be opened|not installed"),
    ):
        with pytest.raises(UsageError, match=why):
            list(walk([address], LIMITS))
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    [met] = walk([(tmp_path / "a.txt").as_uri()], LIMITS)
    assert isinstance(met, Source)
