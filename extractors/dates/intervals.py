"""Neighbouring atoms together: glosses, intervals, lists, open ends; and which latent readings count."""

import re
from functools import cache
from itertools import pairwise

from extractors.dates import context
from extractors.dates.atoms import Anchor, Atom
from extractors.dates.patterns import G
from extractors.domain.records import DateRole, Grain
from extractors.domain.tables import rows
from extractors.view import TextView

_REACH, _REACH_OVER_ASIDE = 30, 110
_GLOSS = re.compile(
    r"[ ]?(?P<open>\()?[ ]?(?:(?:tức(?: là)?|nhằm|là)[ ])?(?:ngày[ ])?|[ ]?[,-][ ]?(?:tức[ ]|vào[ ])?(?:ngày[ ])?"
)
_RANGE = re.compile(
    rf"(?:[ ]?-[ ]?|{G}?,?{G}(?:(?:cho|kéo dài){G})?(?P<until>đến|tới)(?:{G}(?:hết|tận))?{G})(?:(?:ngày|năm|tháng){G})?"
)
_ASIDE = re.compile(rf"[ ]\([^()\n]{{1,80}}\)(?={G}(?:đến|tới))")  # từ năm 2014 (khi ...) đến tháng 6/2017
_LIST = re.compile(
    rf"[ ]?[,;/+][ ]?(?:và[ ])?(?:(?:năm|ngày|tháng)[ ])?"
    rf"|{G}(?:và|hoặc|hay|&|cùng|rồi|với|so với){G}(?:(?:năm|ngày|tháng){G})?"
)
_FROM = re.compile(rf"(?:(?:kể|bắt đầu|tính|suốt|được){G})?(?P<from>từ)(?:{G}(?:sau|khoảng|hồi))?{G}$")
_BOUND = re.compile(
    rf"(?P<word>(?:(?:kể|bắt đầu|tính){G})?từ(?:{G}(?:sau|khoảng|hồi|cuối|đầu|lúc))?|trước|sau)"
    rf"(?:{G}(?:thời điểm|mốc))?{G}$"
)
_DEADLINE = re.compile(
    r"(?P<word>chậm nhất|(?<!từ )(?<!hiệu lực )(?<!lấy )trước|hạn(?: chót| cuối)?|thời hạn|muộn nhất)"
    rf"(?:{G}(?:là|đến|vào|hết|trong|tới))*{G}$"
)
_TO_NOW = re.compile(
    rf"[ ]?-[ ]?nay(?!\w)|,?{G}(?:cho{G})?(?:đến|tới){G}(?:nay|giờ|bây giờ|hiện nay|hiện tại)(?!\w)"
    rf"|{G}trở{G}(?:đi|lại đây|về đây|về sau)(?!\w)"
)
_TO_THEN = re.compile(rf"{G}(?:trở{G})?về{G}trước(?!\w)")
_EACH = re.compile(r"(?:mỗi|hàng|hằng|từng|một|mấy|nhiều|bao nhiêu|trong|suốt|cả)[ ]$")
_TIMES = re.compile(r"[ ]lần(?!\w)")  # `ba tháng một lần`
_NIGHTS = re.compile(r"[ ]đêm(?!\w)")  # `3 ngày 2 đêm`
_NAMED_DAY = re.compile(r"(?<!\w)(?:ngày|lễ|tết|đêm|kỷ niệm)[ ][^\n(.]{3,50}\($")
_SCORE = re.compile(r"(?<!\w)(?:thắng|thua|hòa|tỷ số|tỉ số|bàn thắng|đánh bại|dẫn trước|gỡ hòa)(?!\w)")
_BEHIND_DATELINE = re.compile(r"[ ]?[(.:-]")
_DAYS = (Grain.DAY, Grain.TIME)
_ALIKE = (
    {Grain.DAY},
    {Grain.TIME},
    {Grain.DAY, Grain.TIME},
    {Grain.MONTH},
    {Grain.YEAR},
    {Grain.QUARTER},
    {Grain.INTERVAL, Grain.YEAR},
)
_MIXED = {Grain.DAY, Grain.MONTH, Grain.YEAR, Grain.QUARTER}


def join(view: TextView, atoms: list[Atom]) -> list[Atom]:
    """Returns the atoms that count, with intervals and glosses merged and open ends told."""
    merged: list[Atom] = []
    for atom in atoms:
        last = merged[-1] if merged else None
        if last and atom.start - last.end <= _REACH_OVER_ASIDE and _merge(view.key, last, atom):
            continue
        merged.append(atom)
    _fill_lists(view.key, merged)
    kept: list[Atom] = []
    doubtful: list[Atom] = []
    for atom in merged:
        (kept if not atom.is_latent or _goes_on(view.key, kept, atom) or _counts(view, atom) else doubtful).append(atom)
    kept += _like_others(view.key, doubtful, kept)
    kept.sort(key=lambda atom: atom.start)
    floor = 0
    for atom in kept:
        _bound(view.key, atom, floor)
        floor = atom.end
    return kept


# --- pairs ---------------------------------------------------------------------------------------


def _merge(key: str, one: Atom, other: Atom) -> bool:
    """Makes one atom of two where they are one expression; tells whether it did."""
    gap = key[one.end : other.start]
    if _FROM.search(key, max(0, one.start - 24), one.start):
        gap = _ASIDE.sub("", gap, count=1)
    if len(gap) > _REACH or (one.rule == "dates.same_day" and gap not in (" ", " (", " ngày ")):
        return False
    if _is_gloss(one, other) and (match := _GLOSS.fullmatch(gap)):
        _merge_gloss(key, one, other, bool(match["open"]))
        return True
    match = _RANGE.fullmatch(gap)
    return bool(match) and _merge_range(key, one, other, with_dash="-" in gap)


def _is_gloss(one: Atom, other: Atom) -> bool:
    if other.shift or other.is_lunar or other.until:
        return False
    if one.is_lunar and one.grain is Grain.DAY:
        return other.grain in _DAYS and other.month is not None
    if one.shift is None or (one.shift.anchor is Anchor.NARRATIVE and one.rule != "dates.same_day"):
        return False
    if one.grain is Grain.DAY:
        return other.grain in _DAYS and other.month is not None
    return one.grain is other.grain and one.grain in (Grain.YEAR, Grain.MONTH)


def _merge_gloss(key: str, one: Atom, other: Atom, is_open: bool) -> None:
    """The written date decides; the relative or lunar one before it stays as a check."""
    said = Atom(start=one.start, end=one.end, rule=one.rule, grain=one.grain)
    said.shift, said.is_lunar, said.day, said.month = one.shift, one.is_lunar, one.day, one.month
    said.year, said.cycle, said.is_tet = one.year, one.cycle, one.is_tet
    one.rule = "dates.lunar_with_gloss" if one.is_lunar else "dates.relative_with_gloss"
    one.gloss, one.shift, one.cycle, one.is_lunar, one.is_tet = said, None, None, False, False
    one.day, one.month, one.year, one.grain = other.day, other.month, other.year, other.grain
    one.time, one.mod = one.time or other.time, one.mod or other.mod
    one.year_shift, one.is_latent, one.has_cue = other.year_shift, False, True
    one.end = other.end
    if is_open and key[one.end : one.end + 1] == ")":
        one.end += 1


def _merge_range(key: str, one: Atom, other: Atom, *, with_dash: bool) -> bool:
    end = other.until or other
    if one.until or one.bound or one.shift or one.is_yearly:
        if not (one.until and other.until and one.grain is other.grain is Grain.INTERVAL):
            return False
    elif not _same_class(one, end) or other.shift or (other.until and one.grain is not Grain.YEAR):
        return False
    if with_dash and {one.grain, end.grain} not in _ALIKE:
        return False
    has_from = bool(_FROM.search(key, max(0, one.start - 24), one.start))
    has_from = has_from or (context.has_weak_cue(key, one.start) and context.ends_like_date(key, other.end))
    if one.is_latent and other.is_latent and not has_from and not _stands_in_brackets(key, one, other):
        is_full = with_dash and one.grain is Grain.MONTH and one.year is not None
        return is_full and _fill_range(one, end) and _close(one, other, with_dash=with_dash)
    if with_dash and one.year is None and other.year is None and not (one.has_cue or has_from):
        return False
    return _fill_range(one, end) and _close(one, other, with_dash=with_dash)


def _close(one: Atom, other: Atom, *, with_dash: bool) -> bool:
    one.until, one.end = other.until or other, other.end
    one.rule = "dates.interval_dash" if with_dash else "dates.interval_from_to"
    one.is_latent, one.has_cue = False, True
    return True


def _same_class(one: Atom, other: Atom) -> bool:
    if one.grain in _DAYS and other.grain in _DAYS:
        return one.day is not None and (other.month is not None or one.month is not None)
    if one.grain is other.grain:
        return one.grain in (Grain.MONTH, Grain.YEAR, Grain.QUARTER)
    return one.year is not None and other.year is not None and {one.grain, other.grain} <= _MIXED


def _stands_in_brackets(key: str, one: Atom, other: Atom) -> bool:
    return key[one.start - 1 : one.start] == "(" and key[other.end : other.end + 1] == ")"


def _fill_range(one: Atom, other: Atom) -> bool:
    """Gives each end what the other one tells; False where it would end before it starts."""
    if one.grain in _DAYS and other.grain in _DAYS:
        if other.month is None:
            other.month = one.month
        if one.month is None and other.month and one.day and other.day:
            one.month = other.month if one.day <= other.day else other.month - 1 or 12
    first, last = (one.month or 0, one.day or 0, one.code or ""), (other.month or 0, other.day or 0, other.code or "")
    if other.year is not None and one.year is None:
        one.year = other.year if first <= last else other.year - 1
        if other.year_shift:
            one.year_shift = other.year_shift
    elif one.year is not None and other.year is None:
        other.year = one.year if first <= last else one.year + 1
    elif other.year_shift and one.year is None:
        one.year_shift = other.year_shift
    if one.year is not None and other.year is not None:
        return one.year < other.year or (one.year == other.year and (one.grain is not other.grain or first <= last))
    return True


def _fill_lists(key: str, atoms: list[Atom]) -> None:
    """In `5/6 và 7/6/2018` the year counts for both; what follows a date in a list is a date."""
    for one, other in pairwise(atoms):
        if other.is_latent and not one.is_latent and one.shift is None and _is_list(key, one, other):
            is_year = other.grain is Grain.YEAR and not context.is_counted(key, other.end)
            if is_year or context.ends_like_date(key, other.end):
                other.is_latent = False
                other.evidence.append("stands in a list of dates")
    for other, one in pairwise(reversed(atoms)):
        if one.lacks_year and not other.is_latent and _is_list(key, one, other):
            _fill_from_next(one, other)


def _fill_from_next(one: Atom, other: Atom) -> None:
    one.year, one.year_shift = other.year, other.year_shift
    if one.day and one.month is None and other.month:
        one.month = other.month
    if one.year and one.month and other.month and (one.month, one.day or 0) > (other.month, other.day or 0):
        one.year -= 1
    if one.is_latent and one.month is not None:
        one.is_latent = False


def _is_list(key: str, one: Atom, other: Atom) -> bool:
    return one.grain is other.grain and other.start - one.end <= 14 and bool(_LIST.fullmatch(key, one.end, other.start))


# --- latent readings -----------------------------------------------------------------------------


@cache
def holidays() -> frozenset[tuple[int, int]]:
    """Returns the days that are feasts each year, as day and month."""
    return frozenset((int(row.number("day")), int(row.number("month"))) for row in rows("holidays.csv"))


def _counts(view: TextView, atom: Atom) -> bool:
    """Tells whether a latent reading is a date by what stands around it."""
    key = view.key
    if atom.rule == "dates.year_bare":
        return _is_cell(key, atom) or context.is_year(key, view.text, atom.end - 4, atom.end)
    if atom.rule == "dates.day_month_words":
        return not context.is_blocked(key, atom.start) and not _TIMES.match(key, atom.end)
    if atom.rule.startswith("dates.day_month_") and context.is_spell(key, atom.end):
        return False
    if _is_dateline(view, atom):
        atom.evidence.insert(0, "dateline")
        return True
    is_told_from = atom.rule == "dates.days_interval" and _FROM.search(key, max(0, atom.start - 24), atom.start)
    if is_told_from and not context.is_counted(key, atom.end):
        return True
    if context.is_blocked(key, atom.start) or not context.ends_like_date(key, atom.end):
        return False
    if atom.rule == "dates.day_only":
        return not _EACH.search(key, max(0, atom.start - 12), atom.start) and not _NIGHTS.match(key, atom.end)
    if atom.rule == "dates.year_short":
        return (
            not _EACH.search(key, max(0, atom.start - 12), atom.start) and not key[: atom.start].rstrip()[-1:].isdigit()
        )
    in_brackets = _in_brackets(key, atom)
    if atom.rule in ("dates.years_bare", "dates.month_year_bare"):
        return (
            atom.rule == "dates.years_bare"
            or in_brackets
            or _is_cell(key, atom)
            or context.has_weak_cue(key, atom.start)
        )
    if atom.rule == "dates.day_month_dots":
        return False  # a decimal number unless a date stands beside it
    if _SCORE.search(key, max(0, atom.start - 40), min(len(key), atom.end + 20)):
        return False
    if context.has_weak_cue(key, atom.start):
        atom.evidence.append("a preposition or feast before it")
        return True
    if atom.rule == "dates.day_month_slashes" and in_brackets and (atom.day or 0) > 12:
        return True
    if (atom.day, atom.month) in holidays():
        if in_brackets:
            return bool(_NAMED_DAY.search(key, max(0, atom.start - 60), atom.start))
        atom.evidence.append("a feast of the year")
        return key[atom.start - 1 : atom.start] in (" ", "\n", '"', "")
    return False


def _goes_on(key: str, kept: list[Atom], atom: Atom) -> bool:
    """Tells whether the atom is the next day of a list that counts: `20 và 21/11`."""
    is_listed = bool(kept) and atom.rule == kept[-1].rule == "dates.days_of_month"
    return is_listed and _is_list(key, kept[-1], atom)


def _like_others(key: str, doubtful: list[Atom], kept: list[Atom]) -> list[Atom]:
    """Returns `(11/2)` in brackets and `31-7,` after a full stop, where the document names the month in another day."""
    months = {atom.month for atom in kept if atom.grain in _DAYS}
    return [
        atom
        for atom in doubtful
        if atom.rule in ("dates.day_month_slashes", "dates.day_month_dashes")
        and atom.month in months
        and (_in_brackets(key, atom) if atom.rule == "dates.day_month_slashes" else _opens_sentence(key, atom))
    ]


def _opens_sentence(key: str, atom: Atom) -> bool:
    behind = key[max(0, atom.start - 3) : atom.start].rstrip(" ")
    return behind[-1:] in ("", "\n", ".") and key[atom.end : atom.end + 1] == "," and (atom.day or 0) > 12


def _in_brackets(key: str, atom: Atom) -> bool:
    return key[atom.start - 1 : atom.start] == "(" and key[atom.end : atom.end + 1] == ")"


def _is_dateline(view: TextView, atom: Atom) -> bool:
    """Tells whether a day stands behind a place in capitals at the head of a paragraph: `NHA TRANG, 1-7 (tin`."""
    if atom.grain is not Grain.DAY or atom.month is None:
        return False
    line = view.text[max(0, atom.start - 40) : atom.start].rpartition("\n")[2]
    place = line.rstrip(" ,")
    is_place = place.isupper() and "," in line[len(place) :] and not any(c.isdigit() for c in place)
    return is_place and bool(_BEHIND_DATELINE.match(view.key, atom.end))


def _is_cell(key: str, atom: Atom) -> bool:
    before, after = key[atom.start - 1 : atom.start], key[atom.end : atom.end + 1]
    return before == "\t" or (before in ("\n", "") and after == "\t")


# --- open ends -----------------------------------------------------------------------------------


def _bound(key: str, atom: Atom, floor: int) -> None:
    """Tells `từ`, `trước`, `sau` between `floor` and an atom, `đến nay` behind it."""
    behind = key[max(floor, atom.start - 28) : atom.start]
    if atom.until or atom.grain is Grain.INTERVAL:
        if match := _FROM.search(behind):
            atom.start -= len(behind) - match.start()
            now = _TO_NOW.match(key, atom.end)
            if now and atom.rule in ("dates.school_year", "dates.season"):
                atom.until, atom.grain, atom.bound, atom.end = None, Grain.YEAR, "start", now.end()
        return
    if _DEADLINE.search(behind):
        atom.role = atom.role or DateRole.DEADLINE
    match = _BOUND.search(behind)
    is_counted = atom.shift is not None
    if match and not (match.start() and behind[match.start() - 1].isalnum()):
        word = match["word"]
        if not is_counted or "từ" in word:
            if not (atom.time and "từ" in word):  # a meeting from 8h00 on is at that time
                atom.bound = "end" if word == "trước" else "start"
            atom.start -= len(behind) - match.start()
            atom.evidence.append(f"open {'start' if atom.bound == 'end' else 'end'}: {word}")
    if atom.bound == "start" and (now := _TO_NOW.match(key, atom.end)):
        atom.end = now.end()
        atom.evidence.append("lasts to the day of writing")
    elif then := _TO_THEN.match(key, atom.end):
        atom.bound, atom.end = "end", then.end()
