"""Pictures of pages: PNG, JPEG and TIFF with one or many pages, read by OCR."""

import io
import warnings
from collections.abc import Iterator

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageOps, ImageSequence, UnidentifiedImageError

from extractors.domain.errors import Damaged, NotText, TooLarge
from extractors.domain.records import Page, SourceText
from pipeline.readers import ocr
from pipeline.readers.arrange import PageContent, arrange, turn_notes
from pipeline.readers.limits import LIMITS, check
from pipeline.readers.misreadings import mend
from pipeline.readers.page import Image


def read(data: bytes, name: str) -> SourceText:
    """Returns the blocks of a picture, page by page; boxes are in its pixels as the picture is to be shown."""
    contents: list[PageContent] = []
    pages: list[Page] = []
    formats: set[str] = set()
    for number, (form, image) in enumerate(_frames(data, name), start=1):
        formats.add(form)
        check(name, "pages", number, LIMITS.pages)
        content, page = ocr.read_page(image, number)
        contents.append(content)
        pages.append(page)
    if not any(content.words for content in contents):
        raise NotText(f"{name} shows no text that can be read", advice="Scan it again with more contrast")
    blocks, notes = mend(arrange(contents))
    return SourceText(
        format=min(formats), blocks=blocks, pages=tuple(pages), notes=("read by OCR", *turn_notes(contents), *notes)
    )


def _frames(data: bytes, name: str) -> Iterator[tuple[str, Image]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PillowImage.DecompressionBombWarning)  # our own limit is checked below
            with PillowImage.open(io.BytesIO(data)) as picture:
                form = (picture.format or "png").lower()
                for frame in ImageSequence.Iterator(picture):
                    check(name, "pixels on a page", frame.width * frame.height, LIMITS.page_pixels)
                    yield form, _grey(frame)
    except PillowImage.DecompressionBombError as error:
        raise TooLarge(f"{name} is too large a picture", advice="Scan it at 300 dpi") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise Damaged(f"{name} is a broken or truncated picture", advice="Copy or scan it again") from error


def _grey(frame: PillowImage.Image) -> Image:
    """Grey, upright as its EXIF says, transparent parts white."""
    upright = ImageOps.exif_transpose(frame)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        paper = PillowImage.new("RGBA", upright.size, "white")
        upright = PillowImage.alpha_composite(paper, upright.convert("RGBA"))
    elif upright.mode.startswith("I;16"):
        upright = upright.point(lambda value: value / 256)
    return np.asarray(upright.convert("L"), dtype=np.uint8)
