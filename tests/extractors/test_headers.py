"""Kind and header of documents as facts: examples, near misses, properties, speed."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.domain.edtf import is_valid
from extractors.headers import HeaderFact, read_header
from extractors.view import TextView

DECISION = """ỦY BAN NHÂN DÂN          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
TỈNH HÀ GIANG          Độc lập - Tự do - Hạnh phúc
Số: 45/QĐ-UBND          Hà Giang, ngày 05 tháng 02 năm 2020

QUYẾT ĐỊNH
Về việc tặng Bằng khen

CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH HÀ GIANG

Căn cứ Luật Thi đua, khen thưởng ngày 26/11/2003;
QUYẾT ĐỊNH:
Điều 1. Tặng Bằng khen cho 02 tập thể.
Điều 2. Chánh Văn phòng chịu trách nhiệm thi hành./.

Nơi nhận: KT. CHỦ TỊCH
- Như Điều 2; PHÓ CHỦ TỊCH
- Ban TĐKT Trung ương; (Đã ký)
- Lưu: VT, NV. Giàng Seo Lử
"""
PARTY = """ĐẢNG BỘ TỈNH HÀ GIANG
BAN THƯỜNG VỤ TỈNH ỦY
*
Số 219-QĐ/TU
ĐẢNG CỘNG SẢN VIỆT NAM
Hà Giang, ngày 3 tháng 2 năm 2019

QUYẾT ĐỊNH
tặng Huy hiệu Đảng đợt 3/2/2019

- Căn cứ Điều lệ Đảng;
Điều 1. Tặng Huy hiệu Đảng cho 4 đảng viên.

Nơi nhận:
- Như Điều 1.
T/M BAN THƯỜNG VỤ
PHÓ BÍ THƯ
(Đã ký)
Vàng Mí Sình
"""
OLD_MINUTES = """UỶ BAN HÀNH CHÍNH
TỈNH HÀ GIANG
BAN THI ĐUA
Số 41-BB/UB
VIỆT NAM DÂN CHỦ CỘNG HOÀ
Độc lập - Tự do - Hạnh phúc

BIÊN BẢN HỘI NGHỊ
Bình xét thi đua quý I

7 giờ 30 ngày 18-4-1965, tại hội trường thị xã, Ban thi đua họp.
Có mặt 9/11 uỷ viên; vắng hai đồng chí đang đi công tác.
Chủ toạ: đồng chí Lò Văn Cúc, uỷ viên. Thư ký: đồng chí Vi Thị Mơ.
Bỏ phiếu kín: phát ra 9 phiếu, thu về 9 phiếu, hợp lệ 8 phiếu, không hợp lệ 1 phiếu.
Hội nghị kết thúc lúc 16 giờ cùng ngày. Biên bản lập thành ba bản.

THƯ KÝ
Vi Thị Mơ
CHỦ TOẠ
Lò Văn Cúc
"""
ARTICLE = """Thứ hai, 11/03/2019 08:15
Hội Cựu chiến binh huyện Mường Lý:

Trao bằng khen cho mười hội viên
Sáng 9/3, Hội nêu Quyết định số 45/QĐ-UBND ngày 05/02/2019 của Chủ tịch UBND tỉnh về việc tặng Bằng khen.
QUYẾT ĐỊNH này được hội viên vui mừng đón nhận, chủ trì: ông Hà Vinh.
Tin, ảnh: HÀ VINH
"""


def facts_of(text: str) -> list[HeaderFact]:
    return list(read_header(TextView(text)))


def values(text: str) -> dict[str, list[str | int]]:
    told: dict[str, list[str | int]] = {}
    for fact in facts_of(text):
        told.setdefault(fact.field, []).append(fact.value)
    return told


def test_a_decision_in_two_columns_read_line_by_line() -> None:
    assert values(DECISION) == {
        "issuing_body": ["ỦY BAN NHÂN DÂN TỈNH HÀ GIANG"],
        "number": ["45/QĐ-UBND"],
        "symbol": ["QĐ-UBND"],
        "place_of_issue": ["Hà Giang"],
        "date_of_issue": ["2020-02-05"],
        "kind": ["decision"],
        "subject": ["tặng Bằng khen"],
        "signing_authority": ["KT. CHỦ TỊCH"],
        "recipient": ["Như Điều 2", "Ban TĐKT Trung ương", "Lưu: VT, NV"],
        "signer": ["Giàng Seo Lử"],
    }


def test_a_paper_of_the_party() -> None:
    told = values(PARTY)
    assert told["superior_body"] == ["ĐẢNG BỘ TỈNH HÀ GIANG"]
    assert told["issuing_body"] == ["BAN THƯỜNG VỤ TỈNH ỦY"]
    assert told["number"] == ["219-QĐ/TU"]
    assert told["signing_authority"] == ["TM. BAN THƯỜNG VỤ"]
    assert told["signer"] == ["Vàng Mí Sình"]


def test_minutes_in_an_old_form() -> None:
    told = values(OLD_MINUTES)
    assert told["superior_body"] == ["UỶ BAN HÀNH CHÍNH TỈNH HÀ GIANG"]
    assert told["issuing_body"] == ["BAN THI ĐUA"]
    assert told["number"] == ["41-BB/UB"]
    assert told["start_time"] == ["1965-04-18T07:30"]
    assert told["place"] == ["hội trường thị xã"]
    assert (told["present"], told["members"], told["absent"]) == ([9], [11], [2])
    assert told["absence_reason"] == ["đang đi công tác"]
    assert (told["chair"], told["secretary"]) == (["Lò Văn Cúc"], ["Vi Thị Mơ"])
    assert (told["votes_issued"], told["votes_returned"], told["votes_valid"]) == ([9], [9], [8])
    assert told["end_time"] == ["1965-04-18T16:00"]
    assert told["copies_made"] == [3]


def test_an_article_that_quotes_a_decision_is_none() -> None:
    assert values(ARTICLE) == {
        "kicker": ["Hội Cựu chiến binh huyện Mường Lý"],
        "kind": ["article"],
        "author": ["HÀ VINH"],
    }


@pytest.mark.parametrize(
    "text",
    [
        "Quyết định của người mẹ\n\nBà Mơ kể rằng quyết định ấy không dễ dàng.\n",
        "“QUYẾT ĐỊNH” ĐẾN MUỘN CỦA HUYỆN MƯỜNG LÝ\n\nHuyện ban hành quyết định hôm 5/2/2020.\n",
        "Biên bản bị bỏ quên trong ngăn kéo\n\nTờ giấy đã cũ, không ai còn nhớ người viết.\n",
    ],
)
def test_the_name_of_a_paper_in_a_headline_makes_no_paper(text: str) -> None:
    assert values(text)["kind"] == ["article"]


@pytest.mark.parametrize("last", ["Theo Báo Mường Lý", "Ông Hà Vinh", "Ảnh Lò Cúc", "Ảnh: HÀ VINH", "Hà Vinh nói."])
def test_a_source_a_caption_or_prose_at_the_end_is_no_writer(last: str) -> None:
    assert "author" not in values(f"Bản Nà Lốc được mùa ngô vụ này\n\nNgô trên nương đã chín vàng.\n{last}\n")


def test_a_title_that_nothing_supports_is_told_as_such() -> None:
    (kind,) = [f for f in facts_of("QUYẾT ĐỊNH\n\nAnh ấy ra đi vào một sáng mùa đông.\n") if f.field == "kind"]
    assert kind.rule == "headers.kind_by_title"


def test_a_day_left_blank_leaves_the_month() -> None:
    draft = DECISION.replace("Số: 45/QĐ", "Số: ....../QĐ").replace("ngày 05 tháng 02", "ngày ...... tháng 6")
    told = values(draft)
    assert told["date_of_issue"] == ["2020-06"]
    assert "number" not in told
    assert told["symbol"] == ["QĐ-UBND"]


@pytest.mark.parametrize("text", ["", "\n\n", " ", "BIÊN BẢN", "Số: /", "ngày 99 tháng 99 năm 9999\nBIÊN BẢN"])
def test_a_text_without_a_header_raises_nothing(text: str) -> None:
    facts_of(text)


PIECES_TABLE = """
BIÊN BẢN|QUYẾT ĐỊNH|TỜ TRÌNH|Số: 12/BB-UBND|Hà Giang, ngày 31 tháng 02 năm 2020|hồi 25h99 ngày 3/4/2020
Chủ trì: ông|Lò Văn Cúc|vắng ba người (|)|có mặt 9/3 thành viên|phát ra 9|kết thúc lúc 7 giờ|Nơi nhận:|- Lưu;
KT. CHỦ TỊCH|CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM|İ|tại |địa điểm: |Tin, ảnh: |TBO - |.
"""
PIECES = (*PIECES_TABLE.strip("\n").replace("\n", "|").split("|"), "\n", "\t")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=40).map("".join))
def test_every_quote_stands_in_the_text_and_every_time_is_edtf(text: str) -> None:
    for fact in facts_of(text):
        assert text[fact.start : fact.end] == fact.text
        assert fact.value != ""
        if fact.field in {"start_time", "end_time", "date_of_issue"}:
            assert is_valid(str(fact.value))


@pytest.mark.parametrize(
    "piece", ["kết thúc ", "tại a ", "vắng ba ", "địa điểm: ", "có mặt ", "A ", "Chủ trì: A b ", "- "]
)
def test_hostile_repetition_is_read_to_its_end(piece: str) -> None:
    view = TextView("BIÊN BẢN\n7 giờ ngày 1/2/2000 " + piece * (100_000 // len(piece)))
    assert view.layout.lines
    assert all(view.text[fact.start : fact.end] == fact.text for fact in read_header(view))


GOLD = Path(__file__).parents[2] / "corpus" / "gold"
FLOORS = {"precision": 0.98, "recall": 0.98}  # by field; they only rise


def test_no_field_falls_below_its_floor_on_the_official_papers_of_the_corpus() -> None:
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for path in sorted(GOLD.glob("*.header.json")):
        text = path.with_name(path.name.replace(".header.json", ".txt")).read_text(encoding="utf-8")
        gold = {(g["field"], g["value"], g["start"], g["end"]) for g in json.loads(path.read_text(encoding="utf-8"))}
        read = {(f.field, f.value, f.start, f.end) for f in facts_of(text)}
        found.update(field for field, *_ in read)
        wanted.update(field for field, *_ in gold)
        right.update(field for field, *_ in read & gold)
    assert wanted.total() > 150
    low = {
        field: (right[field], found[field], wanted[field])
        for field in found | wanted
        if right[field] < FLOORS["precision"] * found[field] or right[field] < FLOORS["recall"] * wanted[field]
    }
    assert not low, f"right, found, wanted: {low}"
