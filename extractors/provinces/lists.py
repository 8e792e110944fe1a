"""Lists of provinces: which names stand in one list, what governs it, whether its count is announced."""

import itertools
import re

from extractors.domain import gazetteer
from extractors.provinces.context import Candidate

_LIST_LENGTH = 70  # so many neighbours of a list are asked; there were never more units
PLURALS = frozenset(("các", "những", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"))
_SPELLED = {"hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}
_ANNOUNCED = re.compile(
    rf"(?<![\w.,/-])(\d{{1,2}}|{'|'.join(_SPELLED)})\s(?:tỉnh|địa phương)(?:[^\d.;\n()]{{0,60}}[:(]\s?|\s)(?:tỉnh\s)?\Z"
)
_LIST_GAP = re.compile(
    r"\s{0,3}(?:\([^()\n]{0,40}\)\s{0,2}|:?\s?\(?\d[\d.,]{0,9}\)?%?(?:\s[^\W\d_]{1,12}){0,3}\s{0,2}|cũ\s)?"
    r"(?:[,;/&+-]|và|hoặc|hay|cùng(?:\svới)?|với|đến|tới|đi|về|sang|qua|\.\.\.|…|,\s?và|[;,.]?[\t\n])"
    r"(?:\s?(?:và|các|một|hai|ba|số|ở|tại|lên|giữa|với|sang|\d{1,3}[.)]?|[-+•*]))?\s{0,3}"
)
_ROW_GAP = re.compile(r"[\t\n \d.,;%/)(+-]{0,40}[\t\n][\t\n \d.,;%/)(+•*-]{0,20}")
_SCORE_GAP = re.compile(r"\s\d{1,2}\s?-\s?\d{1,2}\s")


def link(candidates: list[Candidate], key: str) -> None:
    """Joins neighbours that stand in one list, and marks the two sides of a score."""
    for left, right in itertools.pairwise(candidates):
        if _are_rivals(left, right, key):
            left.is_rival = right.is_rival = True
        elif _are_linked(left, right, key):
            left.linked.append(right)
            right.linked.append(left)


def is_governed_by_provinces(c: Candidate) -> bool:
    """`ba tỉnh Yên Bái, Lào Cai, Nghĩa Lộ`: the plural before the first name of the list governs all."""
    first, seen = c, 0
    while seen < _LIST_LENGTH and (left := next((x for x in first.linked if x.start < first.start), None)) is not None:
        first, seen = left, seen + 1
    head = first.words[-1].lower().lstrip('("') if first.words else ""
    units = [gazetteer.units()[unit_id] for unit_id in c.form.ids]
    governs = first is not c and first.generic == "province" and (head in PLURALS or head.isdigit())
    return governs and any(unit.kind == "tỉnh" for unit in units)  # Vũng Tàu and Nha Trang were towns


def is_in_list(c: Candidate) -> bool:
    """Another name of the list is sure on its own, or is itself linked to such a one."""

    def is_sure(x: Candidate) -> bool:
        return x.sense is None and (bool(x.generic) or not x.form.doubts & {"noun", "famous", "rare", "city", "region"})

    seen = {id(c)}
    queue = [x for x in c.linked if x.form.ids != c.form.ids]
    while queue and len(seen) < _LIST_LENGTH:
        other = queue.pop()
        if id(other) in seen:
            continue
        seen.add(id(other))
        if is_sure(other) and not other.form.is_former:
            return True
        if other.sense is None:
            queue.extend(other.linked)
    return False


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
    members = _members(c)
    if len(members) < 2:
        return None
    match = _ANNOUNCED.search(key, max(0, members[0].start - 90), members[0].start)
    if match is None:
        return None
    written = match.group(1)
    return _SPELLED.get(written) or int(written), len(members)


def _members(c: Candidate) -> list[Candidate]:
    """All names of the list in order."""
    found = {id(c): c}
    queue = [c]
    while queue and len(found) < _LIST_LENGTH:
        at = queue.pop()
        for other in at.linked:
            is_new_list = _opens_a_count(max(at, other, key=lambda x: x.start))
            if id(other) not in found and other.sense is None and not is_new_list:
                found[id(other)] = other
                queue.append(other)
    return sorted(found.values(), key=lambda x: x.start)


def _opens_a_count(c: Candidate) -> bool:
    """`hai tỉnh A và B; ba tỉnh C ...`: a number before the generic word begins a list of its own."""
    last = c.words[-1].lower() if c.words else ""
    return c.generic == "province" and (last in _SPELLED or last.isdigit())
