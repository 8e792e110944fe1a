"""Records above a certified threshold pass unread, are audited, and wait again when the audit sounds."""

import sqlite3
from types import ModuleType

import pytest

from extractors.domain.errors import UsageError
from pipeline import review
from pipeline.review import Filters, User
from pipeline.store import Store
from pipeline.trust import (
    Certificate,
    Draw,
    Passing,
    Standing,
    at_random,
    audits,
    draw_random,
    enter,
    heed,
    mark_all,
    standing,
    verdicts,
    withdraw,
)
from pipeline.trust.passing import _place
from pipeline.verify import verify

ALL, NONE = Draw(rate=1.0, seed=1), Draw(rate=0.0, seed=1)


def certificate(threshold: float = 0.75, wanted: float = 0.99) -> Certificate:
    return Certificate(
        threshold=threshold, right=300, total=300, bound=0.9901, sample=310, wanted=wanted, confidence=0.95
    )


@pytest.fixture
def held(store: Store) -> Standing:
    return enter(store, "figures", certificate(), ["tests"], "1")


def read(store: Store, user: User, quote: str, verdict: str = "accepted", **after: object) -> review.Review:
    [row] = store.rows("SELECT record_id FROM figures WHERE quote = ?", [quote])
    item = review.item_of(store, user, str(row["record_id"]))
    return review.decide(store, user, str(row["record_id"]), verdict, version=item.version, after=after, share=0)


def passed(store: Store) -> set[str]:
    return {str(row["quote"]) for row in store.rows("SELECT quote FROM figures WHERE passed = 'auto'")}


def test_thresholds_are_append_only_and_the_last_row_holds(store: Store, held: Standing) -> None:
    assert standing(store) == {"figures": held}
    assert (held.threshold, held.extractor, held.sample) == (0.75, "1", 310)
    for change in ("UPDATE thresholds SET threshold = 0.1", "DELETE FROM thresholds", "REPLACE INTO thresholds "
                   "SELECT * FROM thresholds"):  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.db.execute(change)
        store.db.rollback()
    again = enter(store, "figures", certificate(0.9), ["tests"], "1")
    assert standing(store)["figures"] == again
    withdraw(store, "figures", "by hand")
    assert standing(store) == {}
    with pytest.raises(UsageError):
        withdraw(store, "figures", "twice")


def test_what_passes_is_marked_and_never_accepted(store: Store, held: Standing, lan: User) -> None:
    before = review.counts(store, lan, Filters(kind="figures")).left
    assert mark_all(store, held, NONE) == before == 3
    rows = store.rows("SELECT state, passed FROM figures")
    assert {(row["state"], row["passed"]) for row in rows} == {("machine", "auto")}
    assert review.counts(store, lan, Filters(kind="figures")).left == 0
    assert not review.next_items(store, lan, Filters(kind="figures"))
    assert list(verify(store)) == []


def test_documents_that_are_read_later_are_marked_too(store: Store, held: Standing, papers: ModuleType) -> None:
    serial = papers.enter_document(store, name="b")
    with store.immediate():
        Passing(store, ALL, "1").mark(serial)
    assert len(passed(store)) == 3
    assert store.count("SELECT count(*) FROM audit_samples WHERE document = ?", [serial]) == 3
    other = papers.enter_document(store, name="c", extractor="2")
    with store.immediate():
        Passing(store, ALL, "2").mark(other)  # the threshold was certified for another version
    assert not store.rows("SELECT 1 FROM figures WHERE passed = 'auto' AND document = ?", [other])


def test_a_higher_threshold_takes_marks_back_but_for_what_was_read(store: Store, held: Standing, lan: User) -> None:
    mark_all(store, held, ALL)
    read(store, lan, "2 người")
    mark_all(store, enter(store, "figures", certificate(0.9), [], "1"), ALL)
    assert passed(store) == {"2 người"}


def test_the_audit_comes_unlabelled_and_is_measured(store: Store, held: Standing, lan: User) -> None:
    mark_all(store, held, ALL)
    items = review.next_items(store, lan, Filters(kind="figures"), n=9)
    assert {item.purpose for item in items} == {"first"}
    assert len(items) == 3
    assert all("passed" not in item.record for item in items)
    read(store, lan, "2 người")
    read(store, lan, "15 máy cày", "corrected", value=16)
    read(store, lan, "16 máy cày", "rejected")
    [audit] = audits(store)
    assert (audit.passed, audit.drawn, audit.read, audit.right, audit.precision) == (3, 3, 3, 1, 1 / 3)
    assert audit.low < 1 / 3 < audit.high
    assert [v.is_right for v in verdicts(store, "figures")] == [True, False, False]
    assert {v.confidence for v in verdicts(store)} == {0.8}


def test_a_decision_taken_back_tells_nothing(store: Store, held: Standing, lan: User) -> None:
    mark_all(store, held, ALL)
    done = read(store, lan, "2 người", "rejected")
    assert done.id
    review.undo(store, lan)
    assert audits(store)[0].read == 0
    read(store, lan, "2 người")
    assert audits(store)[0].right == 1


def test_an_alarm_withdraws_the_threshold(store: Store, lan: User) -> None:
    held = enter(store, "figures", certificate(wanted=0.9999), [], "1")
    mark_all(store, held, ALL)
    assert heed(store) == []
    for quote in ("2 người", "15 máy cày"):
        read(store, lan, quote, "rejected")
    [audit] = heed(store)
    assert audit.alarm == 2
    assert standing(store) == {}
    assert passed(store) == {"2 người", "15 máy cày"}  # what was read keeps its mark, the rest waits again
    assert "2 of 2 audited records were wrong" in str(audit.warning)
    [told] = audits(store)
    assert told.held is None
    assert "withdrawn" in str(told.warning)


def test_the_draw_is_the_same_always_and_of_the_rate() -> None:
    names = [f"r{at}" for at in range(4000)]
    draw = Draw(rate=0.1, seed=3)
    drawn = [name for name in names if draw.takes(name)]
    assert drawn == [name for name in names if draw.takes(name)]
    assert 320 < len(drawn) < 480
    assert drawn != [name for name in names if Draw(rate=0.1, seed=4).takes(name)]
    assert all(0 <= _place(1, "audit", name) < 1 for name in names[:100])


def test_a_random_draw_is_read_for_certificates(store: Store, lan: User) -> None:
    assert draw_random(store, "figures", 2, 1, "1") == 2
    assert draw_random(store, "figures", 9, 1, "1") == 1
    assert draw_random(store, "figures", 9, 1, "2") == 0
    assert at_random(store, "figures", "1") == []
    read(store, lan, "2 người")
    assert [v.is_right for v in at_random(store, "figures", "1")] == [True]
    assert at_random(store, "figures", "2") == []
    with pytest.raises(ValueError, match="no kind"):
        draw_random(store, "users", 1, 1, "1")  # type: ignore[arg-type]  # what a caller must not do
