"""From a folder of files to a database, whole, twice, cut short, and with bad files in it."""

import random
import shutil
import zipfile
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas

from extractors.domain.errors import StoreError
from pipeline.run import Order, Report, retry, run
from pipeline.settings import Settings
from pipeline.store import Store, dump
from pipeline.verify import verify
from tests.processes import bench, interrupt

ROOT = Path(__file__).parents[2]
LEAD = "Ngày 25/12/2013, UBND tỉnh Lạng Sơn tặng bằng khen cho hai tập thể và trao 1.494.284 giấy mời."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "in"
    source.mkdir()
    for number in range(12):
        own = f"Năm {1990 + number} có {number + 2} xã mới."
        text = f"Tin số {number}: tỉnh Phú Thọ họp mặt cuối năm\n{LEAD}\n{own}\n{LEAD}"
        (source / f"{number:02}.txt").write_text(text, encoding="utf-8")
    with zipfile.ZipFile(source / "more.zip", "w") as archive:
        archive.writestr("inside.txt", "Ngày 2/9/1995, tỉnh Hà Tây khánh thành 3 cây cầu.")
    return source


def read(source: Path, db: Path, **options: object) -> Report:
    settings = Settings(db=db, workers=int(str(options.pop("workers", 2))))
    return run(Order(sources=(source,), **options), settings)  # type: ignore[arg-type]


def content(db: Path) -> list[str]:
    with Store(db, must_exist=True) as store:
        assert not list(verify(store))
        return list(dump(store))


def test_everything_is_read_once(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "out" / "sovang.db"
    first = read(folder, db)
    assert first.done.total() == 13
    assert not first.has_failures
    before = content(db)
    second = read(folder, db)
    assert (second.done.total(), second.unchanged) == (0, 13)
    assert content(db) == before


def test_one_worker_and_four_give_equal_content(folder: Path, tmp_path: Path) -> None:
    read(folder, tmp_path / "one" / "sovang.db", workers=1)
    read(folder, tmp_path / "four" / "sovang.db", workers=4)
    assert content(tmp_path / "one" / "sovang.db") == content(tmp_path / "four" / "sovang.db")


def test_a_repeated_paragraph_is_marked_as_a_copy(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "out" / "sovang.db"
    read(folder, db, limit=1)
    with Store(db) as store:
        [pair] = store.rows(
            "SELECT a.quote AS first, b.quote AS second, a.start < b.start AS is_later FROM provinces b "
            "JOIN provinces a ON a.record_id = b.copy_of"
        )
    assert pair == {"first": "tỉnh Lạng Sơn", "second": "tỉnh Lạng Sơn", "is_later": 1}


def test_the_same_bytes_under_two_names_are_one_document(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "00.txt", folder / "again.txt")
    db = tmp_path / "out" / "sovang.db"
    report = read(folder, db)
    assert (report.done.total(), report.unchanged) == (13, 1)
    with Store(db) as store:
        names = [str(row["source"]) for row in store.rows("SELECT source FROM document_sources WHERE document = 1")]
    assert names == [str(folder / "00.txt"), str(folder / "again.txt")]


def test_originals_are_kept_by_their_digest(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "out" / "sovang.db"
    read(folder, db)
    with Store(db) as store:
        for row in store.rows("SELECT id, original FROM documents"):
            kept = store.originals / str(row["original"])
            assert kept.name == f"{row['id']!s}.txt"
            assert kept.parent.name == str(row["id"])[:2]
        assert not list(store.originals.glob("*/.part-*"))


def test_bad_files_are_one_failure_each_and_the_rest_is_done(folder: Path, tmp_path: Path) -> None:
    bad = {
        "empty.txt": b"",
        "empty.pdf": b"",
        "truncated.pdf": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog",
        "truncated.docx": b"PK\x03\x04\x14\x00\x06\x00",
        "mislabelled.pdf": bytes(range(256)) * 20,
        "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
        "locked.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "blank.txt": b" \n \n",
    }
    for name, data in bad.items():
        (folder / name).write_bytes(data)
    locked = canvas.Canvas(str(folder / "locked.pdf"), encrypt=StandardEncryption("secret"))
    locked.drawString(72, 720, "2013")
    locked.save()
    db = tmp_path / "out" / "sovang.db"
    report = read(folder, db)
    assert report.done.total() == 13
    with Store(db) as store:
        rows = store.rows("SELECT source, message, advice FROM failures ORDER BY source")
    assert [Path(str(row["source"])).name for row in rows] == sorted([*bad, "locked.pdf"])
    assert all(row["message"] and row["advice"] for row in rows)
    assert read(folder, db).has_failures


def test_retry_takes_up_what_can_be_read_now(folder: Path, tmp_path: Path) -> None:
    (folder / "empty.txt").write_bytes(b"")
    (folder / "mislabelled.pdf").write_bytes(bytes(range(256)) * 20)
    db = tmp_path / "out" / "sovang.db"
    read(folder, db)
    (folder / "empty.txt").write_text("Năm 2001, tỉnh Phú Thọ có 5 cầu.", encoding="utf-8")
    report = retry(Settings(db=db, workers=1))
    assert (report.done.total(), len(report.failures)) == (1, 1)
    with Store(db) as store:
        assert [Path(str(row["source"])).name for row in store.rows("SELECT source FROM failures")] == [
            "mislabelled.pdf"
        ]


def test_what_an_older_version_read_is_read_again_when_asked(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "out" / "sovang.db"
    read(folder, db)
    before = content(db)
    with Store(db) as store:
        store.db.execute("UPDATE documents SET extractor = 'older'")
    report = read(folder, db)
    assert (report.done.total(), report.unchanged, report.outdated) == (0, 13, 13)
    assert read(folder, db, renew=True).done.total() == 13
    assert content(db) == before


def test_what_an_older_version_could_not_read_is_tried_again(folder: Path, tmp_path: Path) -> None:
    (folder / "mislabelled.pdf").write_bytes(bytes(range(256)) * 20)
    db = tmp_path / "out" / "sovang.db"
    assert len(read(folder, db).failures) == 1
    assert (read(folder, db).failed_before, len(read(folder, db).failures)) == (1, 0)
    with Store(db) as store:
        store.db.execute("UPDATE documents SET extractor = 'older' WHERE status = 'failed'")
    assert len(read(folder, db).failures) == 1


def test_a_dry_run_lists_and_writes_nothing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    db = tmp_path / "out" / "sovang.db"
    report = read(folder, db, dry_run=True)
    assert [what for what, _ in report.planned] == ["read"] * 13
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_limit_is_a_first_part_and_the_rest_follows(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "out" / "sovang.db"
    assert read(folder, db, limit=5).done.total() == 5
    read(folder, db)
    read(folder, tmp_path / "whole" / "sovang.db")
    assert content(db) == content(tmp_path / "whole" / "sovang.db")


def test_a_second_run_at_the_same_time_is_refused(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "out" / "sovang.db"
    with Store(db) as store, store.sole_writer(), pytest.raises(StoreError, match="Another run"):
        read(folder, db)


def test_interrupted_by_ctrl_c_it_stops_soon_and_goes_on_later(folder: Path, tmp_path: Path) -> None:
    for number in range(600):  # a fast machine has to be still at work; no two are alike
        unlike = random.Random(number).randbytes(60).hex()
        (folder / f"x{number}.txt").write_text(f"Năm 1990, tỉnh Lạng Sơn: {unlike}.", encoding="utf-8")
    db = tmp_path / "out" / "sovang.db"
    interrupt(folder, db, "--workers", "1", patience_s=20, ends_in_s=20)
    assert read(folder, db).done.total() > 0
    read(folder, tmp_path / "whole" / "sovang.db")
    assert content(db) == content(tmp_path / "whole" / "sovang.db")


def test_killed_at_any_moment_the_next_run_ends_equal() -> None:
    assert ", 0 different" in bench("kills.py", "--kills", "2", "--documents", "40")
