"""From a matched form to an atom: pure functions of the match and of the lead before it."""

import re
from collections.abc import Callable

from extractors.dates import patterns as p
from extractors.dates.atoms import Anchor, Atom, Shift
from extractors.dates.vocabulary import COUNTS, DAYS, LUNAR_MONTHS, MONTHS, PARTS, ROMAN, WEEKDAYS
from extractors.domain.lunar import cycle_index
from extractors.domain.records import DateRole, Grain

Match = re.Match[str]
Build = Callable[[Match, Match], list[Atom]]

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
_DAY_STEPS = {"nay": 0, "qua": -1, "kia": -2, "mai": 1, "mốt": 2}
_SEPARATORS = {"/": "slashes", "-": "dashes", ".": "dots"}


def number(word: str) -> int:
    """Returns the number that digits or a spelled day, month or count mean."""
    word = " ".join(word.split())
    if word.isdigit():
        return int(word)
    return DAYS.get(word) or MONTHS.get(word) or COUNTS.get(word) or ROMAN[word]


def full_year(digits: str) -> int:
    """Returns the year of four digits or of two, which mean 1930 to 2029."""
    value = int(digits)
    if len(digits) > 2:
        return value
    return value + (1900 if value >= 30 else 2000)


def clock(match: Match, part: str | None) -> str | None:
    """Returns the time of day as `HH:MM` on the twenty-four hour clock, None where none is told or it is no time."""
    groups = match.groupdict()
    if not groups.get("hour"):
        return None
    hour = int(groups["hour"])
    minute = 30 if groups.get("half") == "rưỡi" else int(groups.get("minute") or groups.get("minute_colon") or 0)
    half = (groups.get("half") or "").strip()
    if (half == "pm" and hour < 12) or (part in ("afternoon", "evening") and 1 <= hour < 12):
        hour += 12
    elif (half == "am" and hour == 12) or (part == "night" and hour == 12):
        return None if part else f"00:{minute:02d}"
    elif part == "night" and 6 < hour < 12:
        hour += 12
    return f"{hour:02d}:{minute:02d}" if hour < 24 else None


def separator_name(mark: str) -> str:
    """Returns the name of a separator for rule names: slashes, dashes, dots."""
    return _SEPARATORS[mark.strip()]


# --- numbers only --------------------------------------------------------------------------------


def day_month_year(match: Match, lead: Match) -> list[Atom]:
    """`25/12/2013`; a year of two digits only with equal separators and a cue before."""
    year = match["year"]
    text = match.group()
    marks = [c for c in text if c in "/.-"]
    if len(year) == 2 and (marks[0] != marks[1] or marks[0] == "." or not has_cue(lead)):
        return []
    atom = Atom(
        start=match.start(),
        end=match.end(),
        rule=f"dates.day_month_year_{separator_name(match['sep'])}",
        grain=Grain.DAY,
        day=int(match["day"]),
        month=int(match["month"]),
        year=full_year(year),
    )
    if len(year) == 2:
        atom.rule = "dates.day_month_short_year"
        atom.evidence.append("century of a two-digit year assumed")
    return [atom]


def month_first(match: Match, _lead: Match) -> list[Atom]:
    """`11/7/2018 3:12:08 PM`, as web servers print the time of display: month before day."""
    return [
        Atom(
            start=match.start(),
            end=match.end(),
            rule="dates.month_first",
            grain=Grain.TIME,
            day=int(match["day"]),
            month=int(match["month"]),
            year=int(match["year"]),
            time=clock(match, None),
            evidence=["month first, as the AM/PM clock is American"],
        )
    ]


def year_month_day(match: Match, _lead: Match) -> list[Atom]:
    """`2019-04-05`."""
    return [_plain(match, "dates.year_month_day", Grain.DAY, "year", "month", "day")]


def day_month(match: Match, lead: Match) -> list[Atom]:
    """`25/12`; without a cue before it the reading is latent."""
    mark = match["sep"]
    if " - " in mark or (mark.strip() == "." and not has_cue(lead) and len(match.group()) < 4):
        return []
    atom = _plain(match, f"dates.day_month_{separator_name(mark)}", Grain.DAY, "day", "month")
    atom.is_latent = not has_cue(lead)
    return [atom]


def month_year(match: Match, _lead: Match) -> list[Atom]:
    """`9/2017` without the word month: latent."""
    atom = _plain(match, "dates.month_year_bare", Grain.MONTH, "month", "year")
    atom.is_latent = True
    return [atom]


def years(match: Match, _lead: Match) -> list[Atom]:
    """`2011-2015` without a word before."""
    return _year_span(match, "dates.years_bare", is_latent=True)


def year(match: Match, _lead: Match) -> list[Atom]:
    """`2015` without a word before: latent."""
    atom = _plain(match, "dates.year_bare", Grain.YEAR, "year")
    atom.is_latent = True
    return [atom]


# --- with words ----------------------------------------------------------------------------------


def day_month_words(match: Match, _lead: Match) -> list[Atom]:
    """`25 tháng 12`, `hai mươi tháng chạp`."""
    atom = _plain(match, "dates.day_month_words", Grain.DAY, "day", "month")
    atom.is_lunar = match["month"] in LUNAR_MONTHS
    return [atom]


def days_list(match: Match, lead: Match) -> list[Atom]:
    """`6, 7 và 8/9` as one atom each, `25-27/12` as an interval."""
    days = [(int(d.group()), d.start(), d.end()) for d in re.finditer(r"\d+", match["days"])]
    between = match["days"]
    is_range = "-" in between or "đến" in between or "tới" in between
    dawn = "rạng sáng" in between
    mark = (match["sep"] or "").strip()
    if "-" in between and (mark == "-" or len(days) > 2):
        return []
    if is_range and len(days) > 2:
        return []
    month, said = number(match["month"]), full_year(match["year"]) if match["year"] else None
    offset = match.start("days")
    atoms = []
    for at, (day, start, end) in enumerate(days):
        is_last = at == len(days) - 1
        atoms.append(
            Atom(
                start=match.start() if at == 0 else offset + start,
                end=match.end() if is_last else offset + end,
                rule="dates.days_of_month",
                grain=Grain.DAY,
                day=day,
                month=month,
                year=said,
                is_latent=not has_cue(lead) and said is None,
            )
        )
    if not (is_range or dawn):
        return atoms
    first, last = atoms[0], atoms[-1]
    if first.day and last.day and first.day >= last.day:
        if not dawn:
            return []
        first.month = month - 1 or 12
        first.year = said - 1 if said and month == 1 else said
    rule = "dates.night_to_dawn" if dawn else "dates.days_interval"
    return [_interval(first, last, rule)]


def month(match: Match, _lead: Match) -> list[Atom]:
    """`tháng 5`, `tháng Giêng`."""
    atom = _plain(match, "dates.month", Grain.MONTH, "month")
    atom.is_lunar = match["month"] in LUNAR_MONTHS
    atom.has_cue = True
    if not match["month"].isdigit():
        atom.rule = "dates.month_spelled"
    return [atom]


def months_list(match: Match, _lead: Match) -> list[Atom]:
    """`tháng 6, 7 và 8/2018` as one atom each, `tháng 3-5/2018` as an interval."""
    between = match["months"]
    months = [(int(m.group()), m.start(), m.end()) for m in re.finditer(r"\d+", between)]
    offset, said = match.start("months"), int(match["year"])
    atoms = [
        Atom(
            start=match.start() if at == 0 else offset + start,
            end=match.end() if at == len(months) - 1 else offset + end,
            rule="dates.months_of_year",
            grain=Grain.MONTH,
            month=value,
            year=said,
            has_cue=True,
        )
        for at, (value, start, end) in enumerate(months)
    ]
    if len(atoms) == 2 and ("-" in between or "đến" in between or "tới" in between):
        return [_interval(atoms[0], atoms[1], "dates.months_interval")] if months[0][0] < months[1][0] else []
    return atoms


def quarter(match: Match, _lead: Match) -> list[Atom]:
    """`quý IV`, `quý III và IV` as one atom each."""
    atoms = []
    codes = {"đầu": 1, "cuối": 4}
    spans = [(match.start(), match.end("quarter"), match["quarter"])]
    more = match.start("more")
    spans += [
        (more + m.start(), more + m.end(), m.group(1))
        for m in re.finditer(r"(?:qu[ýí]\s+)?([1-4]|i{1,3}v?|iv)(?!\w)", match["more"])
    ]
    for start, end, name in spans:
        value = codes.get(name) or number(name)
        atoms.append(
            Atom(start=start, end=end, rule="dates.quarter", grain=Grain.QUARTER, code=str(32 + value), has_cue=True)
        )
    return atoms


def months_of_year(match: Match, _lead: Match) -> list[Atom]:
    """`6 tháng đầu` before a year: a half, or an interval of months."""
    count = number(match["count"])
    if not 1 <= count <= 11:
        return []
    is_first = match["side"] == "đầu"
    atom = Atom(start=match.start(), end=match.end(), rule="dates.months_side", grain=Grain.INTERVAL, has_cue=True)
    if count == 6:
        atom.rule, atom.grain, atom.code = "dates.half_year", Grain.HALF, "40" if is_first else "41"
        return [atom]
    atom.month = 1 if is_first else 13 - count
    last = count if is_first else 12
    atom.until = Atom(start=atom.start, end=atom.end, rule=atom.rule, grain=Grain.MONTH, month=last)
    return [atom]


def half_year(match: Match, _lead: Match) -> list[Atom]:
    """`nửa đầu năm`."""
    code = "40" if match["side"] == "đầu" else "41"
    return [
        Atom(start=match.start(), end=match.end(), rule="dates.half_year", grain=Grain.HALF, code=code, has_cue=True)
    ]


def year_word(match: Match, _lead: Match) -> list[Atom]:
    """`năm 2013`."""
    atom = _plain(match, "dates.year", Grain.YEAR, "year")
    atom.has_cue = True
    return [atom]


def year_short(match: Match, _lead: Match) -> list[Atom]:
    """`năm 75`: latent, since a number of things may follow năm."""
    atom = Atom(start=match.start(), end=match.end(), rule="dates.year_short", grain=Grain.YEAR, is_latent=True)
    atom.year = 1900 + int(match["year"])
    atom.evidence.append("century of a two-digit year assumed")
    return [atom]


def birth_year(match: Match, _lead: Match) -> list[Atom]:
    """`SN 1982`."""
    atom = _plain(match, "dates.birth_year", Grain.YEAR, "year")
    atom.role, atom.has_cue = DateRole.BIRTH, True
    return [atom]


def period(match: Match, _lead: Match) -> list[Atom]:
    """`giai đoạn 2016 - 2018`, `nhiệm kỳ`, `năm học`."""
    word = " ".join(match["word"].split())
    rule = "dates.years"
    if "năm học" in word or word in ("niên học", "niên khóa", "khóa"):
        rule = "dates.school_year"
    elif word.startswith("nhiệm"):
        rule = "dates.term"
    elif word.startswith(("giai", "thời")):
        rule = "dates.period"
    elif not word.endswith("năm"):
        rule = "dates.season"
    atoms = _year_span(match, rule, is_latent=False)
    for atom in atoms:
        atom.role = DateRole.PERIOD
    return atoms


def decade(match: Match, _lead: Match) -> list[Atom]:
    """`thập niên 90`, `những năm 1960`."""
    digits = match["decade"]
    value = int(digits)
    if len(digits) == 2:
        value += 1900 if value >= 30 else 2000
    atom = Atom(start=match.start(), end=match.end(), rule="dates.decade", grain=Grain.DECADE, code=f"{value // 10}X")
    atom.has_cue = True
    return [atom]


def century(match: Match, _lead: Match) -> list[Atom]:
    """`thế kỷ XX`."""
    value = number(match["century"])
    if not 11 <= value <= 21:
        return []
    code = f"{value - 1}XX"
    return [
        Atom(start=match.start(), end=match.end(), rule="dates.century", grain=Grain.CENTURY, code=code, has_cue=True)
    ]


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
    is_plain_count = value < 23 and not lead["early"]
    return [] if is_plain_count else [atom]


def full_moon(match: Match, _lead: Match) -> list[Atom]:
    """`rằm tháng Giêng`."""
    atom = Atom(start=match.start(), end=match.end(), rule="dates.full_moon", grain=Grain.DAY, is_lunar=True)
    atom.day, atom.month, atom.has_cue = 15, number(match["month"]), True
    return [atom]


def day_only(match: Match, lead: Match) -> list[Atom]:
    """`ngày 25` with neither month nor year: latent."""
    if not (lead["intro"] or lead["early"]):
        return []
    atom = _plain(match, "dates.day_only", Grain.DAY, "day")
    atom.is_latent = True
    return [atom]


# --- counted from another date -------------------------------------------------------------------


def relative_day(match: Match, _lead: Match) -> list[Atom]:
    """`hôm qua`, `ngày mai`, `hôm sau`."""
    return [_relative_day(match, match["day"] or match["tomorrow"])]


def relative_part(match: Match, _lead: Match) -> list[Atom]:
    """`sáng nay`, `chiều qua`, `tối hôm sau`."""
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
    rule = "dates.relative_weekday"
    if match["week"]:
        amount = 0 if match["week"] == "này" else _STEPS[match["week"]]
        return [_shifted(match, rule, Shift(grain=Grain.WEEK, amount=amount, weekday=day))]
    near = " ".join(match["near"].split())
    if near == "này":
        return [_shifted(match, rule, Shift(grain=Grain.WEEK, amount=0, weekday=day))]
    anchor = Anchor.UPCOMING if near in ("tới", "sau") else Anchor.LATEST
    return [_shifted(match, rule, Shift(grain=Grain.DAY, amount=0, anchor=anchor, weekday=day))]


def offset(match: Match, _lead: Match) -> list[Atom]:
    """`ba ngày trước`, `2 tuần nữa`."""
    which = match["which"]
    if which in ("qua", "tới"):  # `3 ngày qua` is a stretch of time that ends today, not a day
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


# --- shared --------------------------------------------------------------------------------------


def has_cue(lead: Match) -> bool:
    """Tells whether the lead holds a word that makes a date of the numbers behind it."""
    return bool(lead["intro"] or lead["part"] or lead["weekday"] or lead["early"] or lead["hour"])


def _plain(match: Match, rule: str, grain: Grain, *fields: str) -> Atom:
    atom = Atom(start=match.start(), end=match.end(), rule=rule, grain=grain)
    for name in fields:
        value = full_year(match[name]) if name == "year" else number(match[name])
        setattr(atom, name, value)
    return atom


def _shifted(match: Match, rule: str, shift: Shift) -> Atom:
    return Atom(start=match.start(), end=match.end(), rule=rule, grain=shift.grain, shift=shift, has_cue=True)


def _interval(first: Atom, last: Atom, rule: str) -> Atom:
    first.until, first.end, first.rule = last, last.end, rule
    return first


def _year_span(match: Match, rule: str, *, is_latent: bool) -> list[Atom]:
    first, last = int(match["first"]), int(match["last"])
    if len(match["last"]) == 2:
        last += first // 100 * 100
        if match["sep"] not in "/-" or last != first + 1:
            return []
    if not first < last <= first + 150:
        return []
    atom = Atom(start=match.start(), end=match.end(), rule=rule, grain=Grain.INTERVAL, year=first, is_latent=is_latent)
    atom.until = Atom(start=match.start("last"), end=match.end("last"), rule=rule, grain=Grain.YEAR, year=last)
    atom.has_cue = not is_latent
    return [atom]


DIGIT_FORMS: tuple[tuple[re.Pattern[str], Build], ...] = (
    (p.MONTH_FIRST, month_first),
    (p.YEAR_MONTH_DAY, year_month_day),
    (p.DAY_MONTH_YEAR, day_month_year),
    (p.DAYS_LIST, days_list),
    (p.DAY_MONTH, day_month),
    (p.MONTH_YEAR, month_year),
    (p.YEARS, years),
    (p.YEAR, year),
    (p.DAY_MONTH_WORDS, day_month_words),
    (p.TET_DAY, tet_day),
    (p.MONTHS_OF_YEAR, months_of_year),
    (p.OFFSET, offset),
    (p.DAY_ONLY, day_only),
)
_COUNTED = (
    (p.DAY_MONTH_WORDS, day_month_words),
    (p.TET_DAY, tet_day),
    (p.MONTHS_OF_YEAR, months_of_year),
    (p.OFFSET, offset),
    (p.DAY_ONLY, day_only),
)
_PART = ((p.RELATIVE_PART, relative_part),)
_PERIOD = ((p.PERIOD, period),)
_WEEKDAY = ((p.RELATIVE_WEEKDAY, relative_weekday),)
_DAY = ((p.RELATIVE_DAY, relative_day),)
WORD_FORMS: dict[str, tuple[tuple[re.Pattern[str], Build], ...]] = {
    "ngày": _DAY,
    "hôm": _DAY,
    "mai": _DAY,
    "cùng": ((p.SAME, same),),
    "tuần": ((p.RELATIVE_UNIT, relative_unit),),
    "tháng": ((p.MONTHS_LIST, months_list), (p.MONTH, month), (p.RELATIVE_UNIT, relative_unit)),
    "các": ((p.PERIOD, period), (p.MONTHS_LIST, months_list)),
    "năm": (
        (p.PERIOD, period),
        (p.YEAR_WORD, year_word),
        (p.RELATIVE_UNIT, relative_unit),
        (p.LUNAR_YEAR, lunar_year),
        (p.YEAR_SHORT, year_short),
        *_COUNTED,
    ),
    "xuân": ((p.LUNAR_YEAR, lunar_year),),
    "tết": ((p.LUNAR_YEAR, lunar_year),),
    "quý": ((p.QUARTER, quarter), (p.RELATIVE_UNIT, relative_unit)),
    "quí": ((p.QUARTER, quarter), (p.RELATIVE_UNIT, relative_unit)),
    "thứ": _WEEKDAY,
    "chủ": _WEEKDAY,
    "chúa": _WEEKDAY,
    "rằm": ((p.FULL_MOON, full_moon),),
    "thế": ((p.CENTURY, century),),
    "thập": ((p.DECADE, decade),),
    "những": ((p.DECADE, decade), (p.PERIOD, period)),
    "giai": _PERIOD,
    "thời": _PERIOD,
    "nhiệm": _PERIOD,
    "niên": (*_PERIOD, (p.YEAR_WORD, year_word)),
    "khóa": _PERIOD,
    "mùa": _PERIOD,
    "vụ": _PERIOD,
    "sn": ((p.BIRTH_YEAR, birth_year),),
    "nửa": ((p.HALF_YEAR, half_year), *_PART),
    "cách": ((p.AGO, ago),),
    **{word.split()[0]: _PART for word in PARTS if word.split()[0] != "nửa"},
    **{word.split()[0]: _COUNTED for word in COUNTS if word.split()[0] != "năm"},
}
