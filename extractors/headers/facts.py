"""The record of one header fact, how sure it is, and the normal forms of its values."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from extractors.domain.records import Json, Record
from extractors.domain.tables import rows
from extractors.numbers import parse_number
from extractors.view import TextView

Value = str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderFact(Record):
    """One field of a document's header; `value` in normal form: EDTF for times, numbers for counts."""

    field: str
    value: Value

    def value_key(self) -> str:
        return f"{self.field}|{self.value}"

    def as_json(self) -> Json:
        return {**Record.as_json(self), "field": self.field, "value": self.value}


def fact(
    view: TextView, field: str, span: tuple[int, int], value: Value | None, rule: str, *evidence: str
) -> list[HeaderFact]:
    """Returns the fact on `span` without white space at its ends; none where span or value are empty."""
    start, end = span
    while start < end and view.text[start].isspace():
        start += 1
    while start < end and view.text[end - 1].isspace():
        end -= 1
    if start >= end or value is None or value == "":
        return []
    name = f"headers.{rule}"
    return [
        HeaderFact(
            start=start,
            end=end,
            text=view.text[start:end],
            rule=name,
            confidence=_confidence(name),
            evidence=evidence,
            field=field,
            value=value,
        )
    ]


@cache
def _counts() -> dict[str, tuple[int, int]]:
    return {
        row.needed("rule"): (int(row.number("right")), int(row.number("total"))) for row in rows("header_counts.csv")
    }


def _confidence(rule: str) -> float:
    """The share of gold facts of this rule that were right, one success and one failure added (Laplace)."""
    right, total = _counts().get(rule, (0, 0))
    return (right + 1) / (total + 2)


def one_line(text: str) -> str:
    """Returns the text with each run of white space as one space."""
    return " ".join(text.split())


def count_of(written: str) -> int | None:
    """Returns the whole number that digits (`02`) or a word (`ba`) tell; None for anything else."""
    number = parse_number(written.strip())
    return int(number) if number is not None and number == number.to_integral_value() else None


NUMBER = r"(?:\d{1,5}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)"

_WRITTEN_DAY = re.compile(r"ngày\s*([\d.… ]{0,9}?)\s*tháng\s*([\d.… ]{0,9}?)\s*năm\s*(\d{4})(?!\d)")
_NUMERIC_DAY = re.compile(r"(?<!\d)(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4})(?!\d)")


def day_in(key: str, start: int, end: int) -> tuple[tuple[int, int], str] | None:
    """Returns span and EDTF of the first day between two places; a day left blank gives the month."""
    found = [m for p in (_WRITTEN_DAY, _NUMERIC_DAY) if (m := p.search(key, start, end))]
    for match in sorted(found, key=lambda m: m.start()):
        edtf = _edtf(*(int(digits) if (digits := part.strip(" .…")).isdecimal() else None for part in match.groups()))
        if edtf:
            return match.span(), edtf
    return None


def _edtf(day: int | None, month: int | None, year: int | None) -> str | None:
    if not year or not 1900 <= year <= 2100:
        return None
    if month is None:
        return f"{year}"
    try:
        return date(year, month, day).isoformat() if day is not None else date(year, month, 1).isoformat()[:7]
    except ValueError:
        return None


CLOCK = r"(\d{1,2})\s*(?:giờ|h|g)(?=[\s\d,.])\s*(?:(\d{1,2})(?!\d|\s*[-/]\s*\d)(?:\s*phút)?)?"


def moment(day: str, hour: str, minute: str | None) -> str | None:
    """Returns day and clock time as EDTF, None where the clock has no such time or the day is no full day."""
    h, m = int(hour), int(minute or 0)
    return f"{day}T{h:02}:{m:02}" if len(day) == 10 and h < 24 and m < 60 else None
