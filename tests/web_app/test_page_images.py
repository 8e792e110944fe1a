"""Pictures of pages: rendered once, kept, in the proportions that boxes count in; hostile originals end as errors."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from extractors.domain.errors import ReadError
from pipeline.readers import office_program, read
from pipeline.web.page_images import STEPS, PageImages
from pipeline.web.rendering import prune

FORMATS = Path(__file__).parents[1] / "formats"


@pytest.fixture
def images(tmp_path: Path) -> Iterator[PageImages]:
    made = PageImages(FORMATS, tmp_path / "page-images", 64)
    yield made
    made.close()


def render(images: PageImages, name: str, form: str, number: int = 1, dpi: int = 110, turned: int = 0) -> Path:
    asked = images.png(document_id="ab" * 32, original=name, form=form, number=number, dpi=dpi, turned=turned)
    return asyncio.run(asked)


def test_pages_of_pdf_and_pictures_are_rendered_and_kept(images: PageImages, tmp_path: Path) -> None:
    first = render(images, "minutes.pdf", "pdf")
    written = first.stat().st_ino
    with Image.open(first) as picture:
        assert abs(picture.width / picture.height - 595 / 842) < 0.01
    assert render(images, "minutes.pdf", "pdf", dpi=113) == first  # the nearest step
    assert first.stat().st_ino == written
    assert render(images, "pages.tiff", "tiff", number=2) != first
    with Image.open(render(images, "scan.png", "png", dpi=300)) as shown, Image.open(FORMATS / "scan.png") as scan:
        assert shown.size == scan.size
    assert {path.suffix for path in (tmp_path / "page-images").rglob("*.*")} == {".png"}
    assert set(STEPS) >= {110, 150}


def test_pages_on_their_side_are_shown_as_their_boxes_were_read(images: PageImages) -> None:
    with Image.open(render(images, "scan.png", "png", dpi=300)) as lying:
        for turned in (1, 2, 3):
            with Image.open(render(images, "scan.png", "png", dpi=300, turned=turned)) as shown:
                assert np.array_equal(np.asarray(shown), np.rot90(np.asarray(lying), turned))


@pytest.mark.parametrize(
    ("name", "form", "number"),
    [("truncated.pdf", "pdf", 1), ("truncated.png", "png", 1), ("minutes.pdf", "pdf", 99), ("none.pdf", "pdf", 1)],
)
def test_what_cannot_be_shown_says_so(images: PageImages, name: str, form: str, number: int) -> None:
    with pytest.raises(ReadError, match="cannot be shown"):
        render(images, name, form, number)


@pytest.mark.skipif(office_program() is None, reason="LibreOffice is not installed: text documents have no pictures")
@pytest.mark.parametrize("form", ["doc", "odt"])
def test_text_documents_are_shown_as_they_were_printed_for_reading(images: PageImages, form: str) -> None:
    name = f"vntime.{form}"
    paper = read(FORMATS / name)
    page = paper.pages[0]
    with Image.open(render(images, name, form)) as picture:
        assert abs(picture.width / picture.height - page.width / page.height) < 0.01
        shown = np.asarray(picture.convert("L"))
    words = [word for block in paper.blocks for word in block.words]
    scale = shown.shape[1] / page.width
    for word in words:
        box = word.box
        ink = shown[int(box.y0 * scale) : int(box.y1 * scale) + 1, int(box.x0 * scale) : int(box.x1 * scale) + 1]
        assert ink.min() < 128  # the word stands where its box is


def test_pictures_longest_not_looked_at_go_first(tmp_path: Path) -> None:
    folder = tmp_path / "page-images" / "ab"
    folder.mkdir(parents=True)
    for at in range(10):
        (folder / f"{at}.png").write_bytes(b"x" * 1000)
        os.utime(folder / f"{at}.png", (at, at))
    prune(tmp_path / "page-images", 10_000)
    assert len(list(folder.iterdir())) == 10
    prune(tmp_path / "page-images", 5_000)
    assert sorted(path.stem for path in folder.iterdir()) == ["6", "7", "8", "9"]


def test_a_picture_that_is_looked_at_again_stays(tmp_path: Path) -> None:
    images = PageImages(FORMATS, tmp_path / "page-images", 1)
    try:
        first = render(images, "minutes.pdf", "pdf")
        os.utime(first, (1, 1))
        render(images, "minutes.pdf", "pdf")
        assert first.stat().st_mtime > 1
    finally:
        images.close()


def test_formats_without_pages_have_no_pictures(images: PageImages) -> None:
    assert not images.shows("docx")
    assert images.shows("pdf")
