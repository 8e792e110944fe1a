"""What a person decides holds, is checked, is logged, and can be taken back."""

import json
import sqlite3
from collections.abc import Callable

import pytest

from pipeline import review
from pipeline.review import Changed, Gone, Refused, User
from pipeline.store import Store

Decide = Callable[..., review.Review]
Open = Callable[..., review.Item]
Whole = Callable[[], bool]
Values = dict[str, object]


def state(store: Store, user: User, quote: str) -> dict[str, object]:
    return next(row for row in review.document_items(store, user, 1) if quote in str(row["quote"]))


@pytest.mark.parametrize("verdict", ["accepted", "rejected"])
@pytest.mark.parametrize("quote", ["25/12", "Lạng Sơn", "2 người", "bằng khen", "Hội đồng"])
def test_any_kind_is_accepted_and_rejected(
    store: Store, lan: User, decide: Decide, is_whole: Whole, quote: str, verdict: str
) -> None:
    done = decide(lan, quote, verdict)
    assert (done.verdict, done.id, done.purpose) == (verdict, 1, "first")
    row = state(store, lan, quote)
    assert (row["state"], row["version"], row["machine"]) == (verdict, done.version, None)
    assert is_whole()


@pytest.mark.parametrize(
    ("quote", "after", "expected"),
    [
        ("25/12", {"edtf": "quý 4 2020"}, {"edtf": "2020-36", "grain": "quarter", "earliest": "2020-10-01"}),
        ("25/12", {"role": "decision", "mod": "morning"}, {"edtf": "2013-12-25", "role": "decision", "mod": "morning"}),
        ("Bắc Kạn", {"id": "ha-tay"}, {"id": "ha-tay", "today": "ha-noi", "today_all": '["ha-noi"]'}),
        ("2 người", {"value": "1.500,5", "mod": ">"}, {"value": 1500.5, "mod": ">", "unit": "người"}),
        ("2 người", {"value": 2, "upper": "ba"}, {"value": 2, "upper": 3}),
        ("Hội đồng", {"value": "Hội đồng  khen thưởng"}, {"value": "Hội đồng khen thưởng"}),
        ("Hội đồng", {"field": "present", "value": "12"}, {"field": "present", "value": 12}),
        (
            "bằng khen",
            {"form": "hc-lao-dong", "class": "Nhì", "status": "proposed", "date": "25/12/2014", "posthumous": True},
            {"form": "hc-lao-dong", "class": "nhì", "status": "proposed", "date": "2014-12-25", "posthumous": 1},
        ),
        (
            "bằng khen",
            {"grantor": "Bộ Văn hóa", "count": None},
            {"grantor": "Bộ Văn hóa", "grantor_start": None, "grantor_confidence": 1.0, "count": None},
        ),
    ],
)
def test_corrections_are_completed(
    store: Store, lan: User, decide: Decide, is_whole: Whole, quote: str, after: Values, expected: Values
) -> None:
    machine = state(store, lan, quote)
    decide(lan, quote, "corrected", **after)
    row = state(store, lan, quote)
    assert row["state"] == "corrected"
    assert {name: row[name] for name in expected} == expected
    assert json.loads(str(row["machine"]))["record_id"] == machine["record_id"] == row["record_id"]
    assert is_whole()


def test_recipients_are_part_of_a_decision(store: Store, lan: User, decide: Decide, is_whole: Whole) -> None:
    names = ["Lò Văn Thử", {"name": "Tổ múa rối", "kind": "collective", "province": "cao-bang"}]
    done = decide(lan, "bằng khen", "corrected", recipients=names)
    assert done.before is not None
    assert [each["name"] for each in done.before["recipients"]] == ["Lò Văn Thử", "Nông Thị Mẫu"]  # type: ignore[attr-defined]
    rows = store.rows(
        "SELECT name, kind, province, start IS NOT NULL AS placed FROM award_recipients ORDER BY position"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("Lò Văn Thử", "person", None, 1), ("Tổ múa rối", "collective", "cao-bang", 0),
    ]  # fmt: skip
    assert is_whole()
    review.undo(store, lan)
    assert store.count("SELECT count(*) FROM award_recipients WHERE name = 'Nông Thị Mẫu'") == 1
    assert is_whole()


@pytest.mark.parametrize(
    ("quote", "after"),
    [
        ("25/12", {"edtf": "31/02/2013"}),
        ("25/12", {"role": "supper"}),
        ("25/12", {"colour": "red"}),
        ("25/12", {"recipients": []}),
        ("25/12", {"start": 3, "end": 3}),
        ("25/12", {"start": -1, "end": 5}),
        ("25/12", {"start": 0, "end": 10**9}),
        ("25/12", {"start": "0", "end": 5}),
        ("Lạng Sơn", {"id": "atlantis"}),
        ("2 người", {"value": "many"}),
        ("2 người", {"value": float("nan")}),
        ("2 người", {"value": 5, "upper": 4}),
        ("2 người", {"unit": ""}),
        ("bằng khen", {"form": "cup"}),
        ("bằng khen", {"class": "mười"}),
        ("bằng khen", {"status": "dreamt"}),
        ("bằng khen", {"count": -1}),
        ("bằng khen", {"recipients": [{"kind": "person"}]}),
        ("bằng khen", {"recipients": [{"name": "A", "province": "atlantis"}]}),
        ("bằng khen", {"recipients": [{"name": "A", "start": 5, "end": 10**9}]}),
        ("bằng khen", {"grantor": "A", "grantor_start": 4}),
        ("Hội đồng", {"field": "weather", "value": "fine"}),
        ("Hội đồng", {"value": ""}),
        ("Hội đồng", {"field": "present", "value": "nobody"}),
        ("Hội đồng", {"value": "x" * 3000}),
    ],
)
def test_what_no_record_can_have_is_refused(
    store: Store, lan: User, decide: Decide, is_whole: Whole, quote: str, after: dict[str, object]
) -> None:
    with pytest.raises(Refused) as refused:
        decide(lan, quote, "corrected", **after)
    assert refused.value.vietnamese
    assert state(store, lan, quote)["state"] == "machine"
    assert not store.count("SELECT count(*) FROM reviews")
    assert is_whole()


def test_a_span_is_corrected_and_must_not_meet_another(
    store: Store, lan: User, decide: Decide, open_item: Open, is_whole: Whole
) -> None:
    seen = open_item(lan, "2 người").record
    start, end = int(str(seen["start"])), int(str(seen["end"]))
    done = decide(lan, "2 người", "corrected", start=start - 4, end=end)
    assert done.after is not None
    assert done.after["quote"] == "cho 2 người"
    other = open_item(lan, "15 máy").record
    with pytest.raises(Refused, match="Another record"):
        decide(lan, "16 máy", "corrected", start=int(str(other["start"])) + 1, end=int(str(other["end"])) + 30)
    assert is_whole()


def test_a_correction_of_nothing_accepts(store: Store, lan: User, decide: Decide) -> None:
    assert decide(lan, "2 người", "corrected", value="2", unit="người").verdict == "accepted"
    assert state(store, lan, "2 người")["state"] == "accepted"


def test_the_second_of_two_on_one_version_sees_what_the_first_did(
    store: Store, lan: User, binh: User, open_item: Open, is_whole: Whole
) -> None:
    seen = open_item(lan, "2 người")
    rid = str(seen.record["record_id"])
    first = review.decide(store, lan, rid, "corrected", version=seen.version, after={"value": 3}, share=0)
    with pytest.raises(Changed) as changed:
        review.decide(store, binh, rid, "rejected", version=seen.version, share=0)
    assert changed.value.current is not None
    assert changed.value.current["value"] == 3
    assert changed.value.version == first.version
    again = review.decide(store, binh, rid, "rejected", version=str(changed.value.version), share=0)
    assert again.before == first.after or again.before is not None
    assert [row["reviewer"] for row in review.history_of(store, rid)] == ["lan", "bình"]
    assert is_whole()


def test_what_was_rejected_is_taken_back_or_accepted_after_all(
    store: Store, lan: User, decide: Decide, is_whole: Whole
) -> None:
    decide(lan, "2 người", "rejected")
    assert decide(lan, "2 người", "corrected", value=4).after["state"] == "corrected"  # type: ignore[index]
    decide(lan, "2 người", "rejected")
    assert decide(lan, "2 người").after["state"] == "corrected"  # type: ignore[index]
    assert decide(lan, "2 người", "corrected", value=2).after["state"] == "accepted"  # type: ignore[index]
    assert is_whole()


def test_unknown_records_and_verdicts(store: Store, lan: User, open_item: Open) -> None:
    with pytest.raises(Gone):
        review.decide(store, lan, "0" * 16, "accepted", version="x")
    with pytest.raises(Refused):
        review.decide(store, lan, str(open_item(lan, "2 người").record["record_id"]), "perhaps", version="x")


# --- adding -----------------------------------------------------------------------------------------


def test_a_missed_record_is_added_with_the_id_the_machine_would_give(
    store: Store, lan: User, decide: Decide, is_whole: Whole
) -> None:
    text = str(store.value("SELECT text FROM documents"))
    start = text.index("sáng nay")
    done = review.add_record(store, lan, 1, "dates", start, start + 8, {"edtf": "25/12/2013", "mod": "morning"})
    row = state(store, lan, "sáng nay")
    assert (row["state"], row["edtf"], row["page"], row["rule"]) == ("added", "2013-12-25", 1, "review.added")
    assert done.record_id == row["record_id"]
    assert is_whole()
    with pytest.raises(Refused, match="already"):
        review.add_record(store, lan, 1, "dates", start, start + 8, {"edtf": "25/12/2013"})
    decide(lan, "sáng nay", "corrected", edtf="26/12/2013")
    assert state(store, lan, "sáng nay")["state"] == "added"
    review.undo(store, lan)
    review.undo(store, lan)
    assert not [row for row in review.document_items(store, lan, 1) if row["quote"] == "sáng nay"]
    assert is_whole()
    assert review.add_record(store, lan, 1, "dates", start, start + 8, {"edtf": "2013-12-25"}).version
    assert is_whole()


@pytest.mark.parametrize(
    ("kind", "quote", "values"),
    [
        ("provinces", "máy cày", {"id": "ha-noi"}),
        ("figures", "sáng nay", {"value": "nửa", "unit": "ngày"}),
        ("awards", "thi đua", {"form": "bk", "status": "granted", "recipients": ["Lò Văn Thử"], "grantor": "UBND"}),
        ("document_facts", "sáng nay", {"field": "start_time", "value": "25/12/2013"}),
    ],
)
def test_any_kind_can_be_added(
    store: Store, lan: User, is_whole: Whole, kind: review.Kind, quote: str, values: dict[str, object]
) -> None:
    start = str(store.value("SELECT text FROM documents")).index(quote)
    end = start + len(quote)
    if kind == "figures":
        values = {**values, "value": "0,5"}
    assert review.add_record(store, lan, 1, kind, start, end, values).after["quote"] == quote  # type: ignore[index]
    assert is_whole()


@pytest.mark.parametrize(
    ("serial", "kind", "start", "end", "values"),
    [
        (1, "dates", 0, 4, {}),
        (1, "dates", 30, 40, {"edtf": "2013"}),
        (1, "dates", 29, 30, {"edtf": "2013"}),
        (9, "dates", 0, 4, {"edtf": "2013"}),
        (1, "moods", 0, 4, {}),
        (1, "awards", 0, 4, {"form": "bk"}),
        (1, "figures", 0, 4, {"value": 3}),
    ],
)
def test_impossible_records_are_not_added(
    store: Store, lan: User, is_whole: Whole, serial: int, kind: review.Kind, start: int, end: int, values: Values
) -> None:
    with pytest.raises(Refused):
        review.add_record(store, lan, serial, kind, start, end, values)
    assert is_whole()


# --- undoing ----------------------------------------------------------------------------------------


def test_undo_goes_to_any_depth(store: Store, lan: User, decide: Decide, is_whole: Whole) -> None:
    before = [row["version"] for row in review.document_items(store, lan, 1)]
    for _ in range(3):
        for quote in ("25/12", "2 người", "bằng khen"):
            decide(lan, quote, "rejected")
            decide(lan, quote)
    undone = []
    while done := review.undo(store, lan):
        undone.append(done)
        assert is_whole()
    assert len(undone) == 18
    assert [row["version"] for row in review.document_items(store, lan, 1)] == before
    assert store.count("SELECT count(*) FROM reviews") == 36
    assert {done.verdict for done in undone} == {"undone"}


def test_undo_takes_back_only_ones_own_and_never_under_another(
    store: Store, lan: User, binh: User, decide: Decide, is_whole: Whole
) -> None:
    decide(lan, "25/12", "rejected")
    decide(lan, "2 người", "rejected")
    decide(binh, "2 người")
    with pytest.raises(Changed):
        review.undo(store, lan)
    first = review.document_items(store, lan, 1)
    rid = next(str(row["record_id"]) for row in first if "25/12" in str(row["quote"]))
    assert review.undo(store, lan, record_id=rid) is not None
    assert review.undo(store, binh) is not None
    assert review.undo(store, binh) is None
    assert review.undo(store, lan) is not None
    assert {row["state"] for row in review.document_items(store, lan, 1)} == {"machine"}
    assert is_whole()


@pytest.mark.parametrize("table", ["reviews", "readings", "text_corrections"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}", "REPLACE INTO {} SELECT * FROM {}"]
)
def test_logs_cannot_be_changed(store: Store, lan: User, decide: Decide, table: str, statement: str) -> None:
    decide(lan, "2 người")
    review.correct_text(store, lan, 1, 0, 3, "HỘI", before="Hội")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        store.db.execute(statement.replace("{}", table))


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE figures SET value = 99 WHERE state <> 'machine'", "not what its last review made of it (value)"),
        (
            "UPDATE figures SET state = 'machine' WHERE state <> 'machine'",
            "not what its last review made of it (state)",
        ),
        ("DELETE FROM figures WHERE state <> 'machine'", "is not there"),
        ("UPDATE dates SET state = 'accepted'", "no review says by whom"),
    ],
)
def test_verify_finds_what_the_log_does_not_say(
    store: Store, lan: User, decide: Decide, statement: str, said: str
) -> None:
    from pipeline.verify import verify

    decide(lan, "2 người", "corrected", value=7)
    store.db.execute(statement)
    assert any(said in fault.what for fault in verify(store))
