"""Linking is worked out beside the file and written in short steps: killed between any two, it is caught up equally."""

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.decisions import drafts, faulty_links, link_awards, review_link, settle_link
from pipeline.store import Store
from tests.decisions.test_pairs import tables, texts_of

Enter = Callable[[Store, Mapping[str, str]], None]


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "_STEP_S", -1.0)
    monkeypatch.setattr(drafts, "_AT_ONCE", 1)
    monkeypatch.setattr(drafts, "_PAUSE_S", 0.0)


@pytest.fixture
def linked_once(tmp_path: Path, enter: Enter) -> Path:
    """A database with links, and after them more documents, an award that people rejected and one they corrected."""
    names = ("a01", "a02", "a03", "a05", "a08")
    texts = {name: text for name, text in texts_of("tuning").items() if name.startswith(names)}
    first = {name: text for name, text in texts.items() if name.startswith("a01") or not name.endswith("bao")}
    with Store(tmp_path / "before.db") as store:
        enter(store, first)
        link_awards(store)
        enter(store, {name: text for name, text in texts.items() if name not in first})
        one, other = (str(row["record_id"]) for row in store.rows("SELECT record_id FROM awards ORDER BY 1 LIMIT 2"))
        with store.transaction():
            store.db.execute("UPDATE awards SET state = 'rejected' WHERE record_id = ?", [one])
            store.db.execute("UPDATE awards SET state = 'corrected', date = '2011-02-03' WHERE record_id = ?", [other])
    return tmp_path / "before.db"


def test_killed_between_any_two_steps_it_is_caught_up(
    linked_once: Path, tmp_path: Path, small_steps: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    borders: list[None] = []
    monkeypatch.setattr(drafts, "give_way", lambda: borders.append(None))
    shutil.copy(linked_once, tmp_path / "whole.db")
    with Store(tmp_path / "whole.db") as store:
        link_awards(store)
        whole = tables(store)
    assert len(borders) > 12
    for border in range(len(borders)):
        steps = iter(range(border))
        cut = tmp_path / f"{border}.db"
        shutil.copy(linked_once, cut)
        with Store(cut) as store, monkeypatch.context() as patch:
            patch.setattr(drafts, "give_way", lambda steps=steps: next(steps))
            with pytest.raises(StopIteration):
                link_awards(store)
        with Store(cut) as store:
            assert not list(faulty_links(store))
            link_awards(store)
            assert tables(store) == whole


def test_a_value_changed_back_after_a_kill_is_linked_as_it_is(
    linked_once: Path, tmp_path: Path, small_steps: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(linked_once) as store:
        link_awards(store)
        before = tables(store)
        [row] = store.rows("SELECT record_id, decision_no FROM awards WHERE decision_no IS NOT NULL ORDER BY 1 LIMIT 1")
        values = (("9999/QĐ-XYZ", True), (row["decision_no"], False))
        for number, is_cut in values:
            with store.transaction():
                store.db.execute("UPDATE awards SET decision_no = ? WHERE record_id = ?", [number, row["record_id"]])
            steps = iter(range(1))
            with monkeypatch.context() as patch:
                if is_cut:
                    patch.setattr(drafts, "give_way", lambda steps=steps: next(steps))
                    with pytest.raises(StopIteration):
                        link_awards(store)
                else:
                    link_awards(store)
        assert tables(store) == before


def test_others_can_write_while_links_are_worked_out_and_written(linked_once: Path, small_steps: None) -> None:
    beside = sqlite3.connect(linked_once, timeout=0, isolation_level=None)
    told = set()

    def write(what: str, _done: int, _total: int) -> None:
        told.add(what)
        beside.execute("BEGIN IMMEDIATE")
        beside.execute("ROLLBACK")

    with Store(linked_once) as store:
        link_awards(store, write)
    assert told == {"Reading awards", "Comparing awards", "Telling recipients apart", "Writing links"}


@pytest.mark.parametrize("when", ["Reading awards", "Comparing awards", "Writing links"])
def test_a_link_settled_meanwhile_is_made_as_the_person_said(
    linked_once: Path, tmp_path: Path, small_steps: None, when: str
) -> None:
    shutil.copy(linked_once, tmp_path / "after.db")
    with Store(linked_once) as store:
        [decision] = store.rows("SELECT decision FROM decision_sources GROUP BY 1 HAVING count(*) > 1 LIMIT 1")
        [one, other] = [
            (str(row["record_id"]), 0)
            for row in store.rows(
                "SELECT record_id FROM decision_sources WHERE decision = ? ORDER BY 1 LIMIT 2", [decision["decision"]]
            )
        ]
    with Store(tmp_path / "after.db") as store:
        review_link(store, "decision", one, [other], "rejected", "lan")
        link_awards(store)
        told_apart = tables(store)
    is_said = False

    def settle(what: str, _done: int, _total: int) -> None:
        nonlocal is_said
        if what == when and not is_said:
            is_said = True
            with Store(linked_once, is_ready=True) as beside:
                settle_link(beside, "decision", one, [other], "rejected", "lan")

    with Store(linked_once) as store:
        link_awards(store, settle)
        assert is_said
        assert tables(store) == told_apart
        assert not list(faulty_links(store))
