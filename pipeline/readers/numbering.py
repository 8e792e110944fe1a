"""List labels of Word documents (`1.`, `a)`, `II.`, `-`), which Word computes and does not store in the text."""

from collections import defaultdict
from typing import Final

from docx.document import Document
from docx.oxml.ns import qn
from lxml import etree

_ROMAN: Final = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_Level = tuple[str, str, int]  # number format, label text, start


class Numbering:
    """Counts the lists of one document; `label` is to be called once for each paragraph, in order."""

    def __init__(self, document: Document) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._by_style: dict[str, tuple[str, int]] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._group: dict[str, str] = {}
        root = next(
            (rel.target_part.element for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None
        )
        if root is not None:
            self._load(root)
        for style in document.styles:
            if (found := _reference(style.element)) is not None:
                self._by_style[style.style_id] = found

    def _load(self, root: etree._Element) -> None:
        abstract = {str(a.get(qn("w:abstractNumId"))): a for a in root.iterchildren(qn("w:abstractNum"))}
        for number in root.iterchildren(qn("w:num")):
            number_id = str(number.get(qn("w:numId")))
            link = number.find(qn("w:abstractNumId"))
            key = str(link.get(qn("w:val"))) if link is not None else ""
            levels = {_index(level): _level(level) for level in abstract.get(key, ()) if level.tag == qn("w:lvl")}
            overrides = list(number.iterchildren(qn("w:lvlOverride")))
            for override in overrides:
                start = override.find(qn("w:startOverride"))
                index = _index(override)
                if start is not None and index in levels:
                    levels[index] = (*levels[index][:2], int(start.get(qn("w:val"))))
            self._levels[number_id] = levels
            # Lists of one abstract number go on counting unless they restart by an override.
            self._group[number_id] = number_id if overrides else f"abstract {key}"

    def label(self, paragraph: etree._Element) -> str:
        """Returns the label of a list paragraph and counts it, an empty string for other paragraphs."""
        properties = paragraph.find(qn("w:pPr"))
        found = _reference(paragraph)
        if found is None and properties is not None and (style := properties.find(qn("w:pStyle"))) is not None:
            found = self._by_style.get(str(style.get(qn("w:val"))))
        if found is None or found[1] not in self._levels.get(found[0], {}):
            return ""
        number_id, index = found
        levels = self._levels[number_id]
        if levels[index][0] == "bullet":
            return "-"
        counts = self._counts[self._group[number_id]]
        counts[index] = counts.get(index, levels[index][2] - 1) + 1
        for deeper in [other for other in counts if other > index]:
            del counts[deeper]
        label = levels[index][1]
        for other, (shape, _, start) in levels.items():
            label = label.replace(f"%{other + 1}", _spell(counts.get(other, start), shape))
        return label.strip()


def _reference(element: etree._Element) -> tuple[str, int] | None:
    """Returns list id and level that a paragraph or style names; id 0 switches numbering off."""
    number = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if number is None:
        return None
    identity, level = number.find(qn("w:numId")), number.find(qn("w:ilvl"))
    if identity is None:
        return None
    return str(identity.get(qn("w:val"))), int(level.get(qn("w:val"))) if level is not None else 0


def _index(level: etree._Element) -> int:
    return int(level.get(qn("w:ilvl")) or 0)


def _level(level: etree._Element) -> _Level:
    def value(tag: str, default: str) -> str:
        child = level.find(qn(tag))
        return str(child.get(qn("w:val")) or default) if child is not None else default

    start = value("w:start", "1")
    return value("w:numFmt", "decimal"), value("w:lvlText", ""), int(start) if start.isdigit() else 1


def _spell(number: int, shape: str) -> str:
    if shape in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if shape == "lowerLetter" else letter.upper()
    if shape in ("lowerRoman", "upperRoman"):
        text, rest = "", max(0, min(number, 3999))
        for value, numeral in _ROMAN:
            while rest >= value:
                text, rest = text + numeral, rest - value
        return text.lower() if shape == "lowerRoman" else text
    if shape == "decimalZero":
        return f"{number:02}"
    return "" if shape == "none" else str(number)
