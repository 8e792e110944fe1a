"""`sovang link` and what people say of links on the command line."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from extractors.domain.errors import UsageError
from pipeline.cli import cli
from pipeline.settings import Settings
from pipeline.store import Store

ONE = "Theo Quyết định số 218/QĐ-UBND ngày 5/6/2014, Chủ tịch UBND tỉnh Gia Lai tặng Bằng khen cho ông Rơ Châm Bút."
TWO = "Ông Rơ Châm Bút được Chủ tịch UBND tỉnh Gia Lai tặng Bằng khen ngày 5/6/2014."


def call(db: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["link", *words], obj=Settings(db=db), catch_exceptions=False)


def test_links_are_shown_told_apart_joined_and_taken_back(
    tmp_path: Path, enter: Callable[[Store, Mapping[str, str]], None]
) -> None:
    db = tmp_path / "sovang.db"
    with Store(db) as store:
        enter(store, {"one": ONE, "two": TWO})
        one, two = (str(row["record_id"]) for row in store.rows("SELECT record_id FROM awards ORDER BY document"))
    assert "2 tellings of 1 decisions" in call(db, "--db", str(db)).output
    with Store(db) as store:
        [decision] = [str(row["id"]) for row in store.rows("SELECT id FROM decisions")]

    def decisions() -> int:
        with Store(db) as store:
            return store.count("SELECT count(*) FROM decisions")

    shown = json.loads(call(db, "--db", str(db), "show", decision).output)
    assert len(shown["tellings"]) == 2
    assert "Review 1" in call(db, "--db", str(db), "reject", two, "--reviewer", "lan").output
    assert decisions() == 2
    call(db, "--db", str(db), "undo", "1", "--reviewer", "lan")
    assert decisions() == 1
    call(db, "--db", str(db), "reject", f"{two}:1", f"{one}:1", "--reason", "another man")
    with Store(db) as store:
        assert store.count("SELECT count(*) FROM recipients") == 2
    with pytest.raises(UsageError):
        call(db, "--db", str(db), "show", "nothing")
    with pytest.raises(UsageError):
        call(db, "--db", str(db), "accept", one, "nothing")
