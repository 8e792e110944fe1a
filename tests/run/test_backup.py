"""A backup taken while a run writes is whole, grows by what is new, and comes back equal."""

import threading
import time
from pathlib import Path

import pytest

from extractors.domain.errors import StoreError, UsageError
from pipeline.backup import MANIFEST, backup, restore
from pipeline.run import Order, run
from pipeline.settings import Settings
from pipeline.store import Store, dump
from pipeline.verify import verify


def texts(folder: Path, numbers: range) -> Path:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        text = f"Tin số {number}: ngày 2/9/{1946 + number % 70}, tỉnh Phú Thọ khánh thành {number + 2} cây cầu."
        (folder / f"{number:03}.txt").write_text(text, encoding="utf-8")
    return folder


def read(source: Path, db: Path) -> None:
    run(Order(sources=(source,)), Settings(db=db, workers=1))


def content(db: Path) -> list[str]:
    with Store(db, must_exist=True) as store:
        assert not list(verify(store))
        return list(dump(store))


def test_a_backup_comes_back_equal_and_the_next_copies_what_is_new(tmp_path: Path) -> None:
    db, kept, back = tmp_path / "out" / "sovang.db", tmp_path / "kept", tmp_path / "back" / "sovang.db"
    read(texts(tmp_path / "in", range(6)), db)
    assert backup(db, kept).copied == 6
    read(texts(tmp_path / "in", range(9)), db)
    again = backup(db, kept)
    assert (again.documents, again.copied, again.present) == (9, 3, 6)
    assert [path.name for path in kept.glob("*.db")] == [again.database.name]
    assert restore(kept, back).copied == 9
    assert content(back) == content(db)


def test_a_backup_under_a_writing_run_is_whole(tmp_path: Path) -> None:
    db = tmp_path / "out" / "sovang.db"
    read(texts(tmp_path / "first", range(3)), db)
    running = threading.Thread(target=read, args=(texts(tmp_path / "in", range(400)), db), daemon=True)
    running.start()
    taken, until = 0, time.monotonic() + 240
    while running.is_alive() and time.monotonic() < until:
        assert backup(db, tmp_path / "kept").documents >= 3
        taken += 1
    assert not running.is_alive()
    assert taken > 1
    restore(tmp_path / "kept", tmp_path / "back" / "sovang.db")
    content(tmp_path / "back" / "sovang.db")
    backup(db, tmp_path / "kept")
    restore(tmp_path / "kept", tmp_path / "back" / "sovang.db", force=True)
    assert content(tmp_path / "back" / "sovang.db") == content(db)


def test_the_database_alone_goes_to_a_file(tmp_path: Path) -> None:
    db = tmp_path / "out" / "sovang.db"
    read(texts(tmp_path / "in", range(2)), db)
    backup(db, tmp_path / "alone.db")
    restore(tmp_path / "alone.db", tmp_path / "back" / "sovang.db")
    with Store(db) as one, Store(tmp_path / "back" / "sovang.db") as other:
        assert list(dump(one)) == list(dump(other))


def test_nothing_is_replaced_unasked_or_under_a_program_that_uses_it(tmp_path: Path) -> None:
    db = tmp_path / "out" / "sovang.db"
    read(texts(tmp_path / "in", range(2)), db)
    backup(db, tmp_path / "kept")
    with pytest.raises(UsageError, match="already"):
        restore(tmp_path / "kept", db)
    with Store(db), pytest.raises(StoreError, match="in use"):
        restore(tmp_path / "kept", db, force=True)
    db.write_bytes(b"no database any more" * 500)
    restore(tmp_path / "kept", db, force=True)
    content(db)


def test_a_damaged_backup_is_refused(tmp_path: Path) -> None:
    db = tmp_path / "out" / "sovang.db"
    read(texts(tmp_path / "in", range(2)), db)
    kept = tmp_path / "kept"
    file = backup(db, kept).database
    [original, _] = sorted((kept / "originals").glob("*/*.txt"))
    whole = original.read_bytes()
    original.write_bytes(b"other")
    with pytest.raises(StoreError, match="not the file"):
        restore(kept, tmp_path / "back" / "sovang.db")
    original.write_bytes(whole)
    file.write_bytes(file.read_bytes()[:-4096] + bytes(4096))
    with pytest.raises(StoreError, match="not what was backed up"):
        restore(kept, tmp_path / "back" / "sovang.db")
    (kept / MANIFEST).write_text("{}")
    with pytest.raises(StoreError, match="no manifest"):
        restore(kept, tmp_path / "back" / "sovang.db")
