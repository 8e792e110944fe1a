"""From the words around a number to its modifier, and from two numbers to a range; pure functions."""

import re
from decimal import Decimal

from extractors.figures.lexicon import Kind, words_before

# Words before a number. The guide reads gần as below and trên, hơn as above.
_BEFORE = {
    "hơn": ">",
    "trên": ">",
    "quá": ">",
    "vượt quá": ">",
    "lớn hơn": ">",
    "ngoài": ">",
    "ngót": "<",
    "gần": "<",
    "dưới": "<",
    "nhỏ hơn": "<",
    "chưa đến": "<",
    "chưa đầy": "<",
    "chưa tới": "<",
    "không đến": "<",
    "không đầy": "<",
    "không tới": "<",
    "non": "<",
    "ít nhất": ">=",
    "ít ra": ">=",
    "tối thiểu": ">=",
    "tối thiếu": ">=",
    "không dưới": ">=",
    "không ít hơn": ">=",
    "không nhỏ hơn": ">=",
    "không thấp hơn": ">=",
    "không kém": ">=",
    "tối đa": "<=",
    "nhiều nhất": "<=",
    "không quá": "<=",
    "không vượt quá": "<=",
    "không hơn": "<=",
    "không cao hơn": "<=",
    "không lớn hơn": "<=",
    "không nhiều hơn": "<=",
    "khoảng": "~",
    "vào khoảng": "~",
    "khoảng chừng": "~",
    "ước chừng": "~",
    "chừng": "~",
    "tầm": "~",
    "cỡ": "~",
    "độ": "~",
    "xấp xỉ": "~",
    "ngót nghét": "~",
    "trên dưới": "~",
    "suýt soát": "~",
    "ước": "~",
    "ước tính": "~",
    "ước đạt": "~",
    "ước khoảng": "~",
    "khoảng độ": "~",
}
# Words that may stand between a modifier and its number: tối đa là 5, ước đạt 3, tối thiểu từ 7.
_BETWEEN = frozenset({"là", "từ", "đạt", "có", "được", "tới", "khoảng", "phải", "cả", "những", "thêm"})
_REACHING = frozenset({">=", "<=", "~"})
# An adjective before hơn compares (cao hơn 5% so với năm trước): the difference has no modifier.
_COMPARED = frozenset(
    {"cao", "thấp", "nhiều", "ít", "nhanh", "chậm", "dài", "ngắn", "rộng", "nặng", "nhẹ", "rẻ", "đắt", "sớm", "muộn"}
    | {"trẻ", "già", "tốt", "mạnh", "yếu", "sâu", "xa", "đông", "kém", "lâu", "to", "dày"}
)
_NOT = frozenset({"không", "chưa", "cấm"})
_NEGATED = {"quá": "<=", "vượt quá": "<=", "lớn hơn": "<=", "nhỏ hơn": ">=", "dưới": ">="}
_SIZED = frozenset({Kind.MEASURE, Kind.TIME})
_BEFORE_TOO_MANY = frozenset({"", "đã", "hạn", "đến", "tới", "lên", "với", "có"})
_BEFORE_ABOUT = frozenset({"", "chừng", "khoảng", "chỉ", "còn", "mới", "có", "trong"})
_OTHER_SENSE = {
    "tầm": frozenset({"ở", "trong", "vượt"}),
    "cỡ": frozenset({"kích", "hạng"}),
    "chừng": frozenset({"có", "trông"}),
    "ước": frozenset({"mong", "điều", "mơ", "quy", "công", "giao"}),
    "non": frozenset({"mầm", "nước"}),
}
_SIZES = frozenset({"dài", "rộng", "cao", "sâu", "nặng", "xa", "dày", "lâu"})
_AFTER = re.compile(r"((?:[ ][^\W\d_]+){0,4}?)[ ]?(trở lên|trở xuống|đổ lên|đổ xuống|trở đi)(?!\w)")
_AFTER_MODS = {"trở lên": ">=", "đổ lên": ">=", "trở đi": ">=", "trở xuống": "<=", "đổ xuống": "<="}


def modifier_before(
    key: str, start: int, kind: Kind = Kind.NOUN, *, is_small_count: bool = False
) -> tuple[str | None, int]:
    """Returns the modifier that stands before `start` and where the quote then begins.

    `is_small_count` says that the number counts fewer than ten things: `trên hai xe` then tells a place,
    not an amount.
    """
    words = words_before(key, start, 5)
    end = len(words)
    skipped = 0
    while end and skipped < 2:
        if found := _longest(words[:end]):
            phrase, count = found
            before = words[: end - count]
            mod = _NEGATED.get(phrase, _BEFORE[phrase]) if _NOT & set(before[-3:]) else _BEFORE[phrase]
            if (skipped and mod not in _REACHING) or not _is_meant(phrase, before, kind, is_small_count):
                return None, start
            return mod, _offset(key, start, words[end - count :])
        if words[end - 1] not in _BETWEEN:
            break
        end -= 1
        skipped += 1
    return None, start


def _longest(words: list[str]) -> tuple[str, int] | None:
    for count in range(min(3, len(words)), 0, -1):
        phrase = " ".join(words[-count:])
        if phrase in _BEFORE:
            return phrase, count
    return None


def _is_meant(phrase: str, before: list[str], kind: Kind, is_small_count: bool) -> bool:
    """Tells a modifier from the same word in another sense, by the word before it and what is counted."""
    last = before[-1] if before else ""
    if phrase == "hơn":
        return last not in _COMPARED or (kind in _SIZED and last in _SIZES)
    if phrase == "quá":
        return last in _BEFORE_TOO_MANY or bool(_NOT & set(before[-3:]))
    if phrase == "ngoài":
        return kind is Kind.AGE
    if phrase in {"trên", "gần"} and is_small_count:
        return False
    if phrase == "độ":
        return last in _BEFORE_ABOUT
    if phrase == "cỡ" and kind is Kind.MEASURE:
        return False
    return last not in _OTHER_SENSE.get(phrase, frozenset())


def _offset(key: str, start: int, words: list[str]) -> int:
    """Finds where the given last words before `start` begin."""
    at = start
    for word in reversed(words):
        at = key.rindex(word, 0, at)
    return at


def modifier_after(key: str, end: int) -> tuple[str | None, int]:
    """Returns the modifier behind a quantity (`trở lên`, at most four words on) and where the quote then ends."""
    match = _AFTER.match(key, end, min(len(key), end + 60))
    if match is None:
        return None, end
    return _AFTER_MODS[match.group(2)], match.end()


def shared_scale(low: Decimal, high_digits: Decimal, high: Decimal) -> Decimal:
    """Returns the first number of `100 - 300 triệu` with the scale of the second, where that fits."""
    if high_digits and high != high_digits and low < high_digits:
        return low * (high / high_digits)
    return low


def listed_scale(value: Decimal, last_digits: Decimal, last: Decimal) -> Decimal:
    """Returns the first number of `7,49 và 4,29 tỷ đồng` with the scale of the last, if they are of one size."""
    if last_digits and last != last_digits and last_digits / 100 <= value <= last_digits * 100:
        return value * (last / last_digits)
    return value


_WHOLE_THOUSANDS = re.compile(r"\d{1,3}\.000")


def elided_thousands(low: Decimal, low_written: str, high_written: str) -> Decimal:
    """Returns the first number of `200 - 500.000 đồng` with the thousands that were left out."""
    if low == low.to_integral_value() and low < 1000 and _WHOLE_THOUSANDS.fullmatch(high_written):
        high = int(high_written.split(".")[0])
        if len(low_written) >= 2 and high / 10 <= low < high:
            return low * 1000
    return low
