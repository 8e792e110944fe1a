"""The font files that pages are set in: free fonts that have every Vietnamese letter."""

from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

_FOLDER: Final = Path("/usr/share/fonts/truetype")
_FACES: Final = {
    "liberation": ("liberation2/LiberationSerif", ("-Regular", "-Bold", "-Italic", "-BoldItalic")),
    "noto": ("noto/NotoSerif", ("-Regular", "-Bold", "-Italic", "-BoldItalic")),
    "sans": ("dejavu/DejaVuSans", ("", "-Bold", "-Oblique", "-BoldOblique")),
    "dejavu": ("dejavu/DejaVuSerif", ("", "-Bold", "-Italic", "-BoldItalic")),
    "typewriter": ("liberation2/LiberationMono", ("-Regular", "-Bold", "-Italic", "-BoldItalic")),
}
_ADVICE: Final = "apt-get install fonts-liberation2 fonts-noto-core fonts-dejavu-core fonts-dejavu-extra"


def register(name: str) -> str:
    """Makes a family known to reportlab and returns its name; `SystemExit` with advice where its files are missing."""
    if name in pdfmetrics.getRegisteredFontNames():
        return name
    stem, suffixes = _FACES[name]
    members = dict(zip(("normal", "bold", "italic", "boldItalic"), suffixes, strict=True))
    for member, suffix in members.items():
        path = _FOLDER / f"{stem}{suffix}.ttf"
        if not path.exists():
            raise SystemExit(f"no font file {path}: {_ADVICE}")
        pdfmetrics.registerFont(TTFont(_face(name, member), path))
    pdfmetrics.registerFontFamily(name, *(_face(name, member) for member in members))
    return name


def bold(name: str) -> str:
    """The name of the bold face of a registered family."""
    return _face(name, "bold")


def _face(name: str, member: str) -> str:
    return name if member == "normal" else f"{name}-{member}"
