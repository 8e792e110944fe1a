"""Scans: text, tables, boxes and confidences; pages that read badly are rescued, others left as they are."""

import io
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from extractors.domain.records import Block, BlockKind, Box, Word
from pipeline.readers import availability, read, read_bytes
from pipeline.readers.misreadings import mend
from pipeline.text import DocumentText, normalise

FORMATS = Path(__file__).parent.parent / "formats"
EXPECTED = (FORMATS / "expected" / "minutes.pdf.txt").read_text(encoding="utf-8").split("\n")
FIRST_PAGE = EXPECTED[:37]  # letterhead to row 25 of the table

if missing := availability()["png"]:
    pytest.skip(f"OCR is not installed: {missing}", allow_module_level=True)

pytestmark = pytest.mark.ocr


def character_errors(expected: str, found: str) -> float:
    """Share of characters that are wrong, white space squeezed."""
    a, b = " ".join(expected.split()), " ".join(found.split())
    codes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return sum(max(i1 - i0, j1 - j0) for op, i0, i1, j0, j1 in codes if op != "equal") / len(a)


@pytest.fixture(scope="module")
def scan() -> DocumentText:
    return normalise(read(FORMATS / "scan.png"))


def test_tilted_scan_at_150_dpi(scan: DocumentText) -> None:
    body = "\n".join(block for block in scan.text.split("\n") if "Trang 1/3" not in block)
    assert character_errors("\n".join(FIRST_PAGE), body) < 0.005
    assert scan.notes[0] == "read by OCR"


def test_letterhead_is_in_order(scan: DocumentText) -> None:
    assert scan.text.split("\n")[:6] == EXPECTED[:6]


def test_rows_of_a_ruled_table(scan: DocumentText) -> None:
    rows = [scan.text[b.start : b.end] for b in scan.blocks if b.kind is BlockKind.TABLE_ROW]
    assert len(rows) == 26
    assert len(set(rows) & set(FIRST_PAGE)) >= 25


def test_words_have_boxes_and_confidence(scan: DocumentText) -> None:
    at = scan.text.index("20 tháng 11 năm 2024")
    ((page, box),) = scan.boxes(at, at + 20)
    assert page == 1
    assert box.x1 - box.x0 > 5 * (box.y1 - box.y0)
    confidence = scan.ocr_confidence(at, at + 20)
    assert confidence is not None
    assert 0.5 < confidence <= 1.0
    assert scan.pages[0].is_ocr
    assert scan.pages[0].unit == "px"
    assert (scan.pages[0].confidence or 0) > 0.9


@pytest.mark.parametrize(("name", "pages"), [("scan.jpg", 1), ("scan.pdf", 1), ("pages.tiff", 2)])
def test_other_pictures_of_the_same_page(name: str, pages: int) -> None:
    found = normalise(read(FORMATS / name))
    assert len(found.pages) == pages
    assert character_errors("\n".join(FIRST_PAGE), found.text[: len("\n".join(FIRST_PAGE))]) < 0.02


def test_boxes_of_a_scanned_pdf_are_in_points() -> None:
    found = normalise(read(FORMATS / "scan.pdf"))
    assert found.pages[0].unit == "pt"
    assert found.pages[0].width == pytest.approx(595, abs=2)
    assert max(word.box.x1 for word in found.words) < 595


def test_mislabelled_picture_is_read_as_what_it_is() -> None:
    found = normalise(read(FORMATS / "picture-called.pdf"))
    assert found.format == "png"
    assert "Nông Thị Dìn" in found.text


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turned_page_is_set_upright(degrees: int, scan: DocumentText) -> None:
    from PIL import Image

    buffer = io.BytesIO()
    with Image.open(FORMATS / "scan.png") as picture:
        size = picture.size
        picture.rotate(degrees, expand=True).save(buffer, "PNG")
    found = normalise(read_bytes(buffer.getvalue(), "turned.png"))
    assert character_errors(scan.text, found.text) < 0.01
    assert (found.pages[0].width, found.pages[0].height) == size
    assert found.notes[1] == f"page 1 turned by {360 - degrees} degrees anticlockwise"
    at = found.text.index("20 tháng 11 năm 2024")
    ((_, box),), ((_, upright),) = found.boxes(at, at + 20), scan.boxes(at, at + 20)
    assert abs(box.x0 - upright.x0) < 5
    assert abs(box.y0 - upright.y0) < 5


def ocr_block(text: str, confidence: float | None = 0.9) -> Block:
    word = Word(start=0, end=1, box=Box(x0=0, y0=0, x1=1, y1=1), confidence=confidence)
    return Block(text=text, page=1, words=(word,))


@pytest.mark.parametrize(
    ("read_as", "meant"),
    [
        ("HỘI ĐỒNG THỊ ĐUA - KHEN THƯỞNG", "HỘI ĐỒNG THI ĐUA - KHEN THƯỞNG"),
        ("Tặng Băng khen cho 3 cá nhân", "Tặng Bằng khen cho 3 cá nhân"),
        ("từ nắm 2010 đến nắm nay", "từ năm 2010 đến nắm nay"),
        ("Bà Nguyễn Thị Đua nói", "Bà Nguyễn Thị Đua nói"),
        ("thi đưa ra đề, cả nhân loại", "thi đưa ra đề, cả nhân loại"),
    ],
)
def test_fixed_terms_are_set_right_in_ocr_only(read_as: str, meant: str) -> None:
    (block,), _ = mend([ocr_block(read_as)])
    assert block.text == meant
    (printed,), notes = mend([ocr_block(read_as, confidence=None)])
    assert (printed.text, notes) == (read_as, ())


def doubtful_block(text: str, word: str, confidence: float) -> Block:
    at = text.index(word)
    box = Box(x0=0, y0=0, x1=1, y1=1)
    return Block(text=text, page=1, words=(Word(start=at, end=at + len(word), box=box, confidence=confidence),))


@pytest.mark.parametrize(
    ("text", "word", "confidence", "meant"),
    [
        ("thành phố Đà Năng năm 2019", "Năng", 0.6, "thành phố Đà Nẵng năm 2019"),
        ("UBND TỈNH QUẢNG TRI", "TRI", 0.4, "UBND TỈNH QUẢNG TRỊ"),
        ("thành phố Đà Năng năm 2019", "Năng", 0.97, "thành phố Đà Năng năm 2019"),
        ("thành phố Đà Năng năm 2019", "Đà", 0.5, "thành phố Đà Năng năm 2019"),
        ("bà Lò Hà Nôi kể", "Nôi", 0.5, "bà Lò Hà Nôi kể"),
        ("làng Hà Lôi bên sông", "Lôi", 0.5, "làng Hà Lôi bên sông"),
        ("hội đồng nhân dân", "đồng", 0.5, "hội đồng nhân dân"),
    ],
)
def test_doubtful_mark_in_the_name_of_a_province(text: str, word: str, confidence: float, meant: str) -> None:
    (block,), notes = mend([doubtful_block(text, word, confidence)])
    assert block.text == meant
    assert bool(notes) == (text != meant)


def test_letters_without_a_word_are_read_again() -> None:
    """A line taken out of the reading comes back; ink that is a word already does not."""
    import numpy as np
    from PIL import Image

    from pipeline.readers.ink import letter_boxes
    from pipeline.readers.missed import missed_words
    from pipeline.readers.tesseract import PAGE, recognised

    with Image.open(FORMATS / "scan.jpg") as picture:
        image = np.asarray(picture.convert("L"), dtype=np.uint8)[: picture.height // 3]
    words = list(recognised(image, (0, 0), PAGE, 1.0))
    letters = letter_boxes(image)
    gone = [word for word in words if abs(word.level - words[len(words) // 2].level) < 0.5 * word.height]
    left = [word for word in words if word not in gone]
    found = {word.text for word in missed_words(image, letters, left, (), 1.0)}
    assert len(found & {word.text for word in gone}) >= 0.7 * len({word.text for word in gone})
    assert len(missed_words(image, letters, words, (), 1.0)) <= 2


def test_poor_scan_is_rescued() -> None:
    """Shade, blur, noise and low contrast that Tesseract alone makes nothing of."""
    import cv2
    import numpy as np
    from PIL import Image

    with Image.open(FORMATS / "scan.jpg") as picture:
        clean = np.asarray(picture.convert("L").resize((1654, 2339), Image.Resampling.BICUBIC), dtype=np.float32)
    rng = np.random.default_rng(1)
    shade = np.linspace(-25, 25, clean.shape[1])[None, :]
    poor = cv2.GaussianBlur(clean, (0, 0), 1.0) * 0.42 + 95 + shade + rng.normal(0, 12, clean.shape)
    buffer = io.BytesIO()
    Image.fromarray(np.clip(poor, 0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=45)
    found = normalise(read_bytes(buffer.getvalue(), "poor.jpg"))
    assert character_errors("\n".join(FIRST_PAGE), found.text) < 0.12
