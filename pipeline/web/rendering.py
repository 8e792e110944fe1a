"""One page of a kept original as a PNG; runs in a process of its own, since originals may be hostile."""

import io
import resource
from contextlib import suppress
from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image, ImageOps

from pipeline.readers.limits import LIMITS

PICTURES: Final = frozenset({"png", "jpeg", "tiff"})
OFFICE: Final = frozenset({"doc", "rtf", "odt"})  # shown as LibreOffice prints them, which is how they are read
RENDERED: Final = PICTURES | OFFICE | {"pdf"}
_PICTURE_DPI: Final = 300  # what a picture is taken to be scanned at, so that one measure serves for all
_MEMORY: Final = 4 << 30
_KEPT: Final = 0.9  # of the limit, once pictures have to go
_TURNS: Final = {1: Image.Transpose.ROTATE_90, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_270}


def limit_memory() -> None:
    """Holds the process that renders to 4 GB of address space."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def render(original: Path, form: str, number: int, dpi: int, turned: int, target: Path) -> None:
    """Writes page `number` (from 1) to `target`, turned anticlockwise by so many quarters as its boxes were read.

    Raises `ValueError` for what has no such page.
    """
    if form in PICTURES:
        picture = _of_picture(original, number, dpi)
    else:
        picture = _of_pdf(_printed(original, target) if form in OFFICE else original, number, dpi)
    data = _png(picture.transpose(_TURNS[turned]) if turned else picture)
    _keep(target, data)


def prune(folder: Path, limit: int) -> None:
    """Takes the files that were longest not looked at from a folder that holds more than `limit` bytes."""
    found = []
    for path in folder.glob("*/*"):
        with suppress(OSError):
            seen = path.stat()
            found.append((seen.st_mtime_ns, seen.st_size, path))
    total = sum(size for _, size, _ in found)
    if total <= limit:
        return
    for _, size, path in sorted(found):
        path.unlink(missing_ok=True)
        total -= size
        if total <= limit * _KEPT:
            return


def _keep(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".part")
    beside.write_bytes(data)
    beside.replace(target)


def _printed(original: Path, target: Path) -> Path:
    """Returns the PDF of a text document, made at the first of its pages that is shown and kept beside them."""
    from pipeline.readers.office import as_printed  # with all that reads PDF: only where it is needed

    made = target.with_name(f"{original.name.split('.')[0]}.pdf")
    if not made.is_file():
        _keep(made, as_printed(original.read_bytes(), original.name)[0])
    return made


def _of_pdf(original: Path, number: int, dpi: int) -> Image.Image:
    document = pypdfium2.PdfDocument(original)
    try:
        if not 1 <= number <= len(document):
            raise ValueError(f"there is no page {number}")
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(dpi / 72, (LIMITS.page_pixels / max(1.0, width * height)) ** 0.5)
        picture: Image.Image = page.render(scale=scale).to_pil()
        return picture
    finally:
        document.close()


def _of_picture(original: Path, number: int, dpi: int) -> Image.Image:
    with Image.open(original) as picture:
        if not 1 <= number <= getattr(picture, "n_frames", 1):
            raise ValueError(f"there is no page {number}")
        picture.seek(number - 1)
        if picture.width * picture.height > LIMITS.page_pixels:
            raise ValueError("the picture is too large to be shown")
        upright = ImageOps.exif_transpose(picture)
        if upright.mode.startswith("I;16"):
            upright = upright.point(lambda value: value / 256).convert("L")
        elif upright.mode not in {"L", "RGB"}:
            upright = upright.convert("RGBA")
            paper = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(paper, upright).convert("RGB")
        share = min(1.0, dpi / _PICTURE_DPI)
        if share < 1:
            size = (max(1, round(upright.width * share)), max(1, round(upright.height * share)))
            upright = upright.resize(size, Image.Resampling.LANCZOS)
        return upright


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=3)
    return out.getvalue()
