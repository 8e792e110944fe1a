"""Words of the calendar as they stand in a matching key, and the numbers and codes they mean."""

from collections.abc import Iterable

from extractors.domain.lunar import BRANCHES, STEMS

UNITS = ("một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười")
MONTHS = {word: number for number, word in enumerate(UNITS, 1)} | {
    "giêng": 1,
    "bốn": 4,
    "bẩy": 7,
    "mười một": 11,
    "mười hai": 12,
    "chạp": 12,
}
LUNAR_MONTHS = ("giêng", "chạp")
WEEKDAYS = {
    "thứ hai": 0,
    "thứ ba": 1,
    "thứ tư": 2,
    "thứ năm": 3,
    "thứ sáu": 4,
    "thứ bảy": 5,
    "chủ nhật": 6,
    "chúa nhật": 6,
    "thứ 2": 0,
    "thứ 3": 1,
    "thứ 4": 2,
    "thứ 5": 3,
    "thứ 6": 4,
    "thứ 7": 5,
    "thứ bẩy": 5,
}
PARTS = {
    "rạng sáng": "morning",
    "sáng sớm": "morning",
    "sáng": "morning",
    "giữa trưa": "noon",
    "trưa": "noon",
    "đầu giờ chiều": "afternoon",
    "xế chiều": "afternoon",
    "chiều muộn": "afternoon",
    "chiều tối": "evening",
    "chiều": "afternoon",
    "tối muộn": "evening",
    "tối": "evening",
    "nửa đêm": "night",
    "đêm khuya": "night",
    "đêm": "night",
    "khuya": "night",
}
STAGES = {
    "đầu": "start",
    "nửa đầu": "start",
    "giữa": "mid",
    "cuối": "end",
    "nửa cuối": "end",
    "hết": "end",
}
ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
    "xi": 11,
    "xii": 12,
    "xiii": 13,
    "xiv": 14,
    "xv": 15,
    "xvi": 16,
    "xvii": 17,
    "xviii": 18,
    "xix": 19,
    "xx": 20,
    "xxi": 21,
}
STEM_WORDS = (*STEMS, "kỉ", "quí")
BRANCH_WORDS = (*BRANCHES, "tí", "mẹo", "tị")


def _day_words() -> dict[str, int]:
    """Spelled days of the month: một to ba mươi mốt, with mươi left out after hai and ba (hai mốt)."""
    tails = {"một": 1, "mốt": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "lăm": 5, "nhăm": 5, "sáu": 6}
    tails |= {"bảy": 7, "bẩy": 7, "tám": 8, "chín": 9}
    words = {word: number for number, word in enumerate(UNITS, 1)} | {"bốn": 4, "rằm": 15}
    words |= {f"mười {tail}": 10 + number for tail, number in tails.items() if tail not in ("mốt", "nhăm")}
    for tens, base in (("hai mươi", 20), ("hăm", 20)):
        words |= {f"{tens} {tail}": base + number for tail, number in tails.items()}
    words |= {"hai mươi": 20, "ba mươi": 30, "ba mươi mốt": 31, "ba mươi một": 31}
    return words


DAYS = _day_words()
COUNTS = {word: number for word, number in DAYS.items() if word != "rằm"}


def alternatives(words: Iterable[str]) -> str:
    """Returns the words as branches of a regular expression, longest first so that none hides another.

    Spaces are written so that verbose patterns keep them.
    """
    return "|".join(word.replace(" ", "[ ]") for word in sorted(words, key=lambda word: (-len(word), word)))
