"""Pictures of pages: rendered once, kept, in the proportions that boxes count in; hostile originals end as errors."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from extractors.domain.errors import ReadError
from pipeline.web.page_images import STEPS, PageImages

FORMATS = Path(__file__).parents[1] / "formats"


@pytest.fixture
def images(tmp_path: Path) -> Iterator[PageImages]:
    made = PageImages(FORMATS, tmp_path / "page-images")
    yield made
    made.close()


def render(images: PageImages, name: str, form: str, number: int = 1, dpi: int = 110, turned: int = 0) -> Path:
    asked = images.png(document_id="ab" * 32, original=name, form=form, number=number, dpi=dpi, turned=turned)
    return asyncio.run(asked)


def test_pages_of_pdf_and_pictures_are_rendered_and_kept(images: PageImages, tmp_path: Path) -> None:
    first = render(images, "minutes.pdf", "pdf")
    written = first.stat().st_mtime_ns
    with Image.open(first) as picture:
        assert abs(picture.width / picture.height - 595 / 842) < 0.01
    assert render(images, "minutes.pdf", "pdf", dpi=113) == first  # the nearest step
    assert first.stat().st_mtime_ns == written
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


def test_formats_without_pages_have_no_pictures(images: PageImages) -> None:
    assert not images.shows("docx")
    assert images.shows("pdf")
