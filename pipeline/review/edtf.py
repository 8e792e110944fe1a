"""Reads a date as a person types it: the ordinary Vietnamese ways, or EDTF itself."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from extractors.dates.rules import find
from extractors.domain import edtf
from extractors.domain.orthography import nfc
from extractors.domain.records import DateRecord, Grain
from extractors.view import TextView
from pipeline.review.errors import Refused

_LONGEST: Final = 120
_YEARS: Final = re.compile(r"(\d{4})\s*[-–—/]\s*(\d{4})")
_MONTH: Final = re.compile(r"(0?[1-9]|1[0-2])\s*[-/.]\s*(\d{4})")
_QUARTER: Final = re.compile(r"(?:q|quý)\s*([1-4]|iv|i{1,3})\s*[-/,.]?\s*(?:năm\s*)?(\d{4})")
_QUARTERS: Final = {"i": "33", "ii": "34", "iii": "35", "iv": "36", "1": "33", "2": "34", "3": "35", "4": "36"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReading:
    """What was typed, as the columns of `dates`."""

    edtf: str
    grain: str
    earliest: date | None
    latest: date | None
    mod: str | None = None
    calendar: str | None = None


def read_edtf(text: str, reference: date | None = None) -> tuple[str, str, date | None, date | None]:
    """Returns EDTF, grain, first and last day of what was typed; raises `Refused` with what is understood."""
    reading = read_date(text, reference)
    return reading.edtf, reading.grain, reading.earliest, reading.latest


def read_date(text: str, reference: date | None = None) -> DateReading:
    """Returns what was typed: `25/12/2013`, `quý 4 2020`, `tháng 3/1998`, `2011-2015`, `đầu năm 2014`, `2013-12`.

    `reference` is the day that `hôm qua` counts from. Raises `Refused` with what is understood.
    """
    typed = " ".join(nfc(text[:_LONGEST]).split())
    for candidate in (typed, typed.upper(), _plain(typed)):
        if candidate and edtf.is_valid(candidate):
            return _of_value(edtf.parse(candidate))
    view = TextView(typed, reference_date=reference, reference_source="given" if reference else "")
    found = find(view) if typed else []
    whole = [record for record in found if not (typed[: record.start] + typed[record.end :]).strip(" .,;()")]
    if len(whole) != 1 or (whole[0].grain is Grain.DAY and whole[0].edtf.endswith("XX")):  # 31/2 is read as of February
        raise _refusal(typed, found)
    [record] = whole
    return DateReading(
        edtf=record.edtf,
        grain=record.grain.value,
        earliest=record.earliest,
        latest=record.latest,
        mod=record.mod,
        calendar=record.calendar,
    )


def _plain(typed: str) -> str | None:
    """The short forms that mean a date only because a date is asked for."""
    key = typed.lower()
    if match := _YEARS.fullmatch(key):
        return f"{match[1]}/{match[2]}"
    if match := _MONTH.fullmatch(key):
        return f"{match[2]}-{int(match[1]):02d}"
    if match := _QUARTER.fullmatch(key):
        return f"{match[2]}-{_QUARTERS[match[1]]}"
    return None


def _of_value(value: edtf.Edtf) -> DateReading:
    return DateReading(edtf=str(value), grain=value.grain.value, earliest=value.earliest, latest=value.latest)


def _refusal(typed: str, found: list[DateRecord]) -> Refused:
    examples = "25/12/2013, tháng 3/1998, quý 4 2020, 2011-2015, 2013-12-25"
    if found:
        understood = "; ".join(f"{record.text} = {record.edtf}" for record in found)
        return Refused(
            f"{typed!r} is not one date; understood: {understood}",
            f"Chỉ hiểu được một phần của {typed!r}: {understood}",
        )
    return Refused(
        f"{typed!r} is no date",
        f"Không hiểu {typed!r} là ngày nào. Ví dụ: {examples}",
        advice=f"For example {examples}",
    )
