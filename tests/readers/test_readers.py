"""Every sample gives its expected text; damaged, locked and hostile files give their error."""

import contextlib
import io
import random
import sys
from pathlib import Path

import pytest

from extractors.domain.errors import (
    Damaged,
    Encrypted,
    MissingDependency,
    NotText,
    ProjectError,
    ReadError,
    TooLarge,
    Unsupported,
)
from extractors.domain.records import BlockKind
from pipeline.readers import READERS, availability, read, read_bytes, recognise
from pipeline.text import DocumentText, normalise

FORMATS = Path(__file__).parent.parent / "formats"
PICTURES = {".png", ".jpg", ".tiff"}
TEXTS = sorted(
    path.name.removesuffix(".txt")
    for path in (FORMATS / "expected").glob("*.txt")
    if not PICTURES & {Path(path.stem).suffix} and not path.stem.startswith("scan")
)


def sample(name: str) -> DocumentText:
    return normalise(read(FORMATS / name))


@pytest.mark.parametrize("name", TEXTS)
def test_sample_gives_its_expected_text(name: str) -> None:
    expected = (FORMATS / "expected" / f"{name}.txt").read_text(encoding="utf-8")
    if name == "tcvn3.txt":  # TCVN3 has no accented capital; a single one at the start of a name is lost
        expected = expected.replace("Ủy", "ủy")
    assert sample(name).text.rstrip("\n") == expected.rstrip("\n")


@pytest.mark.parametrize("name", TEXTS)
def test_words_lie_in_order_inside_the_text(name: str) -> None:
    found = sample(name)
    end = 0
    for word in found.words:
        assert end <= word.start < word.end <= len(found.text)
        assert not any(char.isspace() for char in found.text[word.start : word.end])
        end = word.end


def test_every_sample_stands_in_the_readme() -> None:
    readme = (FORMATS / "README.md").read_text(encoding="utf-8")
    names = [path.name for path in FORMATS.iterdir() if path.is_file() and path.suffix not in (".md", ".py")]
    assert [name for name in names if f"`{name}`" not in readme] == []
    assert sum(path.stat().st_size for path in FORMATS.rglob("*") if path.is_file()) < 1_500_000


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("empty.pdf", NotText, "is empty"),
        ("truncated.pdf", Damaged, "broken or truncated PDF"),
        ("encrypted.pdf", Encrypted, "password"),
        ("encrypted.docx", Encrypted, "password"),
        ("truncated.docx", Damaged, "broken or truncated"),
        ("random.docx", Damaged, "no Word document"),
        ("bomb.docx", TooLarge, "packed size"),
    ],
)
def test_bad_file_gives_its_error(name: str, error: type[ReadError], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        read(FORMATS / name)
    assert name in caught.value.message
    assert caught.value.advice


@pytest.mark.parametrize(
    ("data", "name", "error"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "a.doc", Unsupported),
        (b"GIF89a" + bytes(50), "a.gif", Unsupported),
        (b"PK\x03\x04" + bytes(40), "a.docx", Damaged),
        (bytes(300), "a.bin", Unsupported),
        (bytes(300), "a.png", Damaged),
        (b"  \n\t \n", "a.txt", NotText),
        (b"<html><body><script>x()</script></body></html>", "a.html", NotText),
        (b"%PDF-1.7\n" + bytes(50), "a.pdf", Damaged),
    ],
)
def test_unreadable_bytes_give_their_error(data: bytes, name: str, error: type[ReadError]) -> None:
    with pytest.raises(error):
        read_bytes(data, name)


def test_missing_file_is_a_read_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="cannot be opened"):
        read(tmp_path / "none.txt")


def test_bytes_decide_before_the_suffix() -> None:
    assert recognise(b"%PDF-1.4 ...", "a.txt") == "pdf"
    assert recognise((FORMATS / "picture-called.pdf").read_bytes(), "picture-called.pdf") == "png"
    assert recognise("Quyết định".encode(), "a.pdf") == "txt"
    assert recognise(b"<!-- x --><!DOCTYPE html><p>a", "a") == "html"
    assert recognise("<p>Nội dung</p>".encode(), "a.htm") == "html"
    assert recognise("a < b và <p>".encode(), "a.txt") == "txt"
    assert recognise((FORMATS / "utf16le.txt").read_bytes(), "a") == "txt"


@pytest.mark.parametrize("name", ["minutes.pdf", "parts.docx", "news-jsonld.html", "utf16.txt", "two-columns.pdf"])
def test_random_damage_never_raises_anything_else(name: str) -> None:
    data = (FORMATS / name).read_bytes()
    rng = random.Random(name)
    for _ in range(12):
        hurt = bytearray(data)
        for _ in range(rng.randint(1, 60)):
            hurt[rng.randrange(len(hurt))] = rng.randrange(256)
        cut = bytes(hurt[: rng.randint(len(hurt) // 3, len(hurt))])
        with contextlib.suppress(ProjectError):
            normalise(read_bytes(cut, name))


def test_deeply_nested_page_is_refused_or_read_quickly() -> None:
    page = b"<html><body>" + b"<div>" * 100_000 + "Sâu quá".encode() + b"</body></html>"
    with pytest.raises(ReadError):
        read_bytes(page, "deep.html")


def test_huge_picture_is_refused_before_it_is_unpacked() -> None:
    image = pytest.importorskip("PIL.Image")
    pytest.importorskip("tesserocr")
    buffer = io.BytesIO()
    image.new("1", (30_000, 30_000)).save(buffer, "PNG")
    with pytest.raises(TooLarge):
        read_bytes(buffer.getvalue(), "huge.png")


def test_readers_and_their_files_agree() -> None:
    folder = Path(__file__).parent.parent.parent / "pipeline" / "readers"
    assert {reader.module for reader in READERS.values()} <= {path.stem for path in folder.glob("*.py")}
    assert availability().keys() == READERS.keys()
    assert availability()["txt"] == availability()["html"] == availability()["pdf"] == availability()["docx"] == ""


def test_news_page_metadata_has_evidence() -> None:
    found = sample("news-jsonld.html")
    assert found.title is not None
    assert found.title.value == "Tuyên Quang trao Bằng khen cho 12 tập thể làm đường nông thôn"
    assert found.author is not None
    assert found.author.value == "Lý Thị Mẩy"
    assert found.publisher is not None
    assert found.publisher.value == "Báo Sông Gâm"
    assert found.published is not None
    assert found.published.value == "2019-03-14T10:20"  # given in UTC
    assert found.published.evidence == "JSON-LD datePublished"


def test_masthead_date_is_refused_and_the_date_line_taken() -> None:
    published = sample("news-tables.html").published
    assert published is not None
    assert published.value == "2012-02-03T16:45"
    assert "Cập nhật" in published.evidence


def test_the_medium_is_not_its_own_author() -> None:
    found = sample("news-meta.html")
    assert found.author is not None
    assert found.author.value == "Phan Diệu Hiền"
    assert found.published is not None
    assert found.published.evidence == "meta article:published_time"


def test_page_without_any_own_date_has_none() -> None:
    page = """<html><head><title>Tin xã</title></head><body><div id="header">Hôm nay 12/01/2027</div><h1>Xã Phù Lãng làm
    đường hoa</h1><div><p>Tuần qua, hội viên phụ nữ xã trồng thêm 3 km đường hoa, góp 45 triệu đồng mua cây giống.</p>
    <p>Con đường qua thôn Đoàn Kết nay rực rỡ, khách xa về ai cũng khen.</p></div></body></html>"""
    found = read_bytes(page.encode(), "xa.html")
    assert found.published is None
    assert "12/01/2027" not in "".join(block.text for block in found.blocks)


def test_american_clock_of_an_untranslated_page() -> None:
    page = """<html><body><article><div class="meta"><time>7/21/2008 4:02:19 PM</time></div><div class="kicker">Văn hóa
    </div><div class="kicker">Làng nghề:</div><h1>Người giữ nghề khảm trai ở làng Vạc</h1><div class="content"><p>Năm
    1999, cụ Đào Văn Mẫn được Bộ tặng bằng khen; nay cụ đã 84 tuổi mà tay đục vẫn chưa run.</p><p>Cả làng
    còn 12 hộ theo nghề, mỗi tháng làm ra chừng 40 bộ sập gụ bán đi các tỉnh.</p></div></article></body></html>"""
    found = normalise(read_bytes(page.encode(), "lang.html"))
    assert found.published is not None
    assert found.published.value == "2008-07-21T16:02"
    assert found.text.split("\n")[1:4] == ["Văn hóa", "Làng nghề:", "Người giữ nghề khảm trai ở làng Vạc"]


def test_html_kinds() -> None:
    kinds = {block.kind for block in read(FORMATS / "news-jsonld.html").blocks}
    assert {BlockKind.TITLE, BlockKind.CAPTION, BlockKind.HEADING, BlockKind.TABLE_ROW, BlockKind.PARAGRAPH} <= kinds
    assert BlockKind.BYLINE in {block.kind for block in read(FORMATS / "news-tables.html").blocks}


def test_html_in_a_legacy_coding_is_converted() -> None:
    vni = (FORMATS / "vni.txt").read_bytes().replace(b"\n", b"</p><p>")
    page = b"<html><head><meta charset=iso-8859-1><title>x</title></head><body><p>" + vni + b"</p></body></html>"
    found = normalise(read_bytes(page, "vni.html"))
    assert "được Chủ tịch UBND tỉnh tặng Bằng khen năm 2019" in found.text
    assert found.notes == ("converted from VNI-Windows",)


def test_docx_kinds_and_deletions() -> None:
    blocks = read(FORMATS / "parts.docx").blocks
    kinds = {block.text: block.kind for block in blocks}
    assert kinds["Hồ sơ khen thưởng năm 2022"] is BlockKind.HEADER
    assert kinds["Lưu hành nội bộ"] is BlockKind.FOOTER
    assert kinds["Hai thành viên vắng mặt có lý do."] is BlockKind.FOOTNOTE
    assert kinds["BIÊN BẢN"] is BlockKind.TITLE
    assert not any("11/01/2023" in block.text for block in blocks)


def test_pdf_pages_boxes_and_furniture() -> None:
    found = sample("minutes.pdf")
    assert [page.number for page in found.pages] == [1, 2, 3]
    at = found.text.index("40 hộ có tên trên")
    ((page, box),) = found.boxes(at, at + 5)
    assert page == found.page_at(at) == 2
    assert 0 < box.x0 < box.x1 < found.pages[0].width
    assert 0 < box.y0 < box.y1 < found.pages[0].height
    assert found.blocks[-1].kind is BlockKind.FURNITURE


@pytest.mark.parametrize("name", ["scan.png", "scan.pdf"])
def test_missing_library_is_named_with_how_to_get_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tesserocr", None)
    for module in ("ocr", "image", "tesseract", "orientation", "missed"):
        monkeypatch.delitem(sys.modules, f"pipeline.readers.{module}", raising=False)
        monkeypatch.delattr(f"pipeline.readers.{module}", raising=False)
    with pytest.raises(MissingDependency, match="tesserocr is not installed") as caught:
        read(FORMATS / name)
    assert "sovang[ocr]" in caught.value.advice
