"""Text to the bytes of the codings that were in use before Unicode.

The tables are those of viparse, turned round. A text that a coding cannot carry letter for letter is refused:
TCVN3 has no capitals with a tone mark, and the VNI table does not know every letter.
"""

import re
import unicodedata
from typing import Final

from viparse.normalize.encodings import get_charmap

_TONES: Final = {"\u0301": "'", "\u0300": "`", "\u0309": "?", "\u0303": "~", "\u0323": "."}
_SHAPES: Final = {"\u0306": "(", "\u0302": "^", "\u031b": "+"}
_TYPEWRITTEN: Final = str.maketrans({"“": '"', "”": '"', "’": "'", "–": "-"})


def tcvn3(text: str) -> bytes:
    """The text in TCVN3 (ABC, the `.Vn` fonts)."""
    return _single_bytes(text, "tcvn3")


def vni(text: str) -> bytes:
    """The text in VNI-Windows."""
    return _single_bytes(text, "vni")


def windows_1258(text: str) -> bytes:
    """The text in Microsoft's code page 1258: letters with their shape, tone marks after them."""
    spelled = []
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in parts if mark in _TONES)
        rest = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
        spelled.append(rest + tones)
    data = "".join(spelled).encode("cp1258")
    if unicodedata.normalize("NFC", data.decode("cp1258")) != unicodedata.normalize("NFC", text):
        raise ValueError("Windows-1258 does not give the text back")
    return data


def viqr(text: str) -> bytes:
    """The text in VIQR (RFC 1456): marks as ASCII signs after the letter, `dd` for đ, a backslash before signs."""
    out: list[str] = []
    for letter in unicodedata.normalize("NFC", text.translate(_TYPEWRITTEN)):
        if letter in "đĐ":
            out.append("dd" if letter == "đ" else "DD")
            continue
        base, *marks = list(unicodedata.normalize("NFD", letter))
        if base in "'`?~.(^+" and out and out[-1][-1:].lower() in set("aeiouy(^+"):
            base = "\\" + base
        shapes = "".join(_SHAPES.get(mark, "") for mark in marks)
        out.append(base + shapes + "".join(_TONES.get(mark, "") for mark in marks))
    return "".join(out).encode("ascii")


def _single_bytes(text: str, name: str) -> bytes:
    pairs = get_charmap(name).pairs
    letters: dict[str, str] = {}
    for legacy, letter in pairs:
        letters.setdefault(letter, legacy)
    spelled = "".join(letters.get(letter, letter) for letter in text.translate(_TYPEWRITTEN))
    decode = dict(pairs)
    pattern = re.compile("|".join(re.escape(legacy) for legacy, _ in pairs))
    if pattern.sub(lambda found: decode[found[0]], spelled) != text.translate(_TYPEWRITTEN):
        raise ValueError(f"{name} does not give the text back")
    return spelled.encode("latin-1")
