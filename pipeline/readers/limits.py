"""How much a document may ask for; one place for all readers, so that hostile input ends as `TooLarge`."""

import io
import zipfile
from dataclasses import dataclass
from typing import Final

from extractors.domain.errors import TooLarge


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Upper bounds of one document. Bytes are of the file itself unless the name says otherwise."""

    file_bytes: int = 256 * 1024 * 1024
    text_characters: int = 20_000_000
    pages: int = 2_000
    page_pixels: int = 100_000_000  # one page image; A2 at 600 dpi
    pdf_characters_per_page: int = 60_000  # a page of small advertisements has about 25,000
    unpacked_bytes: int = 512 * 1024 * 1024  # all members of a DOCX or ODT together
    unpack_ratio: int = 200  # unpacked size to file size, for members above a megabyte
    office_s: int = 120  # for one conversion by LibreOffice
    html_bytes: int = 32 * 1024 * 1024
    html_depth: int = 400  # libxml2 and the walkers recurse; real pages stay below 60


LIMITS: Final = Limits()


def check(name: str, what: str, asked: float, allowed: float) -> None:
    """Raises `TooLarge` where a document asks for more of `what` than is allowed."""
    if asked > allowed:
        raise TooLarge(
            f"{name} asks for {asked:,.0f} {what}, the limit is {allowed:,.0f}",
            advice="Split the document or feed the part that is needed",
        )


def check_package(data: bytes, name: str) -> None:
    """Raises `TooLarge` for a zip package that unpacks to more than the limits allow, before anything is unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = package.infolist()
    check(name, "bytes unpacked", sum(member.file_size for member in members), LIMITS.unpacked_bytes)
    for member in members:
        if member.file_size > 1_000_000:
            ratio = member.file_size / max(1, member.compress_size)
            check(name, "times its packed size", ratio, LIMITS.unpack_ratio)
