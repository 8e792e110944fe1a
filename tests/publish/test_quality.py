"""What a release says of how right it is."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.publish import Release
from pipeline.publish.functions import as_number, exact_digits, listed, plain_source, whole_day, without_marks, year_of
from pipeline.publish.quality import wilson

Publisher = Callable[..., Release]


def measured(target: Path) -> dict[tuple[str, str], tuple[float, float | None, float | None, int | None]]:
    with closing(sqlite3.connect(f"{(target / 'sovang.db').as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        return {
            (kind, measure): (value, low, high, cases)
            for kind, measure, value, low, high, cases in db.execute("SELECT * FROM quality")
        }


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [(50, 100, 0.4038, 0.5962), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 1, 0.2065, 1.0)],
)
def test_wilson_bounds(right: int, total: int, low: float, high: float) -> None:
    assert wilson(right, total) == pytest.approx((low, high), abs=1e-4)


def test_counts_and_gold_of_every_kind(dataset: Path) -> None:
    found = measured(dataset)
    for kind in ("dates", "provinces", "figures", "awards", "document_facts"):
        value, low, high, cases = found[kind, "gold_precision"]
        assert 0.5 < value <= 1
        assert low is not None
        assert high is not None
        assert low <= value <= high
        assert cases
        assert found[kind, "counted"][0] <= found[kind, "rows"][0]
    assert ("dates", "review_precision") not in found


def test_reviews_give_precision_and_calibration(published: Publisher, working: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(working)) as db, db:
        db.execute("UPDATE figures SET confidence = 0.75")
        ids = [row[0] for row in db.execute("SELECT record_id FROM figures ORDER BY record_id LIMIT 4")]
        db.executemany("UPDATE figures SET state = 'accepted' WHERE record_id = ?", [[each] for each in ids[:2]])
        db.execute("UPDATE figures SET state = 'rejected' WHERE record_id = ?", ids[2:3])
        db.execute(
            "UPDATE figures SET state = 'corrected', confidence = 1, machine = json_object('confidence', 0.75) "
            "WHERE record_id = ?",
            ids[3:4],
        )
    published(working)
    found = measured(tmp_path / "dataset")
    assert found["figures", "review_precision"][0] == 0.5
    assert found["figures", "review_precision"][3] == 4
    assert found["figures", "review_calibration_error"] == (0.25, None, None, 4)
    page = (tmp_path / "dataset" / "QUALITY.md").read_text(encoding="utf-8")
    assert "doubtful ones come first" in page


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("/home/mai/scans/2014/bb.pdf", "bb.pdf"),
        ("scans.zip!/a/b.txt", "scans.zip!/a/b.txt"),
        ("/srv/x/scans.zip!/a/b.txt", "scans.zip!/a/b.txt"),
        ("/srv/web/a.warc.gz!/https://me:secret@example.org/tin?x=1", "https://example.org/tin?x=1"),
        ("https://example.org/tin", "https://example.org/tin"),
        ("C:\\scans\\bb.pdf", "bb.pdf"),
        ("bb.pdf", "bb.pdf"),
    ],
)
def test_sources_without_folders_of_the_machine(source: str, told: str) -> None:
    assert plain_source(source) == told


def test_values_of_the_columns() -> None:
    assert year_of(None, "../2020", "2011") == 2020
    assert year_of("2011/2015") == 2011
    assert year_of("XXXX-01-02", None) is None
    assert whole_day("2019-01-05T08:30") == "2019-01-05"
    assert whole_day("2019-01") is None
    assert listed('["a", "b"]') == "a; b"
    assert listed("[]") is None
    assert without_marks("Thừa Thiên Huế, Đắk Lắk") == "Thua Thien Hue, Dak Lak"
    assert as_number("12345678901234567890") == 12345678901234567890.0
    assert exact_digits(5, None, 9) is None
    assert exact_digits(2**53 + 1, None, None) == "9007199254740993"
    assert exact_digits("0.1000000000000000000001", 3, None) == "0.1000000000000000000001..3"


def test_the_audit_of_what_passed_unread_is_told_with_exact_bounds(
    published: Publisher, working: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(working)) as db, db:
        ids = [row[0] for row in db.execute("SELECT record_id FROM figures ORDER BY record_id LIMIT 5")]
        db.executemany("UPDATE figures SET passed = 'auto' WHERE record_id = ?", [[each] for each in ids[:4]])
        db.execute(
            "INSERT INTO thresholds (id, kind, event, decided_at, threshold, wanted, confidence, extractor) "
            "VALUES (1, 'figures', 'set', '2026-01-01', 0.9, 0.99, 0.95, '1')"
        )
        for each in ids[:3]:
            db.execute(
                "INSERT INTO audit_samples (record_id, kind, document, purpose, threshold, confidence, extractor, "
                "drawn_at) SELECT record_id, 'figures', document, 'audit', 1, confidence, '1', '' FROM figures "
                "WHERE record_id = ?",
                [each],
            )
        db.executemany("UPDATE figures SET state = ? WHERE record_id = ?", [("accepted", ids[0]), ("rejected", ids[1])])
        db.execute("UPDATE figures SET state = 'accepted' WHERE record_id = ?", ids[4:])  # no sample of the audit
    published(working)
    assert measured(tmp_path / "dataset")["figures", "audit_precision"] == (0.5, 0.0126, 0.9874, 2)
