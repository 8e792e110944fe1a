"""Vietnamese spelling as the machine needs it: NFC, matching keys of equal length, folded search text.

Stored text is never changed by what stands here except NFC; keys exist only for matching.
"""

import re
import unicodedata

_LOOK_ALIKES = str.maketrans(
    {
        "Ð": "đ",  # U+00D0, Icelandic eth, typed for Đ in many old files
        "ð": "đ",
        "Đ": "đ",
        "\u00a0": " ",
        "\u2009": " ",
        "\u202f": " ",
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "−": "-",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "‘": "'",
        "’": "'",
        "ʼ": "'",
    }
)

# New-style placement (hoà, khoẻ, thuỷ) to the old style (hòa, khỏe, thủy). The gazetteers use the old
# one. Only open syllables differ; after q the u belongs to the consonant (quý stays quý).
_TONES = {"à": "òa", "á": "óa", "ả": "ỏa", "ã": "õa", "ạ": "ọa", "è": "òe", "é": "óe", "ẻ": "ỏe", "ẽ": "õe", "ẹ": "ọe"}
_TONES_Y = {"ỳ": "ùy", "ý": "úy", "ỷ": "ủy", "ỹ": "ũy", "ỵ": "ụy"}
_NEW_STYLE = re.compile(r"o[àáảãạèéẻẽẹ](?!\w)|(?<!q)u[ỳýỷỹỵ](?!\w)")


def nfc(text: str) -> str:
    """Returns the text in Unicode normal form C."""
    return unicodedata.normalize("NFC", text)


def _old_style(match: re.Match[str]) -> str:
    vowel = match.group()[1]
    return _TONES.get(vowel) or _TONES_Y[vowel]


def matching_key(text: str) -> str:
    """Returns lower-case text of exactly the same length, with look-alikes and tone placement unified.

    `key[start:end]` reads `text[start:end]`, so patterns run on the key and quotes come from the text.
    Expects NFC. Dashes become `-`, curly quotes straight ones, no-break spaces plain ones.
    """
    key = text.lower()
    if len(key) != len(text):  # İ and its like: lower() makes two characters of them
        key = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    return _NEW_STYLE.sub(_old_style, key.translate(_LOOK_ALIKES))


def fold(text: str) -> str:
    """Returns the text for searching without marks: lower case, `đ` as `d`, all diacritics dropped."""
    lowered = unicodedata.normalize("NFD", text.lower().replace("đ", "d").replace("ð", "d"))
    return "".join(c for c in lowered if not unicodedata.combining(c))
