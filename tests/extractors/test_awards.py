"""The awards family: examples as data, the sentences with frames, and what must hold for any text."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from extractors.awards.rules import find
from extractors.domain.records import Json
from extractors.view import TextView

EXAMPLES = Path(__file__).parent.parent / "examples"
ROWS = [json.loads(line) for line in (EXAMPLES / "awards.jsonl").read_text(encoding="utf-8").splitlines()]
PATTERNS = [json.loads(line) for line in (EXAMPLES / "award_patterns.jsonl").read_text(encoding="utf-8").splitlines()]
RULES = {
    "awards.active_clause",
    "awards.annex_table",
    "awards.biography",
    "awards.count_table",
    "awards.decision_article",
    "awards.minutes_table",
    "awards.object_clause",
    "awards.passive_clause",
    "awards.proposal_clause",
    "awards.proposal_list",
    "awards.receive_clause",
    "awards.revocation",
    "awards.vote_item",
}
Extract = Callable[..., Json]


def told(award: Json) -> Json:
    """Returns the fields of an award that an example states; what is empty is left out."""
    grantor = award["grantor"]
    fields = {
        "quote": award["text"],
        "form": award["form"],
        "award_class": award["class"],
        "status": award["status"],
        "grantor": grantor["text"] if isinstance(grantor, dict) else None,
        "recipients": [r["text"] for r in award["recipients"]],  # type: ignore[attr-defined]
        "count": award["count"],
        "posthumous": award["posthumous"] or None,
        "decision_no": award["decision_no"],
        "decision_date": award["decision_date"],
        "date": award["date"],
        "period": award["period"],
        "rule": award["rule"],
    }
    return {name: value for name, value in fields.items() if value not in (None, [])}


@pytest.mark.parametrize("row", ROWS, ids=[r["note"] for r in ROWS])
def test_example(row: Json, extract: Extract) -> None:
    found = extract(row["text"])
    assert [told(a) for a in found["awards"]] == row["awards"]
    for award in found["awards"]:
        assert found["text"][award["start"] : award["end"]] == award["text"]
        for part in [*award["slots"].values(), *award["recipients"], *([award["grantor"]] if award["grantor"] else [])]:
            assert part["start"] is None or 0 <= part["start"] < part["end"] <= len(found["text"])


def test_every_rule_has_an_example_and_as_many_near_misses_exist() -> None:
    used = {a["rule"] for row in ROWS for a in row["awards"]}
    assert used == RULES
    assert sum(not row["awards"] for row in ROWS) >= len(RULES)


# --- the sentences with frames ---------------------------------------------------------------------


def converted(event: Json, text: str) -> Json:
    """Returns a frame of `award_patterns.jsonl` by the conventions of the annotation guide.

    Classes in small letters, numbers of recipients as one sum (`lần` is no number of recipients), a listed
    recipient counts one, intervals with a slash, and the grantor also as the sentence writes it.
    """
    count = event["count"]
    if isinstance(count, dict):
        count = sum(n for noun, n in count.items() if noun != "lần") or None
    if count is None and event["recipients"]:
        count = len(event["recipients"])  # type: ignore[arg-type]
    grantor = event["grantor"]
    wordings = {grantor}
    if isinstance(grantor, str):
        wordings |= {grantor.replace("Chủ tịch ", "")} if grantor.replace("Chủ tịch ", "") in text else set()
        wordings |= {w for w in ("Thủ tướng", "TTg") if grantor.startswith("Thủ tướng") and w in text}
    period = event["period"]
    return {
        **event,
        "class": str(event["class"]).lower() if event["class"] else None,
        "count": count,
        "period": str(period).replace("-", "/") if period else None,
        "grantor": wordings,
    }


def head(event: Json) -> tuple[object, ...]:
    """Form, class and status: what makes an event right."""
    return event["form"], event["class"], event["status"]


def pattern_events(extract: Extract) -> Iterator[tuple[list[Json], list[Json]]]:
    """Yields the wanted and the found events of each sentence; foreign orders are optional in the guide."""
    for row in PATTERNS:
        wanted = [converted(e, row["text"]) for e in row["events"] if not e["form"].startswith("ng-")]
        yield wanted, extract(row["text"], row["doc_date"])["awards"]


def test_patterns_reach_their_floor(extract: Extract) -> None:
    right = wanted_total = found_total = 0
    slots = Counter[str]()
    for wanted, found in pattern_events(extract):
        wanted_total, found_total = wanted_total + len(wanted), found_total + len(found)
        left = list(found)
        for event in wanted:
            twins = [f for f in left if head(f) == head(event)]
            if not twins:
                continue
            twin = max(
                twins, key=lambda f: sum(f[s] == event[s] for s in ("count", "date", "posthumous", "decision_no"))
            )
            left.remove(twin)
            right += 1
            for slot in ("count", "date", "period", "posthumous", "decision_no", "decision_date"):
                slots["right" if twin[slot] == event[slot] else "wrong"] += 1
    f1 = 2 * right / (wanted_total + found_total)
    assert f1 >= 0.95, f"{right} right of {wanted_total} wanted and {found_total} found"
    assert slots["right"] / slots.total() >= 0.95


def test_patterns_without_an_event_give_none(extract: Extract) -> None:
    assert [
        row["id"] for row in PATTERNS if not row["events"] and extract(row["text"], row["doc_date"])["awards"]
    ] == []


# --- what must hold for any text -------------------------------------------------------------------


def test_a_retelling_in_title_and_caption_is_one_event(extract: Extract) -> None:
    text = (
        "Tặng Bằng khen cho đội cứu nạn\n\n"
        "Sáng 5/6/2019, UBND tỉnh Nghệ An tổ chức lễ tặng Bằng khen cho Đội Cứu nạn sông Lam.\n\n"
        "Lãnh đạo tỉnh trao Bằng khen cho Đội Cứu nạn sông Lam. Ảnh: T.H\n\n"
        "Ông Trần Văn Ổi nói đây là niềm vui chung."
    )
    awards = extract(text)["awards"]
    assert [(a["form"], a["date"], [r["text"] for r in a["recipients"]]) for a in awards] == [
        ("bk-tinh", "2019-06-05", ["Đội Cứu nạn sông Lam"])
    ]


def test_a_decision_takes_number_day_and_office_from_its_head(extract: Extract) -> None:
    row = next(r for r in ROWS if "45/QĐ-UBND" in r["text"])
    (award,) = extract(row["text"])["awards"]
    assert (award["decision_no"], award["decision_date"], award["date"]) == ("45/QĐ-UBND", "2020-02-05", "2020-02-05")


def test_the_law_of_the_day_is_evidence_and_changes_nothing(extract: Extract) -> None:
    (award,) = extract("Năm 1990, ông Lê Văn Bưởi được tặng Huân chương Đại đoàn kết dân tộc.")["awards"]
    assert award["date"] == "1990"
    assert "form in force only from 2004-07-01" in award["evidence"]


def test_an_abbreviation_is_resolved_by_the_document(extract: Extract) -> None:
    text = "Thầy Hoàng Văn Mít dạy ở đây từ năm 1999.\nNăm 2016, thầy Mít được tặng Bằng khen của Bộ trưởng Bộ Y tế."
    (award,) = extract(text)["awards"]
    assert [r["text"] for r in award["recipients"]] == ["Hoàng Văn Mít"]


def test_no_dates_and_no_provinces_leave_the_frame_standing() -> None:
    (award,) = find(TextView("UBND tỉnh Hà Nam tặng Bằng khen cho ông Lý Văn Ngô năm 2012."))
    assert (award.form, award.date, award.period) == ("bk-tinh", None, None)


@pytest.mark.parametrize(
    "piece",
    [
        "tặng bằng khen cho ",
        "Chủ tịch UBND tỉnh tặng Bằng khen cho ông Nguyễn Văn A, ",
        "Huân chương Lao động hạng Nhất, Nhì, Ba ",
        "1\tÔng Nguyễn Văn A\tBằng khen\n",
        "ông Nam được tặng giấy khen; ",
        "Bằng khen (",
        "được UBND tỉnh A, Bộ Y tế, Sở C tặng Bằng khen và danh hiệu này cho 3 đồng chí là các ông A; 1.Ông B, ",
        "12 tập thể (Sở A, Sở B), trong đó có Đội A, Công an huyện B; Quyết định do Chủ tịch UBND tỉnh A ký, ",
        "hủy bỏ khoản 2 Điều 1 Quyết định, hai em Lò Văn A và Đỗ Thị B được tặng Bằng khen, truy tặng cho 45 mẹ ",
        "ông Lê Văn A được tặng:\n- Huân chương Hồ Chí Minh\n- Bằng khen của Bộ Y tế, ",
        "Đội Chữa cháy và Cứu nạn – Invest như NSƯT A, T&T Group cho biết X tặng danh hiệu NSND (NSƯT) ",
    ],
)
def test_hostile_repetitions_are_read_to_their_end(piece: str) -> None:
    text = piece * (30_000 // len(piece))
    assert all(text[r.start : r.end] == r.text for r in find(TextView(text)))


def test_a_row_that_names_an_award_without_any_number_is_no_table_of_numbers() -> None:
    assert find(TextView("BÁO CÁO\nKết quả năm 2020\nBằng khen\t\t\nGiấy khen\t-\t\n")) == []
