"""Lists of provinces: which names stand in one list, what governs it, whether its count is announced."""

import itertools
import re

from extractors.domain import gazetteer
from extractors.provinces.context import Candidate, Run

PLURALS = frozenset(("các", "những", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"))
_SPELLED = {"hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}
_ANNOUNCED = re.compile(
    rf"(?<![\w.,/-])(\d{{1,2}}|{'|'.join(_SPELLED)})\s(?:tỉnh|địa phương)"
    r"(?:[^\d.;\n()]{0,60}(?:[:(]|(?:gồm|là)(?=\s))\s?|\s)(?:tỉnh\s)?\Z"
)
_LIST_GAP = re.compile(
    r"\s{0,3}(?:\([^()\n]{0,40}\)\s{0,2}|:?\s?\(?\d[\d.,]{0,9}\)?%?(?:\s[^\W\d_]{1,12}){0,3}\s{0,2}|cũ\s)?"
    r"(?:[,;/&+-]|và|hoặc|hay|cùng(?:\svới)?|với|đến|tới|đi|về|sang|qua|\.\.\.|…|,\s?và|[;,.]?[\t\n])"
    r"(?:\s?(?:và|các|một|hai|ba|số|ở|tại|lên|giữa|với|sang|\d{1,3}[.)]?|[-+•*]))?\s{0,3}"
)
_ROW_GAP = re.compile(r"[\t\n \d.,;%/)(+-]{0,40}[\t\n][\t\n \d.,;%/)(+•*-]{0,20}")
_SCORE_GAP = re.compile(r"\s\d{1,2}\s?-\s?\d{1,2}\s")


def link(candidates: list[Candidate], key: str) -> None:
    """Joins neighbours that stand in one list into a run, and marks the two sides of a score."""
    for left, right in itertools.pairwise(candidates):
        if _are_rivals(left, right, key):
            left.is_rival = right.is_rival = True
        elif _are_linked(left, right, key):
            left.linked.append(right)
            right.linked.append(left)
            if left.run is None:
                left.run = Run([left])
            right.run = left.run
            left.run.members.append(right)


def is_governed_by_provinces(c: Candidate) -> bool:
    """`ba tỉnh Yên Bái, Lào Cai, Nghĩa Lộ`: the plural before the first name of the list governs all."""
    if c.run is None or (first := c.run.members[0]) is c:
        return False
    head = first.words[-1].lower().lstrip('("') if first.words else ""
    units = [gazetteer.units()[unit_id] for unit_id in c.form.ids]
    governs = first.generic == "province" and (head in PLURALS or head.isdigit())
    return governs and any(unit.kind == "tỉnh" for unit in units)  # Vũng Tàu and Nha Trang were towns


def is_in_list(c: Candidate) -> bool:
    """Another name of the list is sure on its own; asked after the senses of all names are known."""
    if c.run is None:
        return False
    if c.run.sure is None:
        c.run.sure = frozenset(x.form.ids for x in c.run.members if _is_sure(x))
    return bool(c.run.sure - {c.form.ids})


def _is_sure(c: Candidate) -> bool:
    if c.sense is not None or c.form.is_former:
        return False
    return bool(c.generic) or not c.form.doubts & {"noun", "famous", "rare", "city", "region"}


def _are_rivals(left: Candidate, right: Candidate, key: str) -> bool:
    """Tells whether a score stands between two names: Long An 2-1 Bình Dương."""
    return right.quote_start - left.end < 10 and bool(_SCORE_GAP.fullmatch(key, left.end, right.quote_start))


def _are_linked(left: Candidate, right: Candidate, key: str) -> bool:
    """Tells whether only list marks, `và`, figures or a generic word stand between two names."""
    if not 0 < right.quote_start - left.end <= 64:
        return False
    gap = key[left.end : right.quote_start]
    return bool(_LIST_GAP.fullmatch(gap) or _ROW_GAP.fullmatch(gap))


def announced(c: Candidate, key: str) -> tuple[int, int] | None:
    """Returns how many units the text announces before the list of `c` and how many it lists, or None."""
    if c.run is None:
        return None
    if c.run.counts is None:
        c.run.counts = _counts(c.run, key)
    return c.run.counts.get(c.start)


def _counts(run: Run, key: str) -> dict[int, tuple[int, int]]:
    """The two numbers for each name of the run, by its start, where the text announces one."""
    parts: list[list[Candidate]] = [[]]
    for member in run.members:
        if parts[-1] and _opens_a_count(member):
            parts.append([])
        if member.sense is None:
            parts[-1].append(member)
    counts: dict[int, tuple[int, int]] = {}
    for part in parts:
        if len(part) > 1 and (match := _ANNOUNCED.search(key, max(0, part[0].start - 90), part[0].start)):
            said = _SPELLED.get(match.group(1)) or int(match.group(1))
            counts.update((member.start, (said, len(part))) for member in part)
    return counts


def _opens_a_count(c: Candidate) -> bool:
    """`hai tỉnh A và B; ba tỉnh C ...`: a number before the generic word begins a list of its own."""
    last = c.words[-1].lower() if c.words else ""
    return c.generic == "province" and (last in _SPELLED or last.isdigit())
