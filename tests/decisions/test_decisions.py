"""What a decision holds, what followed it, and that a person's word on links is kept."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from extractors.domain.errors import UsageError
from pipeline.decisions import faulty_links, link_awards, review_link, settle_link, undo_link, undo_link_review
from pipeline.store import Store, dump

Enter = Callable[[Store, Mapping[str, str]], None]
ONE = "Ngày 14/8/2015, Bộ trưởng Bộ TN&MT đã tặng Bằng khen cho Sở TN&MT tỉnh Phú Thọ theo Quyết định số 1718/QĐ-BTNMT."
TWO = "Theo Quyết định số 1718/QĐ-BTNMT ngày 14/8/2015, Bộ trưởng Bộ TN&MT tặng Bằng khen cho Sở TN&MT tỉnh Phú Thọ."
THIRD = "Sở Tài nguyên và Môi trường Phú Thọ được Bộ trưởng Bộ TN&MT tặng Bằng khen ngày 14/8/2015."


def awards(store: Store) -> dict[str, str]:
    rows = store.rows("SELECT d.source, a.record_id FROM awards a JOIN documents d ON d.serial = a.document")
    return {str(row["source"]): str(row["record_id"]) for row in rows}


def decision_of(store: Store, record: str) -> object:
    return store.value("SELECT decision FROM decision_sources WHERE record_id = ?", [record])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "a.db")


def test_all_tellings_are_sources_of_one_decision(store: Store, enter: Enter) -> None:
    enter(store, {"one": ONE, "two": TWO, "third": THIRD})
    link_awards(store)
    [decision] = store.rows("SELECT * FROM decision_facts")
    assert (decision["decision_no"], decision["decision_date"], decision["documents"]) == (
        "1718/QĐ-BTNMT",
        "2015-08-14",
        3,
    )
    [recipient] = store.rows("SELECT * FROM recipients")
    assert recipient["mentions"] == 3
    assert recipient["province"] == "phu-tho"
    assert len(json.loads(str(recipient["spellings"]))) == 2
    assert list(faulty_links(store)) == []


def test_contradictions_are_shown(store: Store, enter: Enter) -> None:
    text = (
        "Theo Quyết định số 455/QĐ-CTN ngày 30/3/2011, Bệnh viện Mỏ Vàng được Chủ tịch nước tặng "
        "Huân chương Lao động hạng {}."
    )
    enter(store, {"one": text.format("Nhì"), "two": text.format("Ba")})
    link_awards(store)
    [decision] = store.rows("SELECT contradictions FROM decisions")
    assert sorted(json.loads(str(decision["contradictions"]))["class"]) == ["ba", "nhì"]


def test_a_proposal_is_followed_by_its_decision_and_not_merged(store: Store, enter: Enter) -> None:
    enter(
        store,
        {
            "proposal": "Ngày 10/1/2015, Hội đồng thống nhất đề nghị Bộ trưởng Bộ TN&MT tặng Bằng khen cho "
            "Sở TN&MT tỉnh Phú Thọ.",
            "two": TWO,
        },
    )
    link_awards(store)
    assert store.count("SELECT count(*) FROM decisions") == 2
    [sequel] = store.rows("SELECT * FROM decision_sequels")
    assert sequel["kind"] == "granted"
    assert store.value("SELECT is_decided FROM decision_facts WHERE status = 'proposed'") == 1


def test_what_a_person_told_apart_stays_apart(store: Store, enter: Enter) -> None:
    enter(store, {"one": ONE, "two": TWO})
    link_awards(store)
    one, two = awards(store)["one"], awards(store)["two"]
    assert decision_of(store, one) == decision_of(store, two)
    review = review_link(store, "decision", (one, 0), [(two, 0)], "rejected", "lan")
    link_awards(store)
    assert decision_of(store, one) != decision_of(store, two)
    enter(store, {"third": THIRD})
    link_awards(store)
    assert decision_of(store, one) != decision_of(store, two)
    undo_link_review(store, review, "lan")
    link_awards(store)
    assert decision_of(store, one) == decision_of(store, two)
    with pytest.raises(UsageError):
        undo_link_review(store, review, "lan")


def test_what_a_person_brought_together_stays_together(store: Store, enter: Enter) -> None:
    other = "Ngày 3/9/2016, UBND tỉnh Cà Mau tặng Bằng khen cho ông Lê Văn Tư."
    enter(store, {"one": ONE, "other": other})
    link_awards(store)
    one, two = awards(store)["one"], awards(store)["other"]
    assert decision_of(store, one) != decision_of(store, two)
    review_link(store, "decision", (one, 0), [(two, 0)], "accepted", "lan", "the paper has the wrong day")
    link_awards(store)
    assert decision_of(store, one) == decision_of(store, two)
    assert {row["state"] for row in store.rows("SELECT state FROM decision_sources")} == {"accepted"}


def test_rejected_awards_leave_and_corrected_values_count(store: Store, enter: Enter) -> None:
    enter(store, {"one": ONE, "two": TWO})
    link_awards(store)
    one, two = awards(store)["one"], awards(store)["two"]
    with store.transaction():
        store.db.execute("UPDATE awards SET state = 'rejected' WHERE record_id = ?", [one])
        store.db.execute("UPDATE awards SET state = 'corrected', count = 7 WHERE record_id = ?", [two])
    link_awards(store)
    assert store.rows("SELECT count, tellings FROM decisions") == [{"count": 7, "tellings": 1}]
    assert decision_of(store, one) is None


def test_namesakes_stay_apart_without_agreement(store: Store, enter: Enter) -> None:
    enter(
        store,
        {
            "one": "Ngày 14/5/2008, UBND tỉnh Cà Mau tặng Bằng khen cho ông Lê Văn Tư, ngư dân xã Đất Bồi.",
            "two": "Ngày 14/5/2011, UBND tỉnh Cà Mau tặng Bằng khen cho ông Lê Văn Tư, Giám đốc Công ty Rạch Ráng.",
            "three": "Ngày 2/9/2012, UBND tỉnh Cà Mau tặng Bằng khen cho ông Lê Văn Tư (ngư dân xã Đất Bồi).",
        },
    )
    link_awards(store)
    assert sorted(int(str(r["mentions"])) for r in store.rows("SELECT mentions FROM recipients")) == [1, 2]
    assert store.count("SELECT count(*) FROM decisions") == 3


def test_a_body_of_a_merged_province_is_succeeded_not_merged(store: Store, enter: Enter) -> None:
    enter(
        store,
        {
            "one": "Ngày 22/4/2003, Bộ trưởng Bộ Y tế tặng Bằng khen cho Sở Y tế tỉnh Hà Tây.",
            "two": "Ngày 22/4/2013, Bộ trưởng Bộ Y tế tặng Bằng khen cho Sở Y tế Hà Nội.",
        },
    )
    link_awards(store)
    [link] = store.rows(
        "SELECT a.name AS old, b.name AS new FROM recipient_links l JOIN recipients a ON a.id = l.recipient "
        "JOIN recipients b ON b.id = l.other WHERE l.kind = 'succeeded_by'"
    )
    assert (link["old"], link["new"]) == ("Sở Y tế tỉnh Hà Tây", "Sở Y tế Hà Nội")


def test_a_changed_decision_is_a_fault(store: Store, enter: Enter) -> None:
    enter(store, {"one": ONE, "two": TWO})
    link_awards(store)
    with store.transaction():
        store.db.execute("UPDATE decisions SET decision_no = '1/QĐ-X'")
    [(_, what)] = faulty_links(store)
    assert "decision_no" in what


def test_a_review_that_takes_effect_at_once_is_what_the_next_linking_makes(store: Store, enter: Enter) -> None:
    enter(store, {"one": ONE, "two": TWO, "third": THIRD})
    link_awards(store)
    before = list(dump(store))
    one, two, third = (awards(store)[name] for name in ("one", "two", "third"))
    review = settle_link(store, "decision", (third, 0), [(one, 0), (two, 0)], "rejected", "lan", "another day")
    assert decision_of(store, one) == decision_of(store, two) != decision_of(store, third)
    at_once = list(dump(store))
    link_awards(store)
    assert list(dump(store)) == at_once
    undo_link(store, review, "lan")
    assert [line for line in dump(store) if "link_reviews" not in line] == before


def test_mentions_told_apart_are_two_recipients_at_once(store: Store, enter: Enter) -> None:
    enter(store, {"one": ONE, "two": TWO})
    link_awards(store)
    one, two = awards(store)["one"], awards(store)["two"]
    review = settle_link(store, "recipient", (one, 1), [(two, 1)], "rejected", "lan")
    assert store.count("SELECT count(*) FROM recipients") == 2
    at_once = list(dump(store))
    link_awards(store)
    assert list(dump(store)) == at_once
    undo_link(store, review, "lan")
    assert store.count("SELECT count(*) FROM recipients") == 1
