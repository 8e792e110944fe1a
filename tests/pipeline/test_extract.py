"""Properties of the whole extraction, whatever the text."""

import json
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.domain.records import Json
from pipeline.nlp import extract

FAMILIES = ("dates", "provinces", "figures", "awards")

# Pieces that rules care about, thrown together at random, with noise between them.
PIECES_TABLE = """
ngày 25/12/2013|25-12|tháng 3-1965|năm 2014|quý IV/2020|hôm qua|mùng 3 Tết|từ ngày|đến|31/02/2013|99/99/9999
tỉnh Hà Giang|TP.HCM|Hòa Bình|HÒA BÌNH|Huế|Bà Rịa - Vũng Tàu|1.494.284 giấy|3,2 tỷ đồng|5/9 tỉnh|85%|hai Sở
mười lăm nghìn tỷ|từ 80% trở lên|trên|khoảng|13/15 phiếu|Chủ tịch nước|tặng|Huân chương Lao động hạng Nhì
bằng khen|cho|đề nghị|Điều 1.|DANH SÁCH|QUYẾT ĐỊNH|BIÊN BẢN|Số: 12/QĐ-UBND|truy tặng|hủy bỏ|“|”|(|)|,|.|:|;|Ð
İ|ﬁ|😀|oà|uý|0|１２|²|½|Ⅳ
"""
PIECES = (
    *PIECES_TABLE.replace("\n", "|").strip("|").split("|"),
    "STT\tHọ và tên\n1\tÔng Lý Páo\tBản Nà",
    *("\n", "\t", " ", "\u00a0", "\u0301"),
)
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map(" ".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_no_text_raises_and_every_quote_stands_in_the_text(text: str) -> None:
    result = extract(text)
    stored = result["text"]
    assert isinstance(stored, str)
    assert stored == unicodedata.normalize("NFC", text)
    for family in FAMILIES:
        for record in result[family]:  # type: ignore[attr-defined]
            assert stored[record["start"] : record["end"]] == record["text"]
            assert 0.0 <= record["confidence"] <= 1.0


@settings(max_examples=60, deadline=None)
@given(texts)
def test_decomposed_text_gives_the_same_records(text: str) -> None:
    composed, decomposed = extract(unicodedata.normalize("NFC", text)), extract(unicodedata.normalize("NFD", text))
    for family in FAMILIES:
        assert _without_ids(composed[family]) == _without_ids(decomposed[family])


def _without_ids(records: object) -> list[Json]:
    assert isinstance(records, list)
    return [{k: v for k, v in r.items() if k != "record_id"} for r in records]


def test_two_runs_give_equal_bytes(extract: Callable[..., Json]) -> None:
    text = "Sáng 25/12/2013, tại Lạng Sơn, Bộ trưởng tặng Bằng khen cho 3 tập thể; đạt trên 85%."
    once, twice = (json.dumps(extract(text), ensure_ascii=False) for _ in range(2))
    assert once == twice


HOSTILE = """
1|1/|1.|1,1|12-|năm |ngày |năm 2|tỉnh |Hà |một |trăm |từ 1 đến |bằng khen |tặng |(|“|- |X. |hai mươi |Nguyễn Văn |quý I
1/1/|Điều 1. |và |của |cho |hạng |tháng |, |1 người, |Bộ |Hội đồng
"""


@pytest.mark.parametrize("piece", [*HOSTILE.replace("\n", "|").strip("|").split("|"), "A\t", "\n", " "])
def test_hostile_repetition_is_read_to_its_end(piece: str) -> None:
    """How long it takes is printed by `tests/bench/hostile.py`; a rule that backtracks would hang here."""
    hostile = piece * (20_000 // len(piece))
    assert extract(hostile)["text"] == hostile
