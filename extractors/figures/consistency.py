"""What a figure says twice: a total against the parts told behind it, a count of provinces against their list."""

import bisect
import re
from collections.abc import Sequence
from dataclasses import replace

from extractors.domain.records import FigureRecord, ProvinceRecord
from extractors.view import TextView

_WHOLE_RULES = frozenset({"figures.counted_noun_digits", "figures.counted_noun_words"})
_PARTS_OPEN = re.compile(
    r"(?:[ ][^\W\d_]+){0,6}[ ]?(?:[,:;(]|-)?[ ]?"  # of the total's own phrase, then a mark
    r"(?P<word>(?:bao )?gồm|trong (?:đó|số đó)|chia ra)?[ ]?(?:có|là|thì)?[ ]?[:(]?[ ]?"
)
_NEXT_PART = re.compile(r"(?:[ ][^\W\d_]+){0,5}(?:[ ]?[,;+][ ]?(?:và[ ])?|[ ](?:và|cùng|với)[ ])(?:có[ ])?")
_PARTS_END = re.compile(r"(?:[ ][^\W\d_]+){0,8}[ ]?(?:[.;)\n]|$)")
_MOST_PARTS = 12
_PEOPLE = frozenset(
    {"người", "nam", "nữ", "em", "học", "cán", "giáo", "công", "chiến", "trẻ", "hành", "bệnh", "phụ", "cá", "cháu"}
)
_LISTED = re.compile(r"list of \d+, as announced|\d+ announced, \d+ listed")
_LIST_REACH = 90  # code points between a count and the first part or name of its list


def with_checks(view: TextView, records: list[FigureRecord], provinces: Sequence[ProvinceRecord]) -> list[FigureRecord]:
    """Returns the figures in order, with what comparing them to parts or to a list of names told."""
    checked = list(records)
    for at, record in enumerate(records):
        if record.unit.lower().startswith(("tỉnh", "địa phương")):
            checked[at] = _with_list(record, provinces)
        elif _may_be_total(record) and (outcome := _parts(view.key, records, at)) is not None:
            checked[at] = replace(record, evidence=(*record.evidence, outcome))
    return checked


def _may_be_total(record: FigureRecord) -> bool:
    is_whole = record.value == record.value.to_integral_value() and record.value > 1
    return record.rule in _WHOLE_RULES and is_whole and record.mod is None and record.upper is None


def _parts(key: str, records: list[FigureRecord], at: int) -> str | None:
    """Compares a total with the run of figures behind it and returns what that tells, None for no parts."""
    total = records[at]
    if at + 2 >= len(records) or records[at + 1].start - total.end > _LIST_REACH:
        return None
    opening = _PARTS_OPEN.fullmatch(key, total.end, records[at + 1].start)
    if opening is None or not (opening["word"] or "(" in opening.group() or ":" in opening.group()):
        return None
    parts = [records[at + 1]]
    for part in records[at + 2 : at + 1 + _MOST_PARTS]:
        if _NEXT_PART.fullmatch(key, parts[-1].end, part.start) is None:
            break
        parts.append(part)
    if len(parts) < 2 or not all(_may_be_part(part) for part in parts):
        return None
    told = sum(part.value for part in parts)
    if told == total.value:
        return f"its {len(parts)} parts add up to it"
    is_all = "gồm" in (opening["word"] or "") and _PARTS_END.match(key, parts[-1].end) is not None
    if is_all and all(_are_alike(total, part) for part in parts):
        return f"its {len(parts)} parts add up to {told:f}"
    return None


def _may_be_part(part: FigureRecord) -> bool:
    is_whole = part.value == part.value.to_integral_value()
    return part.rule in _WHOLE_RULES and is_whole and part.upper is None and part.mod is None


def _are_alike(total: FigureRecord, part: FigureRecord) -> bool:
    """Tells whether total and part count one kind of thing, so that their numbers must fit."""
    heads = total.unit.lower().split(" ")[0], part.unit.lower().split(" ")[0]
    return heads[0] == heads[1] or set(heads) <= _PEOPLE


def _with_list(record: FigureRecord, provinces: Sequence[ProvinceRecord]) -> FigureRecord:
    """Takes over what the first province of the list behind the count says of the two numbers."""
    at = bisect.bisect_left(provinces, record.end, key=lambda province: province.start)
    if at == len(provinces) or provinces[at].start > record.end + _LIST_REACH:
        return record
    reason = next((reason for reason in provinces[at].evidence if _LISTED.fullmatch(reason)), None)
    if reason is None:
        return record
    return replace(record, evidence=(*record.evidence, reason))
