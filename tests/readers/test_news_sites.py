"""One invented article in the page frames of ten kinds of sites: text, date, author and medium are found in all."""

import re
from collections import Counter
from pathlib import Path

import pytest

from extractors.domain.records import BlockKind
from pipeline.readers import read
from pipeline.text import DocumentText, normalise

SITES = Path(__file__).parent.parent / "formats" / "sites"
TITLE = "Ea Kar: 18 đội tranh tài tại hội thi nông dân giỏi"
LEAD = "Hội thi nhằm tôn vinh những nông dân tiêu biểu và trao đổi kinh nghiệm trồng trọt, chăn nuôi giữa các xã"
PAGES = [
    ("portal-a", "Hồ Sĩ Lượng", "vntin.example"),
    ("portal-b", "HỒ SĨ LƯỢNG", "TIN NAY ONLINE"),
    ("portal-c", "Hồ Sĩ Lượng", "Thời Nay"),
    ("portal-d", "Hồ Sĩ Lượng", "Báo Dân Bản"),
    ("paper-a", "Hồ Sĩ Lượng", "Báo Đắk Đoa"),
    ("paper-b", "HỒ SĨ LƯỢNG", "Báo Luật Mới"),
    ("paper-2005", "HỒ SĨ LƯỢNG", "Báo Cao Nguyên"),
    ("county", None, "Cổng thông tin điện tử huyện Ea Kar"),
    ("blog", "Hồ Sĩ Lượng", "Nông dân Ea Kar"),
    ("amp", "Hồ Sĩ Lượng", "Tạp chí Ruộng Đồng"),
]


def page(name: str) -> DocumentText:
    return normalise(read(SITES / f"{name}.html"))


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


@pytest.mark.parametrize("name", [name for name, _, _ in PAGES])
def test_article_is_whole_and_alone(name: str) -> None:
    found = page(name)
    gold = (SITES / "article.txt").read_text(encoding="utf-8")
    if name == "paper-2005":  # the one page without a picture
        gold = gold.replace("Các đội trả lời câu hỏi kiến thức. Ảnh: Hồ Sĩ Lượng", "")
    body = " ".join(found.text[b.start : b.end] for b in found.blocks if b.kind is not BlockKind.BYLINE)
    common = sum((words(gold) & words(body)).values())
    precision, recall = common / words(body).total(), common / words(gold).total()
    assert 2 * precision * recall / (precision + recall) >= 0.98
    assert body.startswith(TITLE)
    assert LEAD in found.text


@pytest.mark.parametrize(("name", "author", "publisher"), PAGES)
def test_metadata_of_the_article(name: str, author: str | None, publisher: str) -> None:
    found = page(name)
    assert found.title is not None
    assert found.title.value == TITLE
    assert (found.author.value if found.author else None) == author
    assert found.publisher is not None
    assert found.publisher.value == publisher


@pytest.mark.parametrize("name", [name for name, _, _ in PAGES])
def test_date_is_that_of_the_article_and_never_that_of_the_visit(name: str) -> None:
    found = page(name)
    assert found.published is not None
    assert found.published.value == "2020-08-06T07:10"
    assert "2027" not in found.text
