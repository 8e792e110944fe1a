"""Plain text: bytes to characters, lines to blocks; the text is kept as it stands."""

from extractors.domain.errors import NotText
from extractors.domain.records import Block, BlockKind, SourceText
from pipeline.readers.encodings import decode
from pipeline.readers.limits import LIMITS, check


def read(data: bytes, name: str) -> SourceText:
    """Returns one block for each line, empty ones too, so that offsets count in the file's own text.

    A line with tabs is a table row. Raises `NotText` where there is nothing but white space.
    """
    decoded = decode(data)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    check(name, "characters", len(text), LIMITS.text_characters)
    if not text.strip():
        raise NotText(f"{name} holds nothing but white space", advice="Copy or scan it again")
    blocks = tuple(
        Block(text=line, kind=BlockKind.TABLE_ROW if "\t" in line.strip() else BlockKind.PARAGRAPH)
        for line in text.split("\n")
    )
    return SourceText(format="txt", blocks=blocks, notes=decoded.notes)
