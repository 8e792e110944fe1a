"""Fonts of the codings before Unicode: what is set in .VnTime is TCVN3, in VNI-Times VNI, whatever the letters say.

The font is better evidence than the letters: it tells the coding of a single word, and that .VnTimeH draws capitals.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from lxml import etree

from pipeline.readers.encodings import from_legacy

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARTS: Final = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_STYLES: Final = "word/styles.xml"
_FONT: Final = re.compile(r"(?:[A-Z]{6}\+)?(?:(?P<tcvn3>\.Vn[A-Z]|Vn(?=Time|Arial))|(?P<vni>VNI[- ])|(?P<vps>VPS[- ]))")
_STYLE_SUFFIX: Final = re.compile(r"[,\-](?:bold|italic|regular).*|\s+(?:bold|italic).*", re.IGNORECASE)
_IN_BYTES: Final = re.compile(
    rb"\.Vn[A-Z]|VNI-|VPS |"
    + "|".join(re.escape(f.encode("utf-16-le").decode("latin-1")) for f in (".Vn", "VNI-")).encode("latin-1")
)
_CODINGS: Final = {"tcvn3": "TCVN3", "vni": "VNI-Windows", "vps": "VPS"}
_PLAIN_FONT: Final = "Times New Roman"


@dataclass(frozen=True, slots=True)
class Coding:
    """What a font makes of its bytes; `is_capital` where it draws capitals for small letters."""

    name: str
    is_capital: bool = False


def coding_of(font: str | None) -> Coding | None:
    """Returns the coding of a font by its name (of Word or of a PDF), None for a font of Unicode."""
    match = _FONT.match(font or "")
    if match is None or match.lastgroup is None:
        return None
    face = _STYLE_SUFFIX.sub("", font or "")
    return Coding(_CODINGS[match.lastgroup], match.lastgroup == "tcvn3" and face.endswith("H"))


def by_font(text: str, font: str | None) -> str:
    """Returns text in Unicode that is set in the font; text that holds Unicode letters already stays as it is."""
    coding = coding_of(font)
    return _decoded(text, coding) if coding else text


def _decoded(text: str, coding: Coding) -> str:
    moved = "".join(chr(ord(char) - 0xF000) if "\uf020" <= char <= "\uf0ff" else char for char in text)
    if any(char > "\u00ff" and char.isalpha() and char not in "ŒœŠšŽžŸƒˆ" for char in moved):
        return text
    decoded = from_legacy(coding.name, moved)
    return decoded.upper() if coding.is_capital else decoded


def names_legacy_font(data: bytes) -> bool:
    """Tells whether the bytes of a file name a font of these codings, in one or two bytes a letter."""
    return _IN_BYTES.search(data) is not None


def in_unicode(package: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Returns a DOCX package whose runs in such fonts hold Unicode, and a note; the same bytes where none does."""
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        parts = {name: old.read(name) for name in old.namelist() if name == _STYLES or _PARTS.fullmatch(name)}
        if not any(names_legacy_font(part) for part in parts.values()):
            return package, ()
        fonts = _StyleFonts(parts.get(_STYLES))
        met: set[str] = set()
        for name, part in parts.items():
            root = _parse(part)
            if name != _STYLES:
                met |= _convert(root, fonts)
            _rename(root)
            parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        if not met:
            return package, ()
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for member in old.infolist():
                new.writestr(member, parts.get(member.filename) or old.read(member.filename))
    return out.getvalue(), tuple(f"converted from {coding} by the names of fonts" for coding in sorted(met))


def _parse(part: bytes) -> etree._Element:
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


class _StyleFonts:
    """The font that a style gives, through the styles it is based on, down to the default of the document."""

    def __init__(self, part: bytes | None) -> None:
        self._own: dict[str, str | None] = {}
        self._base: dict[str, str] = {}
        self._default: str | None = None
        self._paragraph = ""
        root = _parse(part) if part else None
        for style in root.iter(f"{_W}style") if root is not None else ():
            key = style.get(f"{_W}styleId", "")
            self._own[key] = _font(style.find(f"{_W}rPr"))
            base = style.find(f"{_W}basedOn")
            self._base[key] = base.get(f"{_W}val", "") if base is not None else ""
            if style.get(f"{_W}type") == "paragraph" and style.get(f"{_W}default") in ("1", "true"):
                self._paragraph = key
        if root is not None:
            self._default = _font(root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr"))

    def of(self, run: etree._Element, paragraph: etree._Element) -> str | None:
        """The font of a run: its own, its style's, its paragraph's, the default."""
        properties = run.find(f"{_W}rPr")
        style = properties.find(f"{_W}rStyle") if properties is not None else None
        above = paragraph.find(f"{_W}pPr/{_W}pStyle")
        return (
            _font(properties)
            or self._styled(style.get(f"{_W}val", "") if style is not None else "")
            or self._styled(above.get(f"{_W}val", "") if above is not None else self._paragraph)
            or self._default
        )

    def _styled(self, key: str) -> str | None:
        for _ in range(12):  # a style may be based on itself in a broken file
            if font := self._own.get(key):
                return font
            key = self._base.get(key, "")
        return None


def _font(properties: etree._Element | None) -> str | None:
    fonts = properties.find(f"{_W}rFonts") if properties is not None else None
    return (fonts.get(f"{_W}hAnsi") or fonts.get(f"{_W}ascii")) if fonts is not None else None


def _convert(root: etree._Element, fonts: _StyleFonts) -> set[str]:
    met: set[str] = set()
    for paragraph in root.iter(f"{_W}p"):
        nodes = list(_texts(paragraph, fonts))
        for (before, one), (after, other) in pairwise(nodes):
            if one.name == other.name == "VNI-Windows":
                _join_marks(before, after)
        for node, coding in nodes:
            text = node.text or ""
            node.text = _decoded(text, coding)
            if node.text != text:
                met.add(coding.name)
    return met


def _texts(paragraph: etree._Element, fonts: _StyleFonts) -> Iterator[tuple[etree._Element, Coding]]:
    """The texts of a paragraph that are set in such fonts; a soft hyphen is the letter ư of TCVN3."""
    for run in paragraph.iter(f"{_W}r"):
        if next(run.iterancestors(f"{_W}p"), None) is not paragraph:
            continue
        coding = coding_of(fonts.of(run, paragraph))
        if coding is None:
            continue
        for node in list(run):
            if node.tag == f"{_W}softHyphen" and coding.name == "TCVN3":
                node.tag, node.text = f"{_W}t", "\u00ad"
            if node.tag == f"{_W}t":
                yield node, coding


def _join_marks(before: etree._Element, after: etree._Element) -> None:
    """VNI writes a letter and its mark as two characters; a run may end between them."""
    letter, mark = (before.text or "")[-1:], (after.text or "")[:1]
    if letter and mark and not mark.isascii() and len(from_legacy("VNI-Windows", letter + mark)) == 1:
        before.text, after.text = (before.text or "") + mark, (after.text or "")[1:]


def _rename(root: etree._Element) -> None:
    for fonts in root.iter(f"{_W}rFonts"):
        for attribute, font in fonts.attrib.items():
            if coding_of(str(font)):
                fonts.set(attribute, _PLAIN_FONT)
