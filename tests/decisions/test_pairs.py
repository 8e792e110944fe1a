"""Documents of one decision in different words come together; those of the same form, body and month do not."""

from collections.abc import Callable, Mapping
from itertools import combinations
from pathlib import Path

import pytest

from pipeline.decisions import link_awards, shelf
from pipeline.store import Store

CORPUS = Path(__file__).parents[2] / "corpus" / "decisions"
FLOORS = {"tuning": 0.95, "held-out": 0.95, "second-look": 0.9, "third_tuning": 0.95, "third_held_out": 0.8}


def texts_of(part: str) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((CORPUS / part).glob("*.txt"))}


def is_one(pair: tuple[str, str]) -> bool:
    (one, which), (other, which_other) = (name.split("-", 1) for name in pair)
    return one == other and not any(name.startswith("khac") for name in (which, which_other))


def linked_pairs(store: Store) -> set[tuple[str, str]]:
    rows = store.rows(
        "SELECT DISTINCT a.source AS one, b.source AS other FROM decision_tellings a JOIN decision_tellings b "
        "ON a.decision = b.decision AND a.source < b.source"
    )
    return {(str(row["one"]), str(row["other"])) for row in rows}


@pytest.mark.parametrize("part", FLOORS)
def test_pairs_of_documents_are_linked(
    tmp_path: Path, part: str, enter: Callable[[Store, Mapping[str, str]], None]
) -> None:
    texts = texts_of(part)
    with Store(tmp_path / "a.db") as store:
        enter(store, texts)
        link_awards(store)
        linked = linked_pairs(store)
    gold = {pair for pair in combinations(sorted(texts), 2) if is_one(pair)}
    assert len(gold) == 20
    assert not linked - gold, "false links"
    f1 = 2 * len(linked & gold) / (len(linked) + len(gold))
    assert f1 >= FLOORS[part], f"F1 {f1:.3f}, missed {sorted(gold - linked)}"


def test_order_and_steps_make_no_difference(tmp_path: Path, enter: Callable[[Store, Mapping[str, str]], None]) -> None:
    texts = texts_of("tuning") | texts_of("held-out")
    backwards = dict(reversed(texts.items()))
    with Store(tmp_path / "a.db") as store:
        enter(store, texts)
        link_awards(store)
        at_once = tables(store)
        assert link_awards(store).compared == 0
        assert tables(store) == at_once
    with Store(tmp_path / "b.db") as store:
        names = list(backwards)
        for at in range(0, len(names), 23):
            enter(store, {name: backwards[name] for name in names[at : at + 23]})
            link_awards(store)
        assert tables(store) == at_once


def test_neighbours_in_large_blocks_are_the_same_in_any_steps(
    tmp_path: Path, enter: Callable[[Store, Mapping[str, str]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"LARGE": 4, "_NEIGHBOURS": 2}.items():
        monkeypatch.setattr(shelf, name, value)
    texts = {
        f"{number:02}": f"Ngày {number % 7 + 1}/3/2014, UBND tỉnh Cà Mau tặng Bằng khen cho ông Lê Văn Tư, "
        f"ngư dân xã Đất Bồi, vì cứu người lần thứ {number}."
        for number in range(24)
    }
    with Store(tmp_path / "a.db") as store:
        enter(store, texts)
        link_awards(store)
        at_once = tables(store)
    for step in (1, 3, 5):
        with Store(tmp_path / f"{step}.db") as store:
            names = list(reversed(texts))
            for at in range(0, len(names), step):
                enter(store, {name: texts[name] for name in names[at : at + step]})
                link_awards(store)
            assert tables(store) == at_once
            left_out = [str(row["record_id"]) for row in store.rows("SELECT record_id FROM awards ORDER BY 1 LIMIT 9")]
            for record in left_out:
                store.db.execute("UPDATE awards SET state = 'rejected' WHERE record_id = ?", [record])
                link_awards(store)
            for record in reversed(left_out):
                store.db.execute("UPDATE awards SET state = 'machine' WHERE record_id = ?", [record])
                link_awards(store)
            assert tables(store) == at_once


def tables(store: Store) -> dict[str, list[tuple[object, ...]]]:
    names = (
        "decisions", "decision_sources", "decision_sequels", "recipients", "recipient_mentions", "recipient_links",
        "award_pairs",
    )  # fmt: skip
    return {name: sorted(store.db.conn.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}  # noqa: S608
