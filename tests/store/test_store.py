"""What goes into the store comes out; what people decided stays; two ways of writing give one content."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.domain.errors import StoreError
from extractors.domain.orthography import fold
from extractors.domain.records import (
    AwardRecord,
    AwardStatus,
    DateRecord,
    DateRole,
    Family,
    FigureRecord,
    Grain,
    ProvinceRecord,
    Recipient,
    Record,
    Slot,
)
from pipeline.identity import record_id
from pipeline.store import (
    DocumentRows,
    Failure,
    FoundRecord,
    Store,
    dump,
    pack_words,
    recipient_rows,
    record_of,
    record_row,
    to_json,
    unpack_words,
)

DOCUMENT_ID = "ab" * 32
TEXT = "Ngày 25/12/2013, UBND tỉnh Lạng Sơn tặng bằng khen cho 2 người: ông Lò Văn Thử, bà Nông Thị Mẫu."


def place(quote: str) -> dict[str, object]:
    start = TEXT.index(quote)
    return {"start": start, "end": start + len(quote), "text": quote}


DATE = DateRecord(
    **place("Ngày 25/12/2013"), rule="dates.test", confidence=0.97, evidence=("said in full",), edtf="2013-12-25",
    grain=Grain.DAY, earliest=date(2013, 12, 25), latest=date(2013, 12, 25), role=DateRole.EVENT,
)  # fmt: skip
PROVINCE = ProvinceRecord(
    **place("tỉnh Lạng Sơn"), rule="provinces.test", id="lang-son", today=("lang-son",), qualifies="body"
)
FIGURE = FigureRecord(**place("2 người"), rule="figures.test", value=Decimal(2), unit="người")
AWARD = AwardRecord(
    **place("bằng khen"), rule="awards.test", form="bk", status=AwardStatus.GRANTED,
    grantor=Slot(text="UBND tỉnh Lạng Sơn", start=17, end=35, confidence=0.9),
    recipients=(
        Recipient(text="Lò Văn Thử", start=TEXT.index("Lò"), end=TEXT.index("Lò") + 10, kind="person"),
        Recipient(text="Nông Thị Mẫu", kind="person", province="lang-son"),
    ),
    count=2, date="2013-12-25", slots={"count": Slot(text="2", start=55, end=56)},
)  # fmt: skip
ALL: dict[Family, tuple[Record, ...]] = {
    Family.DATES: (DATE,), Family.PROVINCES: (PROVINCE,), Family.FIGURES: (FIGURE,), Family.AWARDS: (AWARD,),
}  # fmt: skip


def found(family: Family, record: Record, copy_of: str | None = None) -> FoundRecord:
    return FoundRecord(record=record, record_id=record_id(DOCUMENT_ID, family, record), page=1, copy_of=copy_of)


def rows_of(records: dict[Family, tuple[Record, ...]]) -> DocumentRows:
    all_found = {family: [found(family, record) for record in records.get(family, ())] for family in Family}
    return DocumentRows(
        document={
            "format": "txt", "kind": "article", "title": None, "author": None, "publisher": None, "published": None,
            "number": None, "issued": "2013-12-25", "issuing_body": None, "subject": None, "signer": None,
            "chars": len(TEXT), "pages": 1, "ocr_confidence": None, "reference_date": None,
            "reference_source": None, "notes": "[]", "metadata_evidence": "{}", "text": TEXT, "folded": fold(TEXT),
        },
        pages=(
            {"number": 1, "width": 595.0, "height": 842.0, "unit": "pt", "is_ocr": 0, "turned": 0, "confidence": None,
             "words": pack_words([(0, 4, 10.0, 20.0, 30.5, 32.0, None)])},
        ),
        blocks=(
            {"position": 1, "start": 0, "end": len(TEXT), "kind": "paragraph", "page": 1,
             "x0": 1.0, "y0": 2.0, "x1": 3.0, "y1": 4.0},
        ),
        records={family: tuple(record_row(f) for f in each) for family, each in all_found.items()},
        recipients=tuple(row for each in all_found[Family.AWARDS] for row in recipient_rows(each)),
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "sovang.db") as opened:
        yield opened


def enter(store: Store, records: dict[Family, tuple[Record, ...]] = ALL, extractor: str = "1") -> int:
    run = store.start_run("run", ["in"], extractor)
    known = store.find_document(DOCUMENT_ID, "/in/a.txt")
    serial = known.serial if known else store.begin_document(DOCUMENT_ID, "/in/a.txt", 99, "ab/x.txt", run)
    store.finish_document(serial, rows_of(records), extractor=extractor, run=run)
    return serial


def decide(store: Store, family: Family, state: str, **changes: object) -> str:
    """Does what a reviewer's page will do: keeps the machine's row, changes the current one, notes the review."""
    [row] = store.rows(f"SELECT * FROM {family.value}")  # noqa: S608
    machine = to_json({"record_id": row["record_id"]})
    sets = "".join(f', "{name}" = ?' for name in changes)
    store.db.execute(
        f"UPDATE {family.value} SET state = ?, machine = ?{sets} WHERE record_id = ?",  # noqa: S608
        [state, machine, *changes.values(), row["record_id"]],
    )
    return str(row["record_id"])


def test_records_come_back_as_they_went_in(store: Store) -> None:
    enter(store)
    for family, [record] in ALL.items():
        [row] = store.rows(f"SELECT * FROM {family.value}")  # noqa: S608
        recipients = store.rows("SELECT * FROM award_recipients ORDER BY position")
        assert record_of(family, row, recipients) == record
        assert row["record_id"] == record_id(DOCUMENT_ID, family, record)
        assert row["page"] == 1


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_any_number_comes_back_exactly(value: Decimal) -> None:
    record = FigureRecord(start=0, end=1, text="x", rule="figures.test", value=value, unit="kg")
    row = record_row(FoundRecord(record=record, record_id="0" * 16))
    with sqlite3.connect(":memory:") as db:
        stored = db.execute("SELECT ?", [row["value"]]).fetchone()[0]
    again = record_of(Family.FIGURES, {**row, "value": stored})
    assert isinstance(again, FigureRecord)
    assert again.value == value
    assert again.value_key() == record.value_key()


def test_word_boxes_come_back() -> None:
    words = [(0, 4, 10.25, 20.0, 30.5, 32.0, 0.91), (5, 7, 1.0, 2.0, 3.0, 4.0, None)]
    assert unpack_words(pack_words(words)) == words
    assert pack_words([]) is None
    assert unpack_words(None) == []


def test_migrations_build_everything_from_nothing(store: Store) -> None:
    names = {str(row["name"]) for row in store.rows("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    assert {
        "documents", "document_sources", "pages", "blocks", "dates", "provinces", "figures", "awards",
        "award_recipients", "units", "unit_states", "award_forms", "reviews", "runs", "failures", "records",
    } <= names  # fmt: skip
    assert store.value("PRAGMA journal_mode") == "wal"
    assert store.value("PRAGMA foreign_keys") == 1
    assert store.value("SELECT name FROM units WHERE id = 'lang-son'") == "Lạng Sơn"
    assert store.value("SELECT count(*) FROM award_forms WHERE id IN ('bk', 'gk', 'co', 'knc', 'hc', 'dh')") == 6
    assert not store.rows("PRAGMA foreign_key_check")


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    with Store(tmp_path / "sovang.db") as store:
        enter(store)
        before = list(dump(store))
    with Store(tmp_path / "sovang.db") as store:
        assert list(dump(store)) == before


def test_extracting_again_gives_the_same_content(store: Store) -> None:
    enter(store)
    before = list(dump(store))
    enter(store)
    assert list(dump(store)) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reviews SET verdict = 'rejected'",
        "DELETE FROM reviews",
        "INSERT OR REPLACE INTO reviews (id, record_id, kind, document, reviewer, decided_at, verdict) "
        "VALUES (1, 'x', 'dates', 1, 'other', '2026', 'rejected')",
    ],
)
def test_reviews_cannot_be_changed(store: Store, statement: str) -> None:
    serial = enter(store)
    store.db.execute(
        "INSERT INTO reviews (record_id, kind, document, reviewer, decided_at, verdict) "
        "VALUES ('x', 'dates', ?, 'an', '2026', 'accepted')",
        [serial],
    )
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        store.db.execute(statement)
    assert store.value("SELECT verdict FROM reviews") == "accepted"


def test_a_newer_extractor_never_touches_a_decision(store: Store) -> None:
    enter(store)
    rid = decide(store, Family.DATES, "corrected", edtf="2013-12-24")
    newer = DateRecord(**place("25/12/2013"), rule="dates.newer", edtf="2013-12-26", grain=Grain.DAY)
    enter(store, {**ALL, Family.DATES: (newer,)}, extractor="2")
    [row] = store.rows("SELECT * FROM dates")
    assert (row["record_id"], row["edtf"], row["state"]) == (rid, "2013-12-24", "corrected")
    assert '"edtf":"2013-12-26"' in str(row["machine_now"])


def test_a_newer_extractor_that_agrees_makes_no_conflict(store: Store) -> None:
    enter(store)
    decide(store, Family.DATES, "corrected", edtf="2013-12-24")
    agreeing = DateRecord(
        **place("Ngày 25/12/2013"), rule="dates.newer", edtf="2013-12-24", grain=Grain.DAY,
        earliest=date(2013, 12, 25), latest=date(2013, 12, 25), role=DateRole.EVENT,
    )  # fmt: skip
    enter(store, {**ALL, Family.DATES: (agreeing,)}, extractor="2")
    assert store.rows("SELECT edtf, machine_now FROM dates") == [{"edtf": "2013-12-24", "machine_now": None}]


def test_what_a_newer_extractor_no_longer_finds_stays_when_accepted(store: Store) -> None:
    enter(store)
    decide(store, Family.AWARDS, "accepted")
    enter(store, {**ALL, Family.AWARDS: ()}, extractor="2")
    assert store.rows("SELECT state, machine_now FROM awards") == [{"state": "accepted", "machine_now": "null"}]
    assert store.value("SELECT count(*) FROM award_recipients") == 2


def test_a_rejected_record_does_not_come_back(store: Store) -> None:
    enter(store)
    decide(store, Family.PROVINCES, "rejected")
    enter(store, extractor="2")
    assert store.rows("SELECT state, machine_now FROM provinces") == [{"state": "rejected", "machine_now": None}]


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    bad = ProvinceRecord(**place("tỉnh Lạng Sơn"), rule="provinces.test", id="no-such-unit")
    run = store.start_run("run", ["in"], "1")
    serial = store.begin_document(DOCUMENT_ID, "/in/a.txt", 99, "ab/x.txt", run)
    with pytest.raises(sqlite3.IntegrityError):
        store.finish_document(serial, rows_of({**ALL, Family.PROVINCES: (bad,)}), extractor="1", run=run)
    assert store.value("SELECT status FROM documents") == "begun"
    assert store.value("SELECT count(*) FROM records") == 0


def test_search_finds_words_without_their_marks(store: Store) -> None:
    enter(store)
    for words, hits in (("lang son", 1), ('"bang khen"', 1), ("phu tho", 0)):
        query = "SELECT count(*) FROM document_search WHERE document_search MATCH ?"
        assert store.value(query, [words]) == hits


def test_failures_keep_one_line_for_each_document(store: Store) -> None:
    run = store.start_run("run", ["in"], "1")
    serial = store.begin_document(DOCUMENT_ID, "/in/a.pdf", 99, "ab/x.pdf", run)
    for message in ("first", "second"):
        failure = Failure(source="/in/a.pdf", error="Damaged", message=message, advice="Copy it again")
        store.fail_document(serial, failure, extractor="1", run=run)
    assert store.rows("SELECT source, message FROM failures") == [{"source": "/in/a.pdf", "message": "second"}]
    assert store.value("SELECT status FROM documents") == "failed"
    store.finish_document(serial, rows_of(ALL), extractor="1", run=run)
    assert store.value("SELECT count(*) FROM failures") == 0


def test_a_file_that_is_no_database_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "sovang.db"
    path.write_text("this is no database" * 100)
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(path)


def test_two_bulk_writers_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sovang.db"
    with Store(path) as first, first.sole_writer(), Store(path) as second, pytest.raises(StoreError, match="Another"):
        second.sole_writer().__enter__()


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with Store(tmp_path / "sovang.db") as store:
        store.db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('sovang', 'm999_future', '2030')"
        )
    with pytest.raises(StoreError, match="newer version"):
        Store(tmp_path / "sovang.db")


def test_a_new_file_can_be_opened_by_many_at_once(tmp_path: Path) -> None:
    def open_and_count(_number: int) -> int:
        with Store(tmp_path / "sovang.db") as store:
            return store.count("SELECT count(*) FROM units")

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(open_and_count, range(8)))) == 1
