"""The kind of a document, its header fields and its repeated paragraphs, told from its lines."""

import pytest

from extractors.domain.records import DocumentKind
from extractors.layout import Layout
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

MINUTES = """BỘ XÂY DỰNG
CỤM THI ĐUA SỐ 4

BIÊN BẢN
Hội nghị tổng kết công tác thi đua năm 2014

Hồi 8 giờ 00 ngày 20/11/2014, tại thành phố Hà Giang, cụm họp tổng kết.
Các đơn vị thống nhất nội dung.
Hội nghị kết thúc lúc 11 giờ cùng ngày.

CHỦ TỌA THƯ KÝ
Lò Văn Cúc Vi Thị Mơ
"""


def quote(text: str, layout: Layout, field: str) -> str | None:
    span = getattr(layout, field)
    return text[slice(*span)] if span else None


def layout_of(text: str) -> Layout:
    return TextView(text).layout


def test_the_head_of_a_decision_in_two_columns() -> None:
    layout = layout_of(DECISION)
    assert layout.kind is DocumentKind.DECISION
    assert quote(DECISION, layout, "number") == "45/QĐ-UBND"
    assert [DECISION[a:b] for a, b in layout.issuing_parts] == ["ỦY BAN NHÂN DÂN", "TỈNH HÀ GIANG"]
    assert quote(DECISION, layout, "subject") == "Về việc tặng Bằng khen"
    assert "05 tháng 02 năm 2020" in (quote(DECISION, layout, "issued_line") or "")


def test_the_signer_stands_behind_the_list_of_recipients() -> None:
    assert quote(DECISION, layout_of(DECISION), "signer") == "Giàng Seo Lử"


@pytest.mark.parametrize(
    ("office", "names", "signer"),
    [
        ("CHỦ TỌA THƯ KÝ", "Lò Văn Cúc Vi Thị Mơ", "Lò Văn Cúc"),
        ("THƯ KÝ CHỦ TRÌ", "Lò Văn Cúc Vi Thị Mơ", "Vi Thị Mơ"),
        ("THƯ KÝ          CHỦ TRÌ", "Lò Cúc          Vi Mơ", "Vi Mơ"),
        ("THƯ KÝ\nLò Văn Cúc\nCHỦ TRÌ", "Vi Thị Mơ", "Vi Thị Mơ"),
    ],
)
def test_minutes_are_signed_by_the_chair(office: str, names: str, signer: str) -> None:
    text = MINUTES.replace("CHỦ TỌA THƯ KÝ\nLò Văn Cúc Vi Thị Mơ", f"{office}\n{names}")
    assert quote(text, layout_of(text), "signer") == signer


def test_a_number_of_a_group_is_no_document_number() -> None:
    layout = layout_of(MINUTES)
    assert layout.kind is DocumentKind.MINUTES
    assert [MINUTES[a:b] for a, b in layout.issuing_parts] == ["BỘ XÂY DỰNG", "CỤM THI ĐUA SỐ 4"]
    assert layout.number is None


def test_a_head_in_small_letters_is_read_above_the_motto() -> None:
    text = MINUTES.replace(
        "BỘ XÂY DỰNG\nCỤM THI ĐUA SỐ 4\n\nBIÊN BẢN",
        "Sở Giáo dục tỉnh Hà Giang\nTrường Trung học Nà Mo\nCộng hòa xã hội chủ nghĩa Việt Nam\n\nBiên bản",
    )
    layout = layout_of(text)
    assert layout.kind is DocumentKind.MINUTES
    assert [text[a:b] for a, b in layout.issuing_parts] == ["Sở Giáo dục tỉnh Hà Giang", "Trường Trung học Nà Mo"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("TỜ TRÌNH\nVề việc đề nghị khen thưởng\nKính gửi: Thủ tướng", DocumentKind.PROPOSAL),
        ("BÁO CÁO\nKết quả năm 2020\n", DocumentKind.REPORT),
        ("Quyết định của tỉnh làm dân vui\n\nSáng nay, người dân xã Nà Mo rất phấn khởi.", DocumentKind.ARTICLE),
        ("", DocumentKind.ARTICLE),
    ],
)
def test_the_kind_is_told_from_a_line_of_its_own(text: str, kind: DocumentKind) -> None:
    assert layout_of(text).kind is kind


def test_a_lead_repeated_in_the_body_is_a_copy() -> None:
    lead = "Sáng 7/3/2015, Sở Y tế tỉnh Hà Giang tổ chức hội nghị tổng kết phong trào thi đua của toàn ngành."
    text = f"Tổng kết phong trào\n\n{lead}\n\n{lead} Dự hội nghị có nhiều đại biểu."
    (copy,) = layout_of(text).copies
    assert text[slice(*copy)] == lead


def test_cells_of_a_row_are_told_apart() -> None:
    line = layout_of("1\tÔng Vũ Tre\t\n").lines[0]
    assert line.is_row
    assert len(line.cells) == 3


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("Thứ ba, 14/5/2002\nNông nghiệp - Nông thôn\nCẦU TREO BẢN LỀNH THÔNG XE\n", "CẦU TREO BẢN LỀNH THÔNG XE"),
        ("Kinh tế - Xã hội địa phương\nHợp tác xã Nà Lềnh:\nVỤ CHÈ XUÂN ĐƯỢC MÙA\n", "VỤ CHÈ XUÂN ĐƯỢC MÙA"),
        ("Cầu treo Bản Lềnh thông xe\n(HGO) - Sáng qua, huyện thông xe cầu.\n", "Cầu treo Bản Lềnh thông xe"),
        ("CẦU TREO BẢN LỀNH THÔNG XE\nNHIỀU NGƯỜI ĐẾN DỰ\n", "CẦU TREO BẢN LỀNH THÔNG XE"),
        (
            "Cầu treo Bản Lềnh thông xe sau hai năm thi công vất vả\nCÔNG TY CẦU LỀNH CHO BIẾT\n",
            "Cầu treo Bản Lềnh thông xe sau hai năm thi công vất vả",
        ),
    ],
)
def test_a_section_name_is_no_headline(head: str, title: str) -> None:
    text = head + "Chiều qua, nhiều người dân trong bản đã có mặt từ sớm để dự lễ.\n"
    assert quote(text, layout_of(text), "title") == title
