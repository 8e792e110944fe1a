"""Ways to write one name compare as equal; names of two do not."""

import pytest

from pipeline.decisions.spelling import body_name, name_key
from pipeline.decisions.traits import number_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sở TN&MT tỉnh Phú Thọ", "Sở Tài nguyên và Môi trường Phú Thọ"),
        ("Sở VH,TT&DL Hà Nội", "Sở Văn hóa, Thể thao và Du lịch TP Hà Nội"),
        ("Công an tỉnh Nghệ An", "Công an Nghệ An"),
        ("Bệnh viện đa khoa tỉnh Hoà Bình", "Bệnh viện Đa khoa tỉnh Hòa Bình"),
        ("UBND TP. Hồ Chí Minh", "Uỷ ban nhân dân thành phố Hồ Chí Minh"),
    ],
)
def test_one_body_in_two_spellings(one: str, other: str) -> None:
    assert body_name(one) == body_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Sở Y tế Hà Tây", "Sở Y tế Hà Nội"), ("Hội Phụ nữ huyện Hòa Bình", "Hội Phụ nữ tỉnh Hòa Bình")],
)
def test_two_bodies(one: str, other: str) -> None:
    assert body_name(one) != body_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Trịnh Thị Mỹ Lệ", "Trịnh Thị Mĩ Lệ"), ("Đinh Văn Hoà", "ĐINH VĂN HÒA"), ("Rơ Châm H'len", "Rơ Châm Hlen")],
)
def test_one_person_in_two_spellings(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize("name", ["Y Khoang", "Thủy", "Tây"])
def test_y_stays_where_it_is_no_i(name: str) -> None:
    assert name_key(name) == name.lower()


def test_numbers_with_and_without_a_whole_symbol_agree() -> None:
    one, other, third = number_of("903/QĐ-UB"), number_of("số 0903/QĐ-UBND"), number_of("904/QĐ-UBND")
    assert one is not None
    assert other is not None
    assert third is not None
    assert one.agrees(other)
    assert not other.agrees(third)
