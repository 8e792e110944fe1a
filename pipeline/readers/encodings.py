"""Bytes to characters: Unicode, Windows-1258, and the codings of the years before it.

TCVN3 (ABC), VNI-Windows, VISCII, VPS and VIQR are told by what share of their words are Vietnamese syllables;
nothing is converted that reads well as it stands, and each conversion leaves a note.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from extractors.domain.records import Block
from pipeline.readers.formats import utf16_order
from pipeline.readers.syllables import is_syllable, marked_words, share_of_syllables
from pipeline.readers.viqr import from_viqr, is_viqr


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Characters of a document with notes on what was converted to get them."""

    text: str
    notes: tuple[str, ...] = ()


_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_READS_WELL = 0.75  # Vietnamese text as it should be scores above .95, wrongly read text below .5
_CONVINCES = 0.85
_GAIN = 0.25
_MIN_WORDS = 5
_SAMPLE = 40_000  # characters that the guess is made from


def decode(data: bytes, declared: str | None = None, *, is_markup: bool = False) -> Decoded:
    """Returns the characters of a text file in whatever coding it is; never fails.

    `declared` is what the file says of itself (an HTML `meta`); it is believed where it decodes without error.
    In markup VIQR is not looked for: scripts are full of its marks.
    """
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return _unicode(data[len(mark) :].decode(codec, "replace"), is_markup=is_markup)
    if codec_16 := utf16_order(data[:65536]):
        return _unicode(data.decode(codec_16, "replace"), is_markup=is_markup)
    try:
        return _unicode(data.decode("utf-8"), is_markup=is_markup)
    except UnicodeDecodeError:
        pass
    if declared and (text := _as_declared(data, declared)) is not None:
        return _unicode(text, is_markup=is_markup)
    damaged = data.decode("utf-8", "replace")
    lost, kept = damaged.count("\ufffd"), sum(char > "\x7f" for char in damaged)
    if lost * 20 < kept:  # a few bytes cut or hit in a file that is UTF-8 otherwise
        decoded = _unicode(damaged, is_markup=is_markup)
        return Decoded(text=decoded.text, notes=(*decoded.notes, f"{lost} bytes are no UTF-8 and were replaced"))
    return _single_byte(data)


def repair(text: str) -> Decoded:
    """Returns text whose characters came through a font or a wrong decoding, set right where that is plain.

    For text layers and pasted text that hold TCVN3, VNI or doubly encoded UTF-8 as Latin letters. What
    already reads as Vietnamese, or is no Vietnamese at all, comes back as the same string.
    """
    return _unicode(text)


def _as_declared(data: bytes, declared: str) -> str | None:
    try:
        codec = codecs.lookup(declared).name
        if codec in {"iso8859-1", "cp1252", "ascii"}:  # browsers' default, often declared for TCVN3 and VNI pages
            return None
        return data.decode(codec)
    except (LookupError, UnicodeDecodeError):
        return None


def _unicode(text: str, *, is_markup: bool = False) -> Decoded:
    words = marked_words(text[:_SAMPLE])
    if not words:
        if not is_markup and is_viqr(text):
            return Decoded(text=from_viqr(text), notes=("converted from VIQR",))
        return Decoded(text=text)
    if _reads_well(unicodedata.normalize("NFC", text[:_SAMPLE])):
        return _mend_lines(text, gain=_GAIN)
    mended = _mend_lines(text, gain=0.0)
    if mended.notes and _reads_well(mended.text):
        return mended
    found = _legacy(text, words)
    if found is not None:
        name, convert = found
        return Decoded(text=convert(text), notes=(f"converted from {name}",))
    return mended


def _reads_well(text: str) -> bool:
    return share_of_syllables(marked_words(text[:_SAMPLE])) >= _READS_WELL


# UTF-8 read as Latin-1 or Windows-1252: a lead byte of the Vietnamese blocks and what follows it.
_MOJIBAKE: Final = re.compile(
    r"(?:[\u00c3-\u00c6]|\u00e1[\u00ba\u00bb])[\u0080-\u00bf\u0152-\u0178\u0192\u02c6\u02dc\u2013-\u2122]"
)


def _mend_lines(text: str, *, gain: float) -> Decoded:
    """Undoes doubly encoded UTF-8 line by line, only where the line then reads better by `gain`."""
    if not _MOJIBAKE.search(text):
        return Decoded(text=text)
    import ftfy  # few texts need it, and its patterns take a twentieth of a second to compile

    lines = text.split("\n")
    mended = 0
    for at, line in enumerate(lines):
        if _MOJIBAKE.search(line):
            fixed = ftfy.fix_encoding(line)
            if fixed != line and _better(line, fixed, gain):
                lines[at] = fixed
                mended += 1
    if not mended:
        return Decoded(text=text)
    return Decoded(text="\n".join(lines), notes=(f"doubly encoded UTF-8 mended in {mended} lines",))


def _better(before: str, after: str, gain: float) -> bool:
    old, new = share_of_syllables(marked_words(before)), marked_words(after)
    least = max(_READS_WELL, old + gain) if gain else old
    return not new or share_of_syllables(new) >= least


def _single_byte(data: bytes) -> Decoded:
    """Chooses among Windows-1258 and the legacy codings; Windows-1252 where nothing looks Vietnamese."""
    best_name, best_text, best_share = "", "", 0.0
    text_1258 = unicodedata.normalize("NFC", data.decode("cp1258", "replace"))
    share = share_of_syllables(marked_words(text_1258[:_SAMPLE]))
    if share > best_share:
        best_name, best_text, best_share = "Windows-1258", text_1258, share
    surface = data.decode("latin-1")
    found = _legacy(surface, [])
    if found is not None:
        name, convert = found
        text = convert(surface)
        share = share_of_syllables(marked_words(text[:_SAMPLE]))
        if share > best_share:
            best_name, best_text, best_share = name, text, share
    if best_share >= 0.6:
        return Decoded(text=best_text, notes=(f"converted from {best_name}",))
    return Decoded(text=data.decode("cp1252", "replace"), notes=("read as Windows-1252",))


def _legacy(text: str, raw_words: list[str]) -> tuple[str, Callable[[str], str]] | None:
    """Returns name and conversion of the legacy coding that makes syllables of the words, None where none does."""
    sample = text[:_SAMPLE]
    raw = share_of_syllables(raw_words)
    best: tuple[float, str] | None = None
    for name in _LEGACY:
        words = marked_words(_converter(name)(sample))
        share = share_of_syllables(words)
        if len(words) >= _MIN_WORDS and share >= max(_CONVINCES, raw + _GAIN) and (best is None or share > best[0]):
            best = (share, name)
    return (best[1], _converter(best[1])) if best else None


_LEGACY: Final = {"TCVN3": "tcvn3", "VNI-Windows": "vni", "VISCII": "viscii", "VPS": "vps"}
# What viparse 0.1.31 leaves out for want of an attestation; the VNI-Windows keyboard table has them.
_ADDED: Final = {"VNI-Windows": (("aú", "ẳ"), ("AÚ", "Ẳ"), ("AÜ", "Ẵ"))}


def from_legacy(name: str, text: str) -> str:
    """Returns text in Unicode that is known to be in a coding, by its font for one."""
    return _converter(name, has_case=True)(text)


@cache
def _converter(name: str, *, has_case: bool = False) -> Callable[[str], str]:
    from viparse.normalize.encodings import get_charmap  # forty modules that a text in Unicode does without

    charmap = get_charmap(_LEGACY[name])
    if charmap is None:
        raise LookupError(f"viparse has no table {_LEGACY[name]}")
    table = dict(charmap.pairs)
    for source, target in _ADDED.get(name, ()):
        table.setdefault(source, target)
    pattern = re.compile("|".join(re.escape(source) for source in sorted(table, key=lambda s: (-len(s), s))))

    def convert(text: str) -> str:
        if name == "TCVN3":  # what text layers of PDF files show for two of its bytes
            text = re.sub(r"(?<=[^\W\d_])\u2212|\u2212(?=[^\W\d_])", "\u00ad", text)
            text = re.sub(r"(?<=[^\W\d_])\u2219|\u2219(?=[^\W\d_])", "\u00b7", text)
        converted = unicodedata.normalize("NFC", pattern.sub(lambda match: table[match.group()], text))
        return _capitals(converted) if name == "TCVN3" and not has_case else converted

    return convert


_NO_CAPITAL: Final = "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
# After a full stop, or on a line after an empty line or a finished sentence; elsewhere a line may go on.
_SENTENCE_START: Final = re.compile(rf"(?:\A|(?<=[.!?]\s)|(?<=\n\n)|(?<=[.!?]\r\n))[{_NO_CAPITAL}](?=\w*\b)")
# Names of bodies begin with a capital wherever they stand.
_BODY: Final = re.compile(
    r"\b(?:ủy|uỷ)(?= ban (?:nhân dân|hành chính|kháng chiến|mặt trận|thường vụ|kiểm tra|MTTQ|dân tộc)\b)"
)
_CAPITAL_RUN: Final = re.compile(r"[^\W\d_]+(?:[^\w\n\t]{1,4}[^\W\d_]+)*")


def _capitals(text: str) -> str:
    """Restores capitals set in a .VnTimeH font: TCVN3 has no accented capitals, its font draws them so.

    In a run of words whose ASCII letters are all capitals, one mixed word (`CộNG`) proves the font; beside a syllable
    in capitals (`Cá NHÂN`) words are set right that begin with one.
    """

    def is_capital(word: str) -> bool:
        return not any("a" <= char <= "z" for char in word)

    def is_mixed(word: str) -> bool:
        return sum("A" <= char <= "Z" for char in word) >= 2 and word != word.upper()

    def is_loud(word: str) -> bool:
        return len(word) > 2 and word.isupper() and is_syllable(word.lower())

    def mend(match: re.Match[str]) -> str:
        parts = re.split(r"([^\W\d_]+)", match.group())
        at = 1
        while at < len(parts):
            stop = at
            while stop < len(parts) and is_capital(parts[stop]):
                stop += 2
            run = range(at, min(stop, len(parts)), 2)
            is_proved = any(is_mixed(parts[word]) for word in run)
            if is_proved or any(is_loud(parts[word]) for word in run):
                for word in run:
                    if is_proved or "A" <= parts[word][0] <= "Z":
                        parts[word] = parts[word].upper()
            at = stop + 2
        return "".join(parts)

    text = re.sub(rf"\b[{_NO_CAPITAL}][A-ZĐ]+\b", lambda match: match.group().upper(), _CAPITAL_RUN.sub(mend, text))
    text = _BODY.sub(lambda match: match.group()[0].upper() + match.group()[1:], text)
    return _SENTENCE_START.sub(lambda match: match.group().upper(), text)


def repair_blocks(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Returns the blocks with legacy or doubly encoded text set right, and the notes on it.

    The guess is made from all blocks together. Words keep their places: each one is converted by itself.
    """
    whole = "\n".join(block.text for block in blocks)
    decoded = repair(whole)
    if decoded.text == whole:
        return tuple(blocks), ()
    lines = decoded.text.split("\n")
    if len(lines) != len(blocks):
        return tuple(blocks), ()
    return tuple(_with_text(block, line) for block, line in zip(blocks, lines, strict=True)), decoded.notes


def _with_text(block: Block, text: str) -> Block:
    """The block with its text converted; words follow by their order, each between the same white space."""
    if text == block.text:
        return block
    spans = [match.span() for match in re.finditer(r"\S+", text)]
    old = [match.span() for match in re.finditer(r"\S+", block.text)]
    if len(spans) != len(old):
        return replace(block, text=text, words=())
    moved = dict(zip(old, spans, strict=True))
    words = tuple(
        replace(word, start=moved[word.start, word.end][0], end=moved[word.start, word.end][1])
        for word in block.words
        if (word.start, word.end) in moved
    )
    return replace(block, text=text, words=words)
