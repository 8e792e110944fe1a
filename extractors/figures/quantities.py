"""Numerals in a text and what follows them: a unit, a counted noun, or nothing."""

import re
from dataclasses import dataclass
from decimal import Decimal

from extractors.figures.lexicon import (
    Kind,
    Unit,
    noun_at,
    nouns,
    syllables_at,
    unit_pattern,
    units,
)
from extractors.numbers import parse_number, read_number
from extractors.view import TextView

_OPENINGS = "hai|ba|bốn|năm|sáu|bảy|bẩy|tám|chín|mười|một|nửa|hăm"

# A digit opens a numeral unless it continues a word, a number or a code (Covid-19, 12.5, 1/2, A80).
NUMERAL = re.compile(rf"(?<![^\W_])(?<!\d[.,/:])(?<![^\W_]-)\d|(?<!\w)(?:{_OPENINGS})(?!\w)")

_OPENING_MARKS = frozenset('%‰°º$€£¥₫"')
_IN_WORDS = re.compile(r"[ ]?\(([^\W\d_]+(?:[ ][^\W\d_]+){0,12})\)")
# One group of thousands behind a space (old typing) is read only before a currency or a measure.
_SPACED = re.compile(r"[1-9]\d{0,2}[ ]\d{3}(?!\d)(?=[ ]?(?:đồng|đ|usd|ha|tấn|tạ|kg|km|m2|m3)(?!\w))")
_SPACES = re.compile(r"[ ]{0,2}")
_QUOTED = re.compile(r'[ ]?"[ ]?(?=[^\W\d_])')
_PER = re.compile(r"[ ]?/[ ]?(?:1[ ]?)?(?=[^\W\d_])")
_PER_SPAN = re.compile(r"[ ]?/[ ]?(\d{1,3}[ ]?(?:h|giờ|ngày|km|kg|ha))(?!\w)")
_TEMPERATURE = re.compile(r"nhiệt độ|độ c(?!\w)|°c(?!\w)|trời (?:rét|lạnh|nóng|nắng)|rét|nắng nóng")
_YEAR = re.compile(r"[ ](?:19|20)\d\d(?!\d)")
_YEARS = re.compile(r"[ ]\(?((?:19|20)\d\d)[ ]?-[ ]?((?:19|20)\d\d)(?!\d)")
_YEARS_LISTED = re.compile(r"[ ](?:19|20)\d\d(?:(?:,| và) (?:19|20)\d\d(?!\d)){1,5}")
_DAY_OF = re.compile(r"[ ]\d{1,2}(?![\d.,])(?![ ]?(?:%|-))")
_COORDINATED = re.compile(r"(?:,|[ ]và|[ ]-)[ ]")
_TOTAL = re.compile(r"(?:tổng )?số ")
_LOWER_ONLY = frozenset({"m", "g", "h", "đ", "km", "cm", "mm", "kg", "ha"})
_UPPER_ONLY = frozenset({"v", "w", "rm", "gb", "mb", "tb", "kb", "php", "inr", "sek", "hp"})
_LARGE_ONLY = {"bảng": Decimal(100), "kíp": Decimal(1000), "đô": Decimal(5), "tệ": Decimal(5), "rúp": Decimal(5)}
_CAPITAL_GROUPS = frozenset({"bodies", "places", "awards", "titles"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """A number in the text: `bare` is its first part alone, without the scale words behind it."""

    start: int
    end: int
    value: Decimal
    bare: Decimal
    is_spelled: bool
    parts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a number counts or measures: the unit of the record, the noun phrase as written, where it ends."""

    unit: str
    noun: str | None
    end: int
    kind: Kind
    factor: Decimal = Decimal(1)
    group: str = ""


def numeral_at(key: str, start: int) -> Numeral | None:
    """Returns the numeral that begins at `start` of the key, None where its digits make no number.

    The number again in words and brackets belongs to it: `05 (năm) tập thể`.
    """
    if spaced := _SPACED.match(key, start):
        value = Decimal(spaced.group().replace(" ", ""))
        return Numeral(start=start, end=spaced.end(), value=value, bare=value, is_spelled=False, parts=1)
    reading = read_number(key, start)
    if reading is None:
        return None
    is_spelled = not key[start].isdigit()
    bare = reading.value
    if reading.parts > 1 and not is_spelled:
        bare = _leading_digits(key[start : reading.end]) or bare
    again = _IN_WORDS.match(key, reading.end)
    end = again.end() if again and parse_number(again.group(1)) == reading.value else reading.end
    return Numeral(start=start, end=end, value=reading.value, bare=bare, is_spelled=is_spelled, parts=reading.parts)


def _leading_digits(text: str) -> Decimal | None:
    match = re.match(r"[\d.,]+", text)
    return parse_number(match.group().rstrip(".,")) if match else None


def counted_at(view: TextView, number: Numeral) -> Counted | None:
    """Returns what `number` counts or measures, read directly behind it; the longer of unit and noun wins."""
    key = view.key
    spaces = _SPACES.match(key, number.end)
    at = spaces.end() if spaces else number.end
    if at >= len(key) or not (key[at].isalpha() or key[at] in _OPENING_MARKS):
        return None
    is_attached = at == number.end
    unit = _unit_at(view, at, number)
    if is_attached:
        return unit
    if quoted := _QUOTED.match(key, number.end):
        at = quoted.end()
    noun = noun_counted_at(view, at, number)
    if unit and noun:
        return noun if noun.end > unit.end and noun.unit.split(" ")[0] != "lần" else unit
    return unit or noun


def counted_in_ratio(view: TextView, number: Numeral) -> Counted | None:
    """Returns what the second number of a ratio counts; `số` before the noun is passed over."""
    found = counted_at(view, number)
    if found is not None and found.noun != "số":
        return found
    match = _TOTAL.match(view.key, number.end + 1)
    return noun_counted_at(view, match.end(), number) if match else None


def _unit_at(view: TextView, at: int, number: Numeral) -> Counted | None:
    key = view.key
    match = unit_pattern().match(key, at)
    if match is None:
        return None
    unit = units()[match.group(1)]
    written = view.text[match.start(1) : match.end(1)]
    if not _is_meant(unit, written, key, match.end(), number):
        return None
    symbol = unit.symbol
    if symbol == "độ" and _TEMPERATURE.search(key, max(0, at - 80), match.end() + 60):
        symbol = "°C"
    symbol, end = with_divisor(view, symbol, match.end())
    noun = _measured(view, end) if unit.kind in {Kind.PERCENT, Kind.MEASURE} else None
    return Counted(unit=symbol, noun=noun, end=end, kind=unit.kind, factor=unit.factor)


def _measured(view: TextView, end: int) -> str | None:
    """Returns the noun behind a unit, which says of what there is so much: `85% diện tích`, `70% số phiếu`."""
    if view.key[end : end + 1] != " ":
        return None
    total = _TOTAL.match(view.key, end + 1)
    found = noun_at(view.key, total.end() if total else end + 1)
    return view.text[end + 1 : found[1]] if found else None


def _is_meant(unit: Unit, written: str, key: str, end: int, number: Numeral) -> bool:
    """Tells whether a form that is also something else stands for the unit here."""
    form = unit.form
    if (form in _LOWER_ONLY and len(form) == 1 and written != form) or (form in _UPPER_ONLY and written == form):
        return False
    if number.is_spelled and len(form) == 1 and form.isalpha():
        return False
    if form in _LARGE_ONLY and number.value < _LARGE_ONLY[form]:
        return False
    if unit.following:
        following = syllables_at(key, end + 1, 1) if key[end : end + 1] == " " else []
        return bool(following) and following[0][0] in unit.following
    if unit.kind is Kind.TIME:
        return _is_duration(number, form, key, end)
    return not (form == "lần" and key.startswith(" thứ", end))


def _is_duration(number: Numeral, form: str, key: str, end: int) -> bool:
    """Tells a time unit behind a number from the next part of a date: `3 tháng 5`, `quý 2 năm 2019`.

    `5 năm 2010 - 2014` and `hai năm 2016 và 2017` are durations: their years are as many.
    """
    if form == "năm":
        if years := _YEARS.match(key, end):
            return number.value - (int(years.group(2)) - int(years.group(1))) in {0, 1}
        if years := _YEARS_LISTED.match(key, end):
            return number.value == len(re.findall(r"\d{4}", years.group()))
        return not _YEAR.match(key, end)
    if form == "tháng":
        after = _DAY_OF.match(key, end)
        if after:
            return bool(re.match(r"[ ](?:ngày|tuần|năm tù)", key[after.end() : after.end() + 8]))
        return re.match(r"[ ](?:giêng|chạp|tư|ba năm|hai năm)(?!\w)", key[end : end + 8]) is None
    return True


def with_divisor(view: TextView, symbol: str, end: int) -> tuple[str, int]:
    """Returns a unit with what it is divided by behind `end` (`tấn/ha`, `đồng / m2 / năm`), and where that ends."""
    for _ in range(2):
        if span := _PER_SPAN.match(view.key, end):
            return f"{symbol}/{view.text[span.start(1) : span.end()]}", span.end()
        match = _PER.match(view.key, end)
        if match is None:
            break
        unit = unit_pattern().match(view.key, match.end())
        if unit:
            below, stop = units()[unit.group(1)].symbol, unit.end()
        elif noun := noun_at(view.key, match.end()):
            below, stop = view.text[match.end() : noun[1]], noun[1]
        else:
            following = syllables_at(view.key, match.end(), 1)
            if not following or view.text[match.end()].isupper():
                break
            below, stop = view.text[match.end() : following[0][1]], following[0][1]
        symbol, end = f"{symbol}/{below}", stop
    return symbol, end


def noun_counted_at(view: TextView, at: int, number: Numeral) -> Counted | None:
    """Reads a counted noun; one with a capital only where it names bodies, places or awards."""
    found = noun_at(view.key, at)
    if found is None:
        return None
    phrase, end = found
    group = nouns()[phrase]
    written = view.text[at:end]
    if written[0].isupper() and not written.isupper() and not _may_be_capital(phrase):
        return None
    if written[0].isupper() and written.isupper() and number.is_spelled and view.text[number.start].islower():
        return None
    if phrase in {"năm học", "tháng tuổi"} and _YEAR.match(view.key, end):
        return None
    end = _coordinated_end(view, end, group)
    unit, end = with_divisor(view, view.text[at:end], end)
    return Counted(unit=unit, noun=view.text[at:end], end=end, kind=Kind.NOUN, group=group)


def _may_be_capital(phrase: str) -> bool:
    words = phrase.split(" ")
    return any(nouns().get(" ".join(words[:count]), "") in _CAPITAL_GROUPS for count in range(1, len(words) + 1))


def _coordinated_end(view: TextView, end: int, group: str) -> int:
    """Takes in nouns of the same group that are listed on: `41 tập thể, cá nhân`."""
    if not group:
        return end
    for _ in range(3):
        link = _COORDINATED.match(view.key, end)
        following = noun_at(view.key, link.end()) if link else None
        if following is None or nouns()[following[0]] != group:
            break
        end = following[1]
    return end
