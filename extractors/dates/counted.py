"""Builders of atoms that no solar day, month or year is written for: lunar ones and those counted from another date."""

import re

from extractors.dates.atoms import Anchor, Atom, Shift
from extractors.dates.values import LISTED_DAY, Match, interval, number, plain
from extractors.dates.vocabulary import COUNTS, PARTS, WEEKDAYS, alternatives
from extractors.domain.lunar import cycle_index
from extractors.domain.records import Grain

_UNITS = {
    "ngày": Grain.DAY,
    "hôm": Grain.DAY,
    "tuần": Grain.WEEK,
    "tháng": Grain.MONTH,
    "quý": Grain.QUARTER,
    "quí": Grain.QUARTER,
    "năm": Grain.YEAR,
}
_STEPS = {"trước": -1, "qua": -1, "rồi": -1, "vừa qua": -1, "vừa rồi": -1, "ngoái": -1, "kia": -2, "sau": 1, "tới": 1}
_MANY = re.compile(rf"(?:\d|(?<!\w)(?:những|các|nhiều|vài|mấy|hàng|mỗi|từng|ít|{alternatives(COUNTS)}))[ ]$")
_HOUR = r"\d{1,2}[ ]?(?:giờ|g|h)(?!\w*[^\W\d_])\d{0,2}"
_HOURS = re.compile(rf"(?:từ|khoảng)[ ]{_HOUR}[^\d\n.]{{0,24}}(?:đến|tới|-)[ ]?(?:{_HOUR}[ ])?$")
_MAY_BE_WEEKDAY = re.compile(
    r"(?:^|\A|[\n.,;:(\"-]\s?|(?<!\w)(?:vào|từ|đến|tới|hôm|ngày|sáng|trưa|chiều|tối|đêm|trước|sau|hết|và|hoặc|qua|cuối|giờ)\s)$"
)
_DAY_STEPS = {"nay": 0, "qua": -1, "kia": -2, "mai": 1, "mốt": 2}


# --- lunar ---------------------------------------------------------------------------------------


def lunar_year(match: Match, _lead: Match) -> list[Atom]:
    """`năm Kỷ Hợi`."""
    atom = Atom(start=match.start(), end=match.end(), rule="dates.lunar_year", grain=Grain.YEAR, is_lunar=True)
    atom.cycle = cycle_index(match["stem"], match["branch"])
    atom.year = int(match["year"]) if match["year"] else None
    atom.has_cue = True
    return [atom] if atom.cycle is not None else []


def tet_day(match: Match, lead: Match) -> list[Atom]:
    """`mùng 4 Tết` in the first lunar month, `30 Tết` in the last one before it."""
    value = number(match["day"])
    atom = Atom(start=match.start(), end=match.end(), rule="dates.tet_day", grain=Grain.DAY, is_lunar=True, is_tet=True)
    atom.day, atom.month = value, 1 if value <= 15 else 12
    atom.has_cue = True
    is_plain_count = value < 23 and not (lead["early"] or lead["intro"])
    return [] if is_plain_count else [atom]


def tet_days(match: Match, lead: Match) -> list[Atom]:
    """`mùng 4 và mùng 5 Tết` as one atom each, `24-28 Tết` as an interval."""
    text, offset_ = match["days"], match.start("days")
    days = list(LISTED_DAY.finditer(text))
    if not (lead["early"] or lead["intro"] or "ng " in text or int(days[0][1]) >= 23):
        return []
    atoms = []
    for at, found in enumerate(days):
        end = match.end() if at == len(days) - 1 else offset_ + found.end()
        start = match.start() if at == 0 else offset_ + found.start()
        atom = Atom(start=start, end=end, rule="dates.tet_days", grain=Grain.DAY, is_lunar=True, is_tet=True)
        atom.day, atom.has_cue = int(found[1]), True
        atom.month = 1 if atom.day <= 15 else 12
        atoms.append(atom)
    if len(atoms) == 2 and ("-" in text or "đến" in text or "tới" in text):
        return [interval(atoms[0], atoms[1], "dates.tet_days")]
    return atoms


def full_moon(match: Match, _lead: Match) -> list[Atom]:
    """`rằm tháng Giêng`."""
    atom = Atom(start=match.start(), end=match.end(), rule="dates.full_moon", grain=Grain.DAY, is_lunar=True)
    atom.day, atom.month, atom.has_cue = 15, number(match["month"]), True
    return [atom]


def day_only(match: Match, lead: Match) -> list[Atom]:
    """`ngày 25` with neither month nor year: latent."""
    if not lead["intro"] or lead["early"] or "\n" in lead.group():
        return []
    atom = plain(match, "dates.day_only", Grain.DAY, "day")
    atom.is_latent = True
    return [atom]


# --- counted from another date -------------------------------------------------------------------


def relative_day(match: Match, _lead: Match) -> list[Atom]:
    """`hôm qua`, `ngày mai`, `hôm sau`."""
    if _MANY.search(match.string, max(0, match.start() - 12), match.start()):
        return []  # `mấy hôm nay` is a stretch
    return [_relative_day(match, match["day"] or match["tomorrow"])]


def relative_part(match: Match, _lead: Match) -> list[Atom]:
    """`sáng nay`, `chiều qua`, `tối hôm sau`; no date where hours of any day are meant."""
    if match["day"] == "hôm sau" and _HOURS.search(match.string, max(0, match.start() - 50), match.start()):
        return []
    atom = _relative_day(match, match["day"].removeprefix("hôm ").removeprefix("ngày "))
    atom.mod = PARTS[match["part"]]
    return [atom]


def _relative_day(match: Match, word: str) -> Atom:
    word = " ".join(word.split())
    if word in ("sau", "trước"):
        shift = Shift(grain=Grain.DAY, amount=1 if word == "sau" else -1, anchor=Anchor.NARRATIVE)
        return _shifted(match, "dates.next_day", shift)
    return _shifted(match, "dates.relative_day", Shift(grain=Grain.DAY, amount=_DAY_STEPS[word]))


def same(match: Match, _lead: Match) -> list[Atom]:
    """`cùng ngày`, `cùng năm`."""
    grain = _UNITS[match["unit"]]
    return [_shifted(match, f"dates.same_{grain.value}", Shift(grain=grain, amount=0, anchor=Anchor.NARRATIVE))]


def relative_unit(match: Match, _lead: Match) -> list[Atom]:
    """`năm nay`, `tháng trước`, `tuần tới`, `quý sau`."""
    grain, which = _UNITS[match["unit"]], " ".join(match["which"].split())
    if _MANY.search(match.string, max(0, match.start() - 12), match.start()):
        return []  # `những năm tới`, `hai tuần qua` are stretches
    if which in ("đó", "ấy") or (which == "nay" and grain is not Grain.YEAR):
        return []
    if which in ("ngoái", "kia") and grain is not Grain.YEAR:
        return []
    anchor = Anchor.REFERENCE
    if grain is Grain.YEAR and which in ("sau", "trước"):
        anchor = Anchor.NARRATIVE
    amount = 0 if which in ("này", "nay") else _STEPS[which]
    return [_shifted(match, f"dates.relative_{grain.value}", Shift(grain=grain, amount=amount, anchor=anchor))]


def relative_weekday(match: Match, _lead: Match) -> list[Atom]:
    """`thứ ba tuần tới`, `chủ nhật vừa qua`."""
    day = WEEKDAYS[" ".join(match["weekday"].split())]
    near = " ".join((match["near"] or "").split())
    if near and not _MAY_BE_WEEKDAY.search(match.string, max(0, match.start() - 12), match.start()):
        return []  # `lần thứ hai này`, `người thứ ba tới` are ordinals
    if match["week"] or near == "này":
        amount = 0 if match["week"] in (None, "này") else _STEPS[match["week"]]
        shift = Shift(grain=Grain.WEEK, amount=amount, weekday=day)
    else:
        anchor = Anchor.UPCOMING if near == "tới" else Anchor.LATEST
        shift = Shift(grain=Grain.DAY, amount=0, anchor=anchor, weekday=day)
    atom = _shifted(match, "dates.relative_weekday", shift)
    atom.grain = Grain.DAY
    return [atom]


def offset(match: Match, lead: Match) -> list[Atom]:
    """`ba ngày trước`, `2 tuần nữa`."""
    which = match["which"]
    is_day_of_month = lead["intro"] and match.start() >= lead.end("intro")  # ngày 15 tháng trước
    if is_day_of_month or which in ("qua", "tới"):  # `3 ngày qua` is a stretch of time that ends today, not a day
        return []
    grain, count = _UNITS[match["unit"]], number(match["count"])
    if grain is Grain.WEEK:
        grain, count = Grain.DAY, 7 * count
    if which == "sau":
        shift = Shift(grain=grain, amount=count, anchor=Anchor.NARRATIVE)
    else:
        shift = Shift(grain=grain, amount=-count if which == "trước" else count)
    return [_shifted(match, "dates.offset", shift)]


def ago(match: Match, _lead: Match) -> list[Atom]:
    """`cách đây 10 năm`."""
    grain, count = _UNITS[match["unit"]], number(match["count"])
    shift = Shift(grain=Grain.DAY if grain is Grain.WEEK else grain, amount=-count * (7 if grain is Grain.WEEK else 1))
    return [_shifted(match, "dates.ago", shift)]


def _shifted(match: Match, rule: str, shift: Shift) -> Atom:
    return Atom(start=match.start(), end=match.end(), rule=rule, grain=shift.grain, shift=shift, has_cue=True)
