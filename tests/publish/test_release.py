"""What a release holds, that it is the same for the same database, and what becomes of the one before."""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from extractors.domain.errors import SettingsError, StoreError, UsageError
from pipeline.publish import Conditions, Order, Release, publish
from pipeline.publish.about import check_version, next_version
from pipeline.run import Order as RunOrder
from pipeline.run import run
from pipeline.settings import Settings

Publisher = Callable[..., Release]
Cell = str | int | float | None


def rows(target: Path, sql: str, *parameters: Cell) -> list[tuple[Cell, ...]]:
    with closing(sqlite3.connect(f"{(target / 'sovang.db').as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        return db.execute(sql, parameters).fetchall()


def change(working: Path, sql: str, *parameters: Cell) -> None:
    with closing(sqlite3.connect(working)) as db, db:
        assert db.execute(sql, parameters).rowcount > 0


def content(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_two_releases_of_one_database_are_equal_byte_for_byte(published: Publisher, tmp_path: Path) -> None:
    published(target="one")
    published(target="two")
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_the_order_in_which_documents_came_in_makes_no_difference(
    published: Publisher, built: Path, built_backwards: Path, tmp_path: Path
) -> None:
    # Of two copies of equal length the earlier one counts; here one is longer, so the order tells nothing.
    published(built, target="one")
    published(built_backwards, target="two")
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_an_unchanged_database_leaves_the_release_as_it_is(published: Publisher, working: Path, tmp_path: Path) -> None:
    assert published(working).is_new
    before, inode = content(tmp_path / "dataset"), (tmp_path / "dataset").stat().st_ino
    # A run that finds nothing new writes into the working database, and says nothing about the data.
    source = tmp_path / "again"
    source.mkdir()
    shutil.copytree(tmp_path / "dataset" / "csv", source / "csv")
    run(RunOrder(sources=(source,)), Settings(db=working, workers=1), lambda _: None)
    again = published(working, date="")
    assert (again.is_new, again.version) == (False, "1")
    assert content(tmp_path / "dataset") == before
    assert (tmp_path / "dataset").stat().st_ino == inode


def test_every_quote_is_the_text_at_its_place(dataset: Path) -> None:
    found = rows(
        dataset, 'SELECT quote, substr(text, start + 1, "end" - start) FROM records JOIN texts USING (document)'
    )
    assert len(found) > 30
    assert all(quote == ink for quote, ink in found)


def test_facts_are_those_that_the_working_database_counts(dataset: Path, built: Path) -> None:
    for kind in ("date", "province", "figure", "award"):
        with closing(sqlite3.connect(built)) as db:
            counted = {row[0] for row in db.execute(f"SELECT record_id FROM {kind}_facts")}  # noqa: S608
        assert counted
        assert {row[0] for row in rows(dataset, f"SELECT record_id FROM {kind}_facts")} == counted  # noqa: S608


def test_copies_are_visible_and_not_counted(dataset: Path) -> None:
    repeated = rows(dataset, "SELECT count(*) FROM dates WHERE copy_of IS NOT NULL AND NOT counted")
    of_copies = rows(dataset, "SELECT count(*) FROM dates JOIN documents d USING (document) WHERE NOT d.counted")
    assert repeated[0][0]
    assert of_copies[0][0]
    assert rows(dataset, "SELECT count(*) FROM documents WHERE counted") == [(4,)]
    assert rows(dataset, "SELECT count(*) FROM document_links") == [(1,)]


def test_the_file_is_whole_and_needs_none_of_our_code(dataset: Path) -> None:
    assert rows(dataset, "PRAGMA integrity_check") == [("ok",)]
    assert rows(dataset, "PRAGMA foreign_key_check") == []
    for (view,) in rows(dataset, "SELECT name FROM sqlite_master WHERE type = 'view'"):
        rows(dataset, f"SELECT * FROM {view}")  # noqa: S608
    assert not any(path.stat().st_mode & 0o222 for path in dataset.rglob("*") if path.is_file())


def test_links_stand_behind_the_base_url(dataset: Path, published: Publisher, tmp_path: Path) -> None:
    [(document, record, link)] = rows(dataset, "SELECT document, record_id, link FROM awards LIMIT 1")
    assert link == f"https://example.org/sovang/d/{document}/{record}"
    assert rows(dataset, "SELECT id FROM documents WHERE document = ?", document)[0][0][:12] == document  # type: ignore[index]  # text
    published()
    assert rows(tmp_path / "dataset", "SELECT link FROM awards WHERE record_id = ?", record) == [
        (f"/d/{document}/{record}",)
    ]


def test_a_base_url_is_never_sql(published: Publisher, tmp_path: Path) -> None:
    published(base_url="https://example.org/o'clock/{x}/")
    [(document, link)] = rows(tmp_path / "dataset", "SELECT document, link FROM documents LIMIT 1")
    assert link == f"https://example.org/o'clock/{{x}}/d/{document}"


def test_keys_of_documents_are_as_long_as_is_needed(published: Publisher, working: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(working)) as db, db:
        ids = [row[0] for row in db.execute("SELECT id FROM documents ORDER BY id LIMIT 2")]
        db.execute("UPDATE documents SET id = ? WHERE id = ?", [ids[0][:14] + ids[1][14:], ids[1]])
    published(working)
    keys = [str(row[0]) for row in rows(tmp_path / "dataset", "SELECT document FROM documents")]
    assert len(set(keys)) == 5
    assert {len(key) for key in keys} == {15}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("da nang", "[Đà] [Nẵng]"),
        ("Đà Nẵng", "[Đà] [Nẵng]"),
        ('"đà nẵng"', "[Đà Nẵng]"),
        ("dak lak", "[Đắk] [Lắk]"),
        ("Đắk Lắk", "[Đắk] [Lắk]"),
        ("thi dua", "[thi] [đua]"),
        ("THI ĐUA", "[thi] [đua]"),
        ("ha noi", "[Hà] [Nội]"),
        ('"ha noi"', "[Hà Nội]"),
    ],
)
def test_search_finds_words_with_and_without_marks(dataset: Path, query: str, found: str) -> None:
    sql = "SELECT snippet(document_search, -1, '[', ']', '…', 60) FROM document_search WHERE document_search MATCH ?"
    assert any(found in str(row[0]) for row in rows(dataset, sql, query))


def test_search_finds_records_by_quote_and_by_value(dataset: Path) -> None:
    sql = (
        "SELECT r.kind FROM record_search JOIN records r ON r.serial = record_search.rowid WHERE record_search MATCH ?"
    )
    assert ("awards",) in rows(dataset, sql, "truong thpt suoi mau")
    assert ("provinces",) in rows(dataset, sql, '"nay thuộc Hà Nội"')


# --- conditions -------------------------------------------------------------------------------------


def test_what_is_less_sure_and_not_reviewed_is_left_out(published: Publisher, working: Path, tmp_path: Path) -> None:
    change(working, "UPDATE figures SET confidence = 0.4, state = 'accepted' WHERE quote LIKE '1.200%'")
    change(working, "UPDATE figures SET confidence = 0.4 WHERE quote LIKE '450%'")
    published(working, min_confidence=0.5)
    quotes = [row[0] for row in rows(tmp_path / "dataset", "SELECT quote FROM figures")]
    assert any(str(quote).startswith("1.200") for quote in quotes)
    assert not any(str(quote).startswith("450") for quote in quotes)


def test_reviewed_only_keeps_what_people_decided(published: Publisher, working: Path, tmp_path: Path) -> None:
    change(working, "UPDATE figures SET state = 'accepted' WHERE quote LIKE '12 %'")
    change(working, "UPDATE figures SET state = 'rejected' WHERE quote LIKE '40 km'")
    published(working, reviewed_only=True)
    assert rows(tmp_path / "dataset", "SELECT state, substr(quote, 1, 2) FROM records") == [("accepted", "12")]


def test_a_copy_of_a_rejected_record_is_out_too(published: Publisher, working: Path, tmp_path: Path) -> None:
    published(working)
    change(working, "UPDATE dates SET state = 'rejected' WHERE record_id IN (SELECT copy_of FROM dates)")
    published(working)
    assert not rows(tmp_path / "dataset", "SELECT * FROM dates WHERE edtf = '2013-12-25'")
    assert rows(tmp_path / "dataset", "SELECT change, reason, count(*) > 3 FROM changes") == [
        ("withdrawn", "rejected", 1)
    ]


def test_a_reviewed_copy_counts_where_its_original_is_left_out(
    published: Publisher, working: Path, tmp_path: Path
) -> None:
    change(
        working,
        "UPDATE dates SET state = 'accepted' WHERE copy_of IS NOT NULL AND document = "
        "(SELECT serial FROM documents WHERE source LIKE '%chep-lai.txt')",
    )
    published(working, reviewed_only=True)
    found = rows(
        tmp_path / "dataset", "SELECT d.copy_of, d.counted = o.counted FROM dates d JOIN documents o USING (document)"
    )
    assert found == [(None, 1)]


def test_without_texts_no_sentence_is_passed_on(published: Publisher, tmp_path: Path) -> None:
    release = published(with_texts=False)
    folder = tmp_path / "dataset"
    for sentence in ("trời nắng nhẹ và gió thổi suốt dọc đường", "mỗi tuần thầy trò dành một buổi chiều để chăm"):
        assert not any(sentence.encode() in data for data in content(folder).values())
    # Nor can it be put together from the index of words.
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("ATTACH DATABASE ? AS d", [str(folder / "sovang.db")])
        db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab('d', 'document_search', 'row')")
        assert not db.execute("SELECT * FROM words WHERE term = 'suot'").fetchall()
    assert release.records
    before, quote, after = rows(
        folder, "SELECT before, quote, after FROM records_in_context WHERE quote LIKE '40 km%'"
    )[0]
    assert (before, after[:10]) == ("p ở Hà Nội\n\nNăm 2019, nhóm chúng tôi đi ", " trên quốc")  # type: ignore[index]  # text
    assert quote == "40 km"


def test_context_is_the_same_with_texts(dataset: Path, published: Publisher, tmp_path: Path) -> None:
    published(with_texts=False)
    sql = "SELECT record_id, coalesce(before, ''), coalesce(after, '') FROM records_in_context ORDER BY record_id"
    assert rows(dataset, sql) == rows(tmp_path / "dataset", sql)


def test_records_that_lost_their_place_are_left_out(published: Publisher, working: Path, tmp_path: Path) -> None:
    published(working)
    [(record, document)] = rows(tmp_path / "dataset", "SELECT record_id, document FROM figures WHERE quote = '40 km'")
    change(
        working,
        "INSERT INTO lost_places SELECT record_id, 'figures', document, '', '', '2026-11-24T00:00:00' "
        "FROM figures WHERE record_id = ?",
        record,
    )
    published(working)
    assert rows(tmp_path / "dataset", "SELECT row, document, reason FROM changes") == [(record, document, "left out")]


def test_what_others_write_meanwhile_is_not_in_the_release(working: Path, tmp_path: Path) -> None:
    wanted = Order(
        working=working, target=tmp_path / "d", conditions=Conditions(), title="T", creator="", licence="CC0-1.0"
    )
    ticks = 0

    def reject_all() -> None:
        nonlocal ticks
        ticks += 1
        if ticks == 1:
            change(working, "UPDATE figures SET state = 'rejected'")

    release = publish(wanted, reject_all)
    assert rows(tmp_path / "d", "SELECT count(*) FROM figures")[0][0]
    assert release.version == "1"


# --- versions and changes ---------------------------------------------------------------------------


def test_changes_are_told_with_their_reasons(published: Publisher, working: Path, tmp_path: Path) -> None:
    first = published(working)
    assert "First release" in (tmp_path / "dataset" / "CHANGELOG.md").read_text(encoding="utf-8")
    change(working, "UPDATE figures SET state = 'rejected' WHERE quote LIKE '40 km%'")
    change(working, "UPDATE figures SET state = 'corrected', value = 13 WHERE quote LIKE '12 %'")
    change(working, "UPDATE provinces SET state = 'accepted' WHERE quote LIKE '%Đắk Lắk'")
    change(working, "DELETE FROM document_links")
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "moi.txt").write_text("Tin mới\n\nNgày 1/6/2020, tỉnh Phú Thọ mở 5 trạm y tế.\n", encoding="utf-8")
    run(RunOrder(sources=(folder,)), Settings(db=working, workers=1), lambda _: None)
    change(working, "UPDATE documents SET status = 'failed' WHERE source LIKE '%de-nghi.txt'")
    second = published(working, date="2026-11-25")
    assert (first.version, second.version, second.previous) == ("1", "2", "1")
    told = {(table, what): why for table, what, why, _ in second.changes}
    assert told["documents", "added"] == "a new document"
    found = rows(
        tmp_path / "dataset",
        "SELECT table_name, change, reason, columns, quote FROM changes ORDER BY table_name, change, reason",
    )
    assert ("figures", "withdrawn", "rejected", None, "40 km") in found
    assert ("figures", "changed", "corrected", "value; state", "12 lớp học bơi") in [
        (*row[:4], "12 lớp học bơi") for row in found if str(row[4]).startswith("12")
    ]
    assert ("provinces", "changed", "accepted", "state", "tỉnh Đắk Lắk") in found
    assert any(row[:3] == ("documents", "changed", "no copy") for row in found)
    assert any(row[:3] == ("figures", "changed", "no copy") for row in found)
    assert any(row[:3] == ("documents", "withdrawn", "document") for row in found)
    assert any(row[:3] == ("awards", "withdrawn", "document") for row in found)
    log = (tmp_path / "dataset" / "CHANGELOG.md").read_text(encoding="utf-8")
    assert log.index("## 2 (2026-11-25)") < log.index("## 1 (2026-11-24)")
    assert "rejected by a reviewer" in log


def test_copies_linked_since_are_told(published: Publisher, working: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(working)) as db, db:
        kept = db.execute("SELECT * FROM document_links").fetchall()
        db.execute("DELETE FROM document_links")
    published(working)
    with closing(sqlite3.connect(working)) as db, db:
        db.executemany("INSERT INTO document_links VALUES (?, ?, ?, ?, ?)", kept)
    published(working)
    reasons = rows(tmp_path / "dataset", "SELECT DISTINCT reason, columns FROM changes")
    assert reasons == [("copy", "counted")]


def test_a_better_extractor_is_the_reason_for_what_it_reads_otherwise(
    published: Publisher, working: Path, tmp_path: Path
) -> None:
    published(working)
    change(working, "UPDATE documents SET extractor = '9.9.9'")
    change(working, "UPDATE figures SET noun = 'thứ khác' WHERE quote LIKE '12 %'")
    change(working, "DELETE FROM figures WHERE quote LIKE '40 km%'")
    published(working)
    told = rows(tmp_path / "dataset", "SELECT change, reason FROM changes WHERE table_name = 'figures' ORDER BY change")
    assert told == [("changed", "extractor"), ("withdrawn", "extractor")]


def test_a_version_may_be_named(published: Publisher, working: Path, tmp_path: Path) -> None:
    assert published(working, version="2026.1").version == "2026.1"
    assert not published(working, version="2026.1").is_new
    assert not published(working).is_new
    change(working, "UPDATE figures SET state = 'rejected' WHERE quote LIKE '40 km%'")
    before = content(tmp_path / "dataset")
    with pytest.raises(UsageError, match="published with other content"):
        published(working, version="2026.1")
    assert content(tmp_path / "dataset") == before
    assert published(working).version == "2026.2"


def test_a_name_given_anew_makes_a_release_without_changes(published: Publisher, tmp_path: Path) -> None:
    published()
    release = published(version="final")
    assert (release.is_new, release.version, release.changes) == (True, "final", ())
    assert "No row changed." in (tmp_path / "dataset" / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after"), [("", "1"), ("1", "2"), ("9", "10"), ("2026.9", "2026.10"), ("final", "final.2"), ("v3", "v4")]
)
def test_the_next_version(before: str, after: str) -> None:
    assert next_version(before) == after


@pytest.mark.parametrize("name", ["../x", "a b", "", "ă", "x" * 41, "-1", "1\n"])
def test_versions_that_cannot_stand_in_an_address_are_refused(name: str) -> None:
    with pytest.raises(UsageError):
        check_version(name)


# --- faults -----------------------------------------------------------------------------------------


def test_a_folder_of_other_things_is_not_touched(published: Publisher, tmp_path: Path) -> None:
    (tmp_path / "dataset").mkdir()
    (tmp_path / "dataset" / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match="other things"):
        published()
    assert content(tmp_path / "dataset") == {"letter.txt": b"dear"}


def test_a_full_disk_leaves_the_release_before(published: Publisher, working: Path, tmp_path: Path) -> None:
    published(working)
    before = content(tmp_path / "dataset")
    change(working, "UPDATE figures SET state = 'rejected'")
    ticks = 0

    def fill_up() -> None:
        nonlocal ticks
        ticks += 1
        if ticks > 30:
            raise OSError(28, "No space left on device")

    order = Order(
        working=working,
        target=tmp_path / "dataset",
        conditions=Conditions(),
        title="T",
        creator="",
        licence="CC0-1.0",
    )
    with pytest.raises(StoreError, match="No space left"):
        publish(order, fill_up)
    assert content(tmp_path / "dataset") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dataset", "work"]


def test_two_at_once_do_not_meet(published: Publisher, tmp_path: Path) -> None:
    folder = tmp_path / ".dataset.new"
    folder.mkdir()
    (folder / "build.db").touch()
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(StoreError, match="Another process"):
            published()
        assert (folder / "build.db").exists()
    finally:
        os.close(handle)
    assert published().is_new
    assert not folder.exists()


def test_a_kill_between_the_two_renamings_is_mended(published: Publisher, tmp_path: Path) -> None:
    published()
    before = content(tmp_path / "dataset")
    (tmp_path / "dataset").rename(tmp_path / ".dataset.old")
    (tmp_path / ".dataset.new").mkdir()
    assert not published().is_new
    assert content(tmp_path / "dataset") == before


def test_an_empty_database_and_an_unknown_licence_are_told(published: Publisher, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database"):
        published(tmp_path / "none.db")
    (tmp_path / "in").mkdir()
    run(RunOrder(sources=(tmp_path / "in",)), Settings(db=tmp_path / "empty.db", workers=1), lambda _: None)
    with pytest.raises(UsageError, match="no document"):
        published(tmp_path / "empty.db")
    with pytest.raises(SettingsError, match="no licence"):
        published(licence="mine")
    assert not (tmp_path / "dataset").exists()


def test_parquet_without_its_library_is_told(published: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(StoreError, match=r"sovang\[publish\]"):
        published()
