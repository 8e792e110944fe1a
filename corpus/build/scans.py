"""Pages of a PDF to images, and images worn down as paper and scanner wear them; the same bytes at every run."""

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Grey = NDArray[np.uint8]
Ink = NDArray[np.float32]


@dataclass(frozen=True)
class Wear:
    """How far a page has come: degrees of skew, pixels of blur, shares of ink that shine through or fade, noise."""

    skew: float = 0.0
    blur: float = 0.0
    bleed: float = 0.0
    fade: float = 0.0
    noise: float = 0.0
    shade: float = 0.0


WEARS: Final = {
    "clean": Wear(),
    "office": Wear(skew=0.5, blur=0.5, bleed=0.03, fade=0.06, noise=2.5, shade=0.02),
    "archive": Wear(skew=-0.9, blur=0.7, bleed=0.06, fade=0.16, noise=4.0, shade=0.10),
    "fax": Wear(skew=0.4, blur=0.6, fade=0.1, noise=6.0),
    "phone": Wear(skew=1.3, blur=0.8, bleed=0.0, fade=0.10, noise=3.0, shade=0.22),
}


def page_images(pdf: bytes, dpi: int) -> list[Grey]:
    """Every page of a PDF as a grey image of uint8, shape (height, width)."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [np.asarray(page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")) for page in document]
    finally:
        document.close()


def worn(pages: Sequence[Grey], wear: Wear, *, seed: str) -> list[Grey]:
    """The pages after years in a file: the back shines through, the ink is pale, the sheet lies askew."""
    chance = np.random.default_rng(zlib.crc32(seed.encode()))
    out = []
    for number, page in enumerate(pages):
        image: Ink = page.astype(np.float32)
        if wear.bleed:
            back = cv2.GaussianBlur(np.fliplr(pages[number - 1]).astype(np.float32), (0, 0), 2.5)
            image -= wear.bleed * (255 - back)
        image = 255 - (255 - image) * (1 - wear.fade)
        if wear.skew:
            image = _turned(image, wear.skew * chance.uniform(0.7, 1.1) * (1 if number % 2 == 0 else -1))
        if wear.blur:
            image = np.asarray(cv2.GaussianBlur(image, (0, 0), wear.blur), dtype=np.float32)
        if wear.shade:
            height, width = image.shape
            across = np.linspace(0, 1, width, dtype=np.float32)[None, :]
            down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
            image *= 1 - wear.shade * (0.65 * across**2 + 0.35 * down)
        if wear.noise:
            grain = cv2.GaussianBlur(chance.normal(0, 1, image.shape).astype(np.float32), (0, 0), 0.8)
            image += grain * (wear.noise / float(grain.std()))
        out.append(np.clip(image, 0, 255).astype(np.uint8))
    return out


def jpeg(image: Grey, quality: int, dpi: int) -> bytes:
    """A grey JPEG."""
    out = io.BytesIO()
    Image.fromarray(image).save(out, "JPEG", quality=quality, optimize=True, dpi=(dpi, dpi))
    return out.getvalue()


def png(pages: Sequence[Grey], dpi: int) -> bytes:
    """A PNG in sixteen greys, the pages one below the other."""
    sheet = Image.fromarray(np.vstack(list(pages))).quantize(16, dither=Image.Dither.NONE)
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=True, dpi=(dpi, dpi))
    return out.getvalue()


def tiff(pages: Sequence[Grey], dpi: int) -> bytes:
    """A TIFF of several pages in black and white, fax compression, as archives keep them."""
    sheets = [Image.fromarray(np.where(page < 150, 0, 255).astype(np.uint8)).convert("1") for page in pages]
    out = io.BytesIO()
    sheets[0].save(out, "TIFF", compression="group4", save_all=True, append_images=sheets[1:], dpi=(dpi, dpi))
    return out.getvalue()


def scanned_pdf(pages: Sequence[Grey], *, quality: int, dpi: int, title: str) -> bytes:
    """A PDF of page images only, without a text layer."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.setTitle(title)
    for page in pages:
        height, width = (side * 72 / dpi for side in page.shape)
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(io.BytesIO(jpeg(page, quality, dpi))), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _turned(image: Ink, degrees: float) -> Ink:
    height, width = image.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(
        cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=255), dtype=np.float32
    )
