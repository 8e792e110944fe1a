"""The document text and the map from its offsets back to the page."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from extractors.domain.records import Block, BlockKind, Box, Page, Sourced, SourceText, Word
from pipeline.text import DocumentText, normalise

VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐÊÔƠƯ áàảãạấầẩẫậốồổỗộớờởỡợứừửữựýỳỷỹỵ0123456789.,-\t\u00a0"
texts = st.text(st.sampled_from(VIETNAMESE), max_size=60)
any_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def box(x: float, y: float) -> Box:
    return Box(x0=x, y0=y, x1=x + 8, y1=y + 10)


def with_words(text: str, *, page: int = 1, y: float = 0.0, confidence: float | None = None) -> Block:
    words, at = [], 0
    for number, word in enumerate(text.split(" ")):
        if word:
            words.append(Word(start=at, end=at + len(word), box=box(10.0 * number, y), confidence=confidence))
        at += len(word) + 1
    return Block(text=text, page=page, words=tuple(words), box=box(0, y))


def document(*blocks: Block) -> DocumentText:
    return normalise(SourceText(format="pdf", blocks=blocks, pages=(Page(number=1, width=100, height=100),)))


def test_normalise_joins_blocks_by_their_separators() -> None:
    found = document(
        Block(text="Biên bản", separator=" "), Block(text="họp"), Block(text="1\tÔng A", kind=BlockKind.TABLE_ROW)
    )
    assert found.text == "Biên bản họp\n1\tÔng A"
    assert [found.text[b.start : b.end] for b in found.blocks] == ["Biên bản", "họp", "1\tÔng A"]


def test_normalise_leaves_empty_blocks_out_but_keeps_their_lines() -> None:
    found = document(Block(text="a"), Block(text=""), Block(text="b"), Block(text=""))
    assert found.text == "a\n\nb\n"
    assert len(found.blocks) == 2


def test_normalise_composes_and_keeps_words_in_place() -> None:
    text = unicodedata.normalize("NFD", "Huân chương Độc lập hạng Nhất")
    found = document(with_words(text))
    assert found.text == "Huân chương Độc lập hạng Nhất"
    assert [found.text[w.start : w.end] for w in found.words] == found.text.split(" ")


@given(st.lists(texts, max_size=6))
def test_words_read_the_same_in_nfc_and_nfd(lines: list[str]) -> None:
    composed = document(*(with_words(unicodedata.normalize("NFC", line)) for line in lines))
    decomposed = document(*(with_words(unicodedata.normalize("NFD", line)) for line in lines))
    assert composed.text == decomposed.text
    assert [(w.start, w.end) for w in composed.words] == [(w.start, w.end) for w in decomposed.words]


@given(st.lists(any_texts, min_size=1, max_size=5))
def test_normalise_is_nfc_of_the_joined_text_and_repeats_itself(lines: list[str]) -> None:
    found = document(*(Block(text=line) for line in lines))
    for block in found.blocks:
        line = found.text[block.start : block.end]
        assert unicodedata.is_normalized("NFC", line)
        assert "\r" not in line
        assert "\u00a0" not in line
    again = document(Block(text=found.text))
    assert again.text.replace("\n", "") == unicodedata.normalize("NFC", found.text.replace("\n", ""))


@given(any_texts, st.integers(0, 70), st.integers(0, 70))
def test_lookups_never_fail(text: str, start: int, end: int) -> None:
    found = document(with_words(text, confidence=0.5))
    found.boxes(start, end)
    found.page_at(start)
    found.ocr_confidence(start, end)
    found.block_at(start)


def test_windows_line_ends_inside_a_block_become_one() -> None:
    assert document(Block(text="a\r\nb\rc")).text == "a\nb\nc"


def test_boxes_merge_words_of_one_line_only() -> None:
    found = document(with_words("một hai ba", y=0), with_words("bốn năm", y=20))
    start, end = found.text.index("hai"), found.text.index("năm")
    boxes = found.boxes(start, end)
    assert boxes == [(1, Box(x0=10, y0=0, x1=28, y1=10)), (1, Box(x0=0, y0=20, x1=8, y1=30))]


def test_boxes_fall_back_to_the_block() -> None:
    found = document(Block(text="không có từ", page=3, box=box(1, 1)))
    assert found.boxes(2, 4) == [(3, box(1, 1))]
    assert document(Block(text="không trang")).boxes(2, 4) == []


def test_page_at_follows_the_blocks() -> None:
    found = document(Block(text="trang một", page=1, separator=" "), Block(text="trang hai", page=2))
    assert (found.page_at(0), found.page_at(12)) == (1, 2)
    assert document(Block(text="không")).page_at(2) is None


def test_ocr_confidence_is_that_of_the_worst_word() -> None:
    found = document(with_words("rõ ràng", confidence=0.97), with_words("mờ", confidence=0.4))
    assert found.ocr_confidence(0, len(found.text)) == 0.4
    assert found.ocr_confidence(0, 5) == 0.97
    assert document(with_words("chữ in")).ocr_confidence(0, 3) is None


def test_metadata_is_squeezed_and_composed() -> None:
    title = Sourced(value=unicodedata.normalize("NFD", " Hồ \n sơ "), evidence="h1")
    found = normalise(SourceText(format="html", blocks=(Block(text="x"),), title=title))
    assert found.title == Sourced(value="Hồ sơ", evidence="h1")
