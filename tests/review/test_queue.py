"""The next record is the one whose reading buys most, and no two people have it at once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import ModuleType

import pytest

from pipeline import review
from pipeline.review import Filters, User
from pipeline.store import Store


def ids(items: list[review.Item]) -> list[str]:
    return [str(item.record["record_id"]) for item in items]


def test_the_most_doubtful_comes_first_weighed_by_kind(store: Store, lan: User) -> None:
    store.db.execute("UPDATE dates SET confidence = 0.3 WHERE edtf = '2013-12-26'")
    kinds = [item.record["kind"] for item in review.next_items(store, lan, n=3)]
    assert kinds[0] == "dates"
    assert kinds[1] == "document_facts"


def test_no_two_people_get_the_same(store: Store, lan: User, binh: User) -> None:
    mine, theirs = review.next_items(store, lan, n=4), review.next_items(store, binh, n=99)
    assert len(mine) == 4
    assert len(theirs) == 7
    assert not set(ids(mine)) & set(ids(theirs))


def test_what_one_holds_comes_again_until_it_is_decided_or_given_back(
    store: Store, lan: User, binh: User, noon: datetime
) -> None:
    held = review.next_items(store, lan, n=2, now=noon)
    assert ids(review.next_items(store, lan, n=2, now=noon)) == ids(held)
    first, second = ids(held)
    review.release(store, lan, [first], skip=True, now=noon)
    review.release(store, lan, [second], now=noon)
    assert first not in ids(review.next_items(store, lan, n=99, now=noon))
    review.release(store, lan, [second], now=noon)
    assert first in ids(review.next_items(store, binh, n=99, now=noon))


def test_leases_end_and_last_again(store: Store, lan: User, binh: User, noon: datetime) -> None:
    held = ids(review.next_items(store, lan, n=2, now=noon, minutes=10))
    later = noon + timedelta(minutes=9)
    assert review.renew(store, lan, held[:1], now=later, minutes=10) == held[:1]
    after = noon + timedelta(minutes=11)
    assert held[1] in ids(review.next_items(store, binh, n=99, now=after))
    assert held[0] not in ids(review.next_items(store, binh, n=99, now=after))
    assert review.renew(store, lan, held, now=after) == held[:1]


@pytest.mark.parametrize(
    ("filters", "quotes"),
    [
        (Filters(kind="dates", document=1), {"Ngày 25/12/2013", "Ngày 26/12/2013", "Ngày 27/12/2013"}),
        (Filters(kind="figures", year="2013"), {"2 người", "15 máy cày", "16 máy cày"}),
        (Filters(kind="figures", year="2014"), set()),
        (Filters(kind="awards", province="cao-bang"), {"bằng khen"}),
        (Filters(kind="awards", province="ha-noi"), set()),
        (Filters(kind="awards", text="lo van thu"), {"bằng khen"}),
        (Filters(kind="awards", text='lo "van OR'), set()),
        (Filters(kind="provinces", min_confidence=0.9), set()),
        (Filters(kind="figures", max_confidence=0.9, reason="IN FULL"), {"2 người", "15 máy cày", "16 máy cày"}),
        (Filters(kind="provinces", reason="figures.test"), set()),
        (Filters(state="corrected"), set()),
        (Filters(mine=True), set()),
    ],
)  # fmt: skip
def test_filters_leave_what_was_asked_for(store: Store, lan: User, filters: Filters, quotes: set[str]) -> None:
    assert {str(item.record["quote"]) for item in review.next_items(store, lan, filters, n=99)} == quotes
    assert review.counts(store, lan, filters).left == len(quotes)


def test_decided_records_are_found_by_state_and_by_who(
    store: Store, lan: User, binh: User, decide: Callable[..., review.Review]
) -> None:
    decide(lan, "2 người", "corrected", value=3)
    decide(binh, "15 máy cày", "rejected")
    for user, filters in ((lan, Filters(state="corrected")), (lan, Filters(mine=True))):
        assert [item.record["quote"] for item in review.next_items(store, user, filters, n=9)] == ["2 người"]
    assert [i.record["quote"] for i in review.next_items(store, lan, Filters(state="rejected"))] == ["15 máy cày"]


def test_what_passed_unread_waits_only_where_the_audit_drew_it(store: Store, lan: User) -> None:
    store.db.execute("UPDATE figures SET passed = 'auto'")
    assert not review.next_items(store, lan, Filters(kind="figures"))
    store.db.execute(
        "INSERT INTO audit_samples (record_id, kind, document, purpose, confidence, extractor, drawn_at) "
        "SELECT record_id, 'figures', document, 'random', confidence, '1', '' FROM figures WHERE quote = '2 người'"
    )
    [item] = review.next_items(store, lan, Filters(kind="figures"))
    assert (item.record["quote"], item.purpose) == ("2 người", "first")
    review.decide(store, lan, str(item.record["record_id"]), "accepted", version=item.version)
    assert not review.next_items(store, lan, Filters(kind="figures"))


def test_counts_measure_the_pace(store: Store, lan: User, noon: datetime) -> None:
    before = review.counts(store, lan, now=noon)
    assert (before.left, before.decided_today) == (11, 0)
    for item, seconds in zip(review.next_items(store, lan, Filters(kind="dates"), n=3), (1, 2, 9), strict=True):
        review.decide(
            store, lan, str(item.record["record_id"]), "accepted", version=item.version, seconds=seconds, now=noon
        )
    after = review.counts(store, lan, now=noon)
    assert (after.left, after.decided_today) == (8, 3)
    assert after.seconds_per_decision["dates"] == 2
    assert after.time_left_s == sum(
        number * after.seconds_per_decision[kind] for kind, number in after.left_by_kind.items()
    )
    assert review.counts(store, lan, now=noon + timedelta(days=1)).decided_today == 0


def test_an_item_shows_all_that_is_needed(store: Store, lan: User, papers: ModuleType) -> None:
    [item] = review.next_items(store, lan, Filters(kind="awards"), n=1)
    start, end = item.sentence
    assert papers.TEXT[start:end].startswith("Ngày 25/12/2013, UBND")
    assert item.context.text == papers.TEXT[item.context.start : item.context.end]
    assert {span.kind for span in item.neighbours} == {"dates", "provinces", "figures", "document_facts"}
    assert item.reasons == ("said in full",)
    assert [each["name"] for each in item.record["recipients"]] == ["Lò Văn Thử", "Nông Thị Mẫu"]  # type: ignore[attr-defined]
    assert [page for page, _ in item.boxes] == [1]
    assert (item.purpose, item.history, item.machine, item.is_lost) == ("first", (), None, False)


def test_a_page_of_a_document_is_in_order_with_versions(store: Store, lan: User) -> None:
    rows = review.document_items(store, lan, 1)
    assert [row["start"] for row in rows] == sorted(row["start"] for row in rows)
    assert review.document_items(store, lan, 1, offset=2, limit=3) == rows[2:5]
    for row in rows:
        assert row["version"] == review.item_of(store, lan, str(row["record_id"])).version


def test_the_next_record_is_found_by_index(store: Store, lan: User) -> None:
    from pipeline.review.queue import first_query

    for kind in review.KINDS:
        sql, values = first_query(store, kind, lan, Filters(), ("", {"now": ""}), None, 3)
        plan = [str(row["detail"]) for row in store.rows(f"EXPLAIN QUERY PLAN {sql}", values)]
        assert f"USING INDEX {kind}_queue" in plan[0]
        assert not [step for step in plan if "TEMP B-TREE" in step]
    sql, values = first_query(store, "document_facts", lan, Filters(), ("", {"now": ""}), None, 3, "number")
    plan = [str(row["detail"]) for row in store.rows(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert "USING INDEX document_facts_field_queue (field=?)" in plan[0]
    assert not [step for step in plan if "TEMP B-TREE" in step]


def test_facts_that_documents_are_found_by_come_before_the_others(store: Store, lan: User) -> None:
    known = store.rows("SELECT * FROM document_facts LIMIT 1")[0]
    names = ", ".join(f'"{name}"' for name in known)
    for number, field in enumerate(("kicker", "author", "number")):
        row = {**known, "record_id": f"{number:016x}", "field": field, "confidence": 0.1 + number / 10}
        store.db.execute(
            f"INSERT INTO document_facts ({names}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608
            list(row.values()),
        )
    items = review.next_items(store, lan, n=99)
    fields = [item.record["field"] for item in items if item.record["kind"] == "document_facts"]
    assert fields.index("number") < fields.index("kicker") < fields.index("author")
    alone = review.next_items(store, lan, Filters(kind="document_facts"), n=1)
    assert alone[0].record["field"] == "kicker"  # who asks for facts alone is given them by doubt
