"""Vietnamese numerals, spelled, in digits and mixed, to `Decimal`, and whole numbers back to words.

Knows no family: what a number counts, and whether it is a date or a name, is for the callers to say.
All functions that read words take the matching key (lower case, old tone placement).
"""

import re
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {
    "một": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
}
_AFTER_TENS = {**_DIGITS, "mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5}
_ONLY_AFTER_TENS = frozenset(_AFTER_TENS) - frozenset(_DIGITS)
_SCALES = {
    "nghìn": Decimal(10**3),
    "ngàn": Decimal(10**3),
    "vạn": Decimal(10**4),
    "triệu": Decimal(10**6),
    "tỷ": Decimal(10**9),
    "tỉ": Decimal(10**9),
}
_ZERO_TENS = frozenset({"linh", "lẻ"})
_HALVES = frozenset({"rưỡi", "rưởi"})
_OTHERS = ("không", "mười", "mươi", "chục", "trăm", "hăm", "nửa", "phẩy")

# What stands between the parts of a numeral; at most this many parts are read, which suffices for any
# number below 10^15 and bounds the work on hostile text.
_MAX_PARTS = 36

_WORD = "|".join(sorted({*_AFTER_TENS, *_SCALES, *_ZERO_TENS, *_HALVES, *_OTHERS}, key=len, reverse=True))
_OPENING = "|".join(sorted({*_DIGITS, "không", "mười", "hăm", "nửa"}, key=len, reverse=True))

WORDS = rf"(?<!\w)(?:{_OPENING})(?!\w)(?:[ ](?:{_WORD})(?!\w)){{0,{_MAX_PARTS}}}"
"""Pattern source: a run of numeral words; only `read_number` tells how much of it is one number."""

DIGITS = r"(?<![\w.,])(?:\d{1,3}(?:[ ]\d{3}){2,4}(?!\d)(?:,\d{1,6}(?!\d))?|\d{1,15}(?:[.,]\d{1,9}){0,5}(?![\d]))"
"""Pattern source: a number in digits with its separators; `parse_digits` tells its value."""

_TOKEN = re.compile(r"\d{1,3}(?:[ ]\d{3}){2,4}(?!\d)(?:,\d{1,6})?|\d+(?:[.,]\d+)*|[^\W\d_]+")
_GAP = re.compile(r"[ ]{0,2}")

_POINT_THOUSANDS = re.compile(r"(?!0)\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_COMMA_THOUSANDS = re.compile(r"(?!0)\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|(?!0)\d{1,3}(?:,\d{3})+\.\d+|(?!0)\d{1,3},000")
_SPACE_THOUSANDS = re.compile(r"(?!0)\d{1,3}(?: \d{3})+(?:,\d+)?")
_DECIMAL = re.compile(r"\d+(?:[.,]\d+)?")


def parse_digits(text: str) -> Decimal | None:
    """Returns the value of a number in digits, None where the separators make no number.

    A point before groups of three marks thousands, a comma marks decimals: `1.494.284`, `3,2`. A point is
    a decimal mark only where it cannot mark thousands (`1.5`, `0.125`); commas mark thousands only where
    they stand twice, before a decimal point or before `000` (`1,494,284`; the English way).
    """
    if len(text) > 40 or not text.replace(" ", "").replace(".", "").replace(",", "").isascii():
        return None
    if _POINT_THOUSANDS.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _COMMA_THOUSANDS.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if _SPACE_THOUSANDS.fullmatch(text):
        return Decimal(text.replace(" ", "").replace(",", "."))
    if _DECIMAL.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return None


@dataclass(frozen=True, slots=True)
class Reading:
    """A number read from a key: its value and the offset behind its last character."""

    value: Decimal
    end: int
    parts: int  # words and digit groups that make it up


def parse_words(key: str) -> Decimal | None:
    """Returns the value of a numeral in words that fills the whole key, None for anything else.

    Reads `hai mươi mốt`, `một trăm linh năm`, `một triệu hai` (1 200 000), `ba rưỡi` (3.5),
    `nửa triệu`, `mười lăm nghìn tỷ`, `hai chục`, `ba tư` (34), `ba phẩy năm`.
    """
    return None if any(c.isdigit() for c in key) else parse_number(key)


def parse_number(key: str) -> Decimal | None:
    """Returns the value of a numeral in words, digits or both (`3,2 nghìn tỷ`), None for anything else."""
    stripped = key.strip()
    reading = read_number(stripped, 0)
    return reading.value if reading and reading.end == len(stripped) else None


def read_number(key: str, start: int) -> Reading | None:
    """Returns the longest number that begins at `start` of the key, None where none does.

    Digits may be followed by scale words without a space (`5triệu`). `năm` is never read as the last digit
    after tens or a scale, where it means year: `hai mươi năm` is 20.
    """
    reader = _Reader(key, start)
    found = reader.number()
    return Reading(found[0], reader.ends[found[1] - 1], found[1]) if found else None


Found = tuple[Decimal, int]  # value, index behind the last part read


class _Reader:
    """Recursive descent over the parts of a numeral; every method reads from an index and returns `Found`.

    Parts are cut from the key only as far as the grammar asks for them.
    """

    def __init__(self, key: str, start: int) -> None:
        self.key = key
        self.next = start
        self.parts: list[str] = []
        self.ends: list[int] = []

    def at(self, index: int) -> str:
        """Returns the part, the empty string behind the last one."""
        while len(self.parts) <= index:
            match = _TOKEN.match(self.key, self.next) if index < _MAX_PARTS else None
            if match is None:
                return ""
            self.parts.append(match.group())
            self.ends.append(match.end())
            gap = _GAP.match(self.key, match.end())
            self.next = gap.end() if gap else match.end()
        return self.parts[index]

    def number(self) -> Found | None:
        """Groups with falling scales (`hai tỷ ba trăm triệu`), a half, or a decimal fraction in words."""
        if self.at(0) == "nửa":
            scale = _SCALES.get(self.at(1))
            return (scale / 2, 2) if scale else (Decimal("0.5"), 1)
        group = self.group(0)
        if group is None:
            return None
        value, index = group
        if self.at(index) == "phẩy" and (tail := self.below_hundred(index + 1)):
            fraction = Decimal(f"0.{tail[0]}")
            return self.scaled(value + fraction, tail[1])
        if self.at(index) in _HALVES and self.at(index - 1) != "trăm":
            return value + Decimal("0.5"), index + 1
        return self.scaled(value, index)

    def scaled(self, first: Decimal, index: int) -> Found:
        """Multiplies by the scales that follow and adds the groups below them."""
        sums: list[tuple[Decimal, Decimal]] = []  # value, its scale; scales fall
        pending: Decimal | None = first
        best: Found = (first, index)
        while True:
            scale = _SCALES.get(self.at(index))
            if scale is not None and pending is not None:
                while sums and sums[-1][1] < scale:
                    pending += sums.pop()[0]
                if sums and sums[-1][1] <= scale:
                    return best
                sums.append((pending * scale, scale))
                pending = None
                index += 1
            elif scale is not None and sums and sums[-1][1] < scale:  # nghìn tỷ, triệu tỷ
                joined = sum(value for value, _ in sums)
                sums = [(joined * scale, scale * sums[-1][1])]
                index += 1
            elif pending is None:
                if self.at(index) in _HALVES:
                    return sum((v for v, _ in sums), Decimal(0)) + sums[-1][1] / 2, index + 1
                group = self.group(index)
                if group is None or group[0] >= sums[-1][1]:
                    return best
                if self.is_short_digit(index, group):
                    return sum((v for v, _ in sums), Decimal(0)) + group[0] * sums[-1][1] / 10, group[1]
                if self.at(index).isdigit() and self.at(group[1]) not in _SCALES:
                    return best  # 2 triệu 300 người: two numbers
                if self.at(index) == "năm" and group[1] == index + 1 and self.at(group[1]) not in _SCALES:
                    return best  # một nghìn năm: years
                pending, index = group
            else:
                return best
            total = sum((v for v, _ in sums), pending or Decimal(0))
            if pending is None or self.at(index) not in _SCALES:
                best = (total, index)

    def is_short_digit(self, index: int, group: Found) -> bool:
        """Tells whether a lone digit word closes a number: `một triệu hai` is 1.2 million; `năm` is a year."""
        return (
            group[1] == index + 1
            and self.at(index) in _AFTER_TENS
            and self.at(index) != "năm"
            and self.at(group[1]) not in _SCALES
        )

    def group(self, index: int) -> Found | None:
        """A number below a thousand in words, or any number in digits."""
        part = self.at(index)
        if part[:1].isdigit():
            value = parse_digits(part)
            return (value, index + 1) if value is not None else None
        hundreds = 0 if part == "không" else _DIGITS.get(part)
        if hundreds is None or self.at(index + 1) != "trăm":
            if part == "không":
                return Decimal(0), index + 1
            if part in _ZERO_TENS and self.at(index + 1) in _AFTER_TENS:  # hai nghìn lẻ năm
                return Decimal(_AFTER_TENS[self.at(index + 1)]), index + 2
            return self.below_hundred(index)
        value, index = Decimal(hundreds * 100), index + 2
        if self.at(index) in _ZERO_TENS and self.at(index + 1) in _AFTER_TENS:
            return value + _AFTER_TENS[self.at(index + 1)], index + 2
        if self.at(index) in _HALVES:
            return value + 50, index + 1
        tail = self.below_hundred(index)
        if tail is None or self.at(tail[1]) == "trăm":
            return value, index
        if tail[1] == index + 1 and tail[0] < 10:
            if self.at(index) == "năm" or hundreds == 0:
                return value, index  # một trăm năm: years
            return value + tail[0] * 10, tail[1]
        return value + tail[0], tail[1]

    def below_hundred(self, index: int) -> Found | None:
        """`mười`, `mười lăm`, `hai mươi mốt`, `hai chục`, `hăm mốt`, `ba tư`, a digit word."""
        part = self.at(index)
        if part == "mười":
            return self.with_unit(10, index + 1)
        if part == "hăm" and self.at(index + 1) in _AFTER_TENS:
            return self.with_unit(20, index + 1)
        digit = _DIGITS.get(part)
        if digit is None:
            return None
        following = self.at(index + 1)
        if following == "mươi":
            return self.with_unit(digit * 10, index + 2)
        if following == "chục":
            return Decimal(digit * 10), index + 2
        if following in _ONLY_AFTER_TENS:
            return Decimal(digit * 10 + _AFTER_TENS[following]), index + 2
        return Decimal(digit), index + 1

    def with_unit(self, tens: int, index: int) -> Found:
        """Adds the digit that follows tens, unless it opens a number of its own (`hai mươi, ba mươi`)."""
        unit = _AFTER_TENS.get(self.at(index))
        if unit is None or self.at(index) == "năm" or self.at(index + 1) in {"mươi", "trăm", "chục"}:
            return Decimal(tens), index
        return Decimal(tens + unit), index + 1


_NAMES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def spell(number: int) -> str:
    """Returns a whole number from 0 to below 10^15 in words, the northern way: `một trăm linh năm`.

    Raises:
        ValueError: for numbers outside that range.
    """
    if not 0 <= number < 10**15:
        raise ValueError(f"{number} is outside 0..10^15")
    if number == 0:
        return "không"
    billions, rest = divmod(number, 10**9)
    words = [f"{_spell_below_billion(billions, is_first=True)} tỷ"] if billions else []
    if rest:
        words.append(_spell_below_billion(rest, is_first=not billions))
    return " ".join(words)


def _spell_below_billion(number: int, *, is_first: bool) -> str:
    words: list[str] = []
    for scale, name in ((10**6, " triệu"), (10**3, " nghìn"), (1, "")):
        group = number // scale % 1000
        if group:
            words.append(_spell_group(group, is_first=is_first and not words) + name)
    return " ".join(words)


def _spell_group(group: int, *, is_first: bool) -> str:
    hundreds, rest = divmod(group, 100)
    tens, unit = divmod(rest, 10)
    words = [] if is_first and not hundreds else [f"{_NAMES[hundreds]} trăm"]
    if tens == 0:
        if unit:
            words.append(f"linh {_NAMES[unit]}" if words else _NAMES[unit])
    else:
        words.append("mười" if tens == 1 else f"{_NAMES[tens]} mươi")
        if unit == 5:
            words.append("lăm")
        elif unit and tens > 1:
            words.append({1: "mốt", 4: "tư"}.get(unit, _NAMES[unit]))
        elif unit:
            words.append(_NAMES[unit])
    return " ".join(words)
