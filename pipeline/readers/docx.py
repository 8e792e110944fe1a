"""Word documents: paragraphs, tables, headers, footers, footnotes and text boxes in reading order.

python-docx opens the package; the walk over its XML is ours, because every ready converter loses insertions,
text boxes or notes. Deleted text stays out.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Final

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from lxml import etree

from extractors.domain.errors import Damaged, NotText
from extractors.domain.records import Block, BlockKind, SourceText
from pipeline.readers.encodings import repair_blocks
from pipeline.readers.fonts import in_unicode
from pipeline.readers.limits import check_package
from pipeline.readers.numbering import Numbering

_SKIPPED: Final = frozenset(
    qn(tag) for tag in ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:instrText", "w:delText", "w:tblPr", "w:sdtPr")
) | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_TEXT_BOX: Final = qn("w:txbxContent")
_PARAGRAPH, _TABLE = qn("w:p"), qn("w:tbl")
_MARKS: Final = {
    qn("w:tab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
    qn("w:ptab"): "\t",
}
_PAGE_NUMBER: Final = re.compile(r"[\s\-–—|/]*(?:(?:trang|page)\s*)?\d*(?:\s*/\s*\d+)?[\s\-–—|/]*", re.IGNORECASE)
_KINDS: Final = (
    ("title", BlockKind.TITLE),
    ("heading", BlockKind.HEADING),
    ("caption", BlockKind.CAPTION),
    ("footnotetext", BlockKind.FOOTNOTE),
)


def read(data: bytes, name: str) -> SourceText:
    """Returns the blocks of a DOCX file: headers, body with notes and text boxes where they are anchored, footers.

    A table row is one block; a table without rules that only sets text side by side (letterhead, signatures)
    gives the paragraphs of its left column, then those of its right one.
    """
    check_package(data, name)
    try:
        package, by_fonts = in_unicode(data)
        document = docx.Document(io.BytesIO(package))
    except (KeyError, ValueError, OSError, zipfile.BadZipFile, etree.LxmlError) as error:
        raise Damaged(f"{name} is a broken Word document: {error}", advice="Open and save it anew in Word") from error
    blocks = list(_Walk(document).blocks())
    if not any(block.text.strip() for block in blocks):
        raise NotText(f"{name} holds no text", advice="If it holds pictures of pages, save them as PDF or PNG")
    repaired, notes = repair_blocks(blocks)
    return SourceText(format="docx", blocks=repaired, notes=(*by_fonts, *notes))


class _Walk:
    """One pass over a document; keeps the list counters and the notes on the way."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.numbering = Numbering(document)
        self.styles = {style.style_id: style for style in document.styles}
        self.footnotes = self._notes("footnotes")
        self.endnotes = self._notes("endnotes")

    def blocks(self) -> Iterator[Block]:
        yield from self._edges("header", BlockKind.HEADER)
        yield from self._container(self.document.element.body)
        yield from self._edges("footer", BlockKind.FOOTER)

    def _edges(self, edge: str, kind: BlockKind) -> Iterator[Block]:
        """Headers or footers of all sections, each text once, page numbers left out."""
        seen: set[str] = set()
        for section in self.document.sections:
            for variant in ("first_page_", "", "even_page_"):
                part = getattr(section, f"{variant}{edge}")
                if part.is_linked_to_previous:
                    continue
                for block in self._container(part._element):
                    if block.text not in seen and not _PAGE_NUMBER.fullmatch(block.text):
                        seen.add(block.text)
                        row = block.kind is BlockKind.TABLE_ROW
                        yield Block(text=block.text, kind=block.kind if row else kind)

    def _notes(self, which: str) -> dict[str, etree._Element]:
        """Footnotes or endnotes by id, without the separators that Word keeps among them."""
        relation = RELATIONSHIP_TYPE.FOOTNOTES if which == "footnotes" else RELATIONSHIP_TYPE.ENDNOTES
        for rel in self.document.part.rels.values():
            if rel.reltype == relation and not rel.is_external:
                root = etree.fromstring(rel.target_part.blob, etree.XMLParser(resolve_entities=False))
                return {str(note.get(qn("w:id"))): note for note in root if note.get(qn("w:type")) in (None, "normal")}
        return {}

    def _container(self, element: etree._Element) -> Iterator[Block]:
        """Paragraphs and tables of a body, cell, note or text box; content controls are looked through."""
        carried = ""
        for child in element:
            if child.tag == _PARAGRAPH:
                found = list(self._paragraph(child, carried))
                carried = ""
                if found and _is_mark_deleted(child):
                    carried = found.pop(0).text if len(found) == 1 else ""
                yield from found
            elif child.tag == _TABLE:
                yield from self._table(child)
            elif child.tag not in _SKIPPED:
                yield from self._container(child)
        if carried:
            yield Block(text=carried)

    def _paragraph(self, paragraph: etree._Element, carried: str = "") -> Iterator[Block]:
        kind = self._kind(paragraph)
        label = self.numbering.label(paragraph)
        pieces = [_tidy(piece) for piece in ("".join(_text(paragraph))).split("\n")]
        pieces = _rejoin([piece for piece in pieces if piece])
        if carried:
            pieces = [f"{carried} {pieces[0]}", *pieces[1:]] if pieces else [carried]
        if label and pieces:
            pieces[0] = f"{label} {pieces[0]}"
        for piece in pieces:
            yield Block(text=piece, kind=kind)
        yield from self._anchored(paragraph)

    def _anchored(self, paragraph: etree._Element) -> Iterator[Block]:
        """What hangs on a paragraph: text boxes, footnotes and endnotes, in the order of their anchors."""
        for node in _visible(paragraph):
            if node.tag == _TEXT_BOX:
                yield from self._container(node)
            elif node.tag in (qn("w:footnoteReference"), qn("w:endnoteReference")):
                notes = self.footnotes if node.tag == qn("w:footnoteReference") else self.endnotes
                note = notes.get(str(node.get(qn("w:id"))))
                if note is not None:
                    for block in self._container(note):
                        yield Block(text=block.text, kind=BlockKind.FOOTNOTE)

    def _kind(self, paragraph: etree._Element) -> BlockKind:
        style_id = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        style = self.styles.get(style_id.get(qn("w:val"))) if style_id is not None else None
        name = (style.name or "").lower().replace(" ", "") if style is not None else ""
        return next((kind for start, kind in _KINDS if name.startswith(start)), BlockKind.PARAGRAPH)

    def _table(self, table: etree._Element) -> Iterator[Block]:
        rows = [_cells(row) for row in _rows(table)]
        if self._is_layout(table, rows):
            for column in range(max(map(len, rows), default=0)):
                for row in rows:
                    if column < len(row):
                        yield from self._container(row[column])
            return
        for row in rows:
            cells = [" ".join(" ".join(b.text.split()) for b in self._container(cell)) for cell in row]
            if any(cells):
                yield Block(text="\t".join(cells), kind=BlockKind.TABLE_ROW if len(cells) > 1 else BlockKind.PARAGRAPH)

    def _is_layout(self, table: etree._Element, rows: list[list[etree._Element]]) -> bool:
        """Side-by-side text: two columns, few rows, no rules, or cells of several paragraphs each."""
        width = max(map(len, rows), default=0)
        if width > 2 or len(rows) > 4:
            return False
        if not self._has_rules(table):
            return True
        several = sum(len(cell.findall(_PARAGRAPH)) > 1 for row in rows for cell in row)
        return len(rows) == 1 and several == width

    def _has_rules(self, table: etree._Element) -> bool:
        """Tells whether the table draws inner lines, by itself, its cells or its style."""
        for borders in (*table.iter(qn("w:tblBorders")), *table.iter(qn("w:tcBorders"))):
            if any(edge.get(qn("w:val")) not in ("nil", "none") for edge in borders):
                return True
        if table.find(f"{qn('w:tblPr')}/{qn('w:tblBorders')}") is not None:
            return False
        style_id = table.find(f"{qn('w:tblPr')}/{qn('w:tblStyle')}")
        style = self.styles.get(style_id.get(qn("w:val"))) if style_id is not None else None
        for _ in range(10):
            if style is None:
                return False
            if any(
                edge.get(qn("w:val")) not in ("nil", "none")
                for b in style.element.iter(qn("w:tblBorders"))
                for edge in b
            ):
                return True
            style = style.base_style
        return False


def _visible(element: etree._Element) -> Iterator[etree._Element]:
    """Descendants in order, without deletions, properties and what lies inside text boxes."""
    for child in element:
        if child.tag in _SKIPPED or not isinstance(child.tag, str):
            continue
        yield child
        if child.tag != _TEXT_BOX:
            yield from _visible(child)


def _text(paragraph: etree._Element) -> Iterator[str]:
    for node in _visible(paragraph):
        if node.tag == qn("w:t"):
            if not _is_hidden(node.getparent()):
                yield (node.text or "").replace("\n", " ")
        elif node.tag == qn("w:br") and node.get(qn("w:type")) == "page":
            yield " "
        elif node.tag in _MARKS:
            yield _MARKS[node.tag]


def _is_hidden(run: etree._Element | None) -> bool:
    vanish = run.find(f"{qn('w:rPr')}/{qn('w:vanish')}") if run is not None else None
    return vanish is not None and vanish.get(qn("w:val")) not in ("0", "false")


def _is_mark_deleted(paragraph: etree._Element) -> bool:
    """The paragraph's end is deleted: its text goes on in the next paragraph."""
    return paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}/{qn('w:del')}") is not None


def _tidy(piece: str) -> str:
    """One space for white space; several tabs in a short line set words apart and stay one tab."""
    piece = piece.strip(" \t\u00a0")
    if len(piece) < 160 and re.search(r"\t\s*\t|\S {8,}\S", piece):
        return "\t".join(" ".join(part.split()) for part in re.split(r"\t\s*\t+| {8,}", piece) if part.strip())
    return " ".join(piece.split())


def _rejoin(pieces: list[str]) -> list[str]:
    """Manual line breaks inside a sentence, as pasted text has them, are undone."""
    joined: list[str] = []
    for piece in pieces:
        if joined and piece[0].islower() and joined[-1][-1] not in ".:;!?":
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    return joined


def _rows(table: etree._Element) -> Iterable[etree._Element]:
    for row in table.iterchildren(qn("w:tr"), qn("w:sdt")):
        inner = [row] if row.tag == qn("w:tr") else list(row.iter(qn("w:tr")))
        for candidate in inner:
            if candidate.find(f"{qn('w:trPr')}/{qn('w:del')}") is None:
                yield candidate


def _cells(row: etree._Element) -> list[etree._Element]:
    cells: list[etree._Element] = []
    for child in row.iterchildren(qn("w:tc"), qn("w:sdt")):
        cells += [child] if child.tag == qn("w:tc") else list(child.iter(qn("w:tc")))
    return cells
