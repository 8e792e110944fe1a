"""From a matched form to an atom: pure functions of the match and of the lead before it."""

import re

from extractors.dates import context
from extractors.dates.atoms import Atom
from extractors.dates.vocabulary import COUNTS, DAYS, LUNAR_MONTHS, MONTHS, ROMAN
from extractors.domain.records import DateRole, Grain

Match = re.Match[str]

_IN_MONTH = re.compile(r"(?:vào|hồi|trong|đầu|giữa|cuối|từ|đến|tới|sang|hết)\s$")
_REVOLUTION = re.compile(r"cách mạng\s$")
_YEAR_BEHIND = re.compile(r"(?:\s?[,-])?\s(?:năm\s)?\d{4}(?!\d)")
_EACH_MONTH = re.compile(r"(?:mỗi|hàng|hằng|một|mấy|nhiều|ngày)\s$")
LISTED_DAY = re.compile(r"(?:ngày\s{1,3})?(?:m[ùồ]ng\s{1,3})?(\d+)")
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


def has_cue(lead: Match) -> bool:
    """Tells whether the lead holds a word that makes a date of the numbers behind it."""
    return bool(lead["intro"] or lead["part"] or lead["weekday"] or lead["early"] or lead["hour"])


def plain(match: Match, rule: str, grain: Grain, *fields: str) -> Atom:
    """Returns the atom of a match whose named groups are its fields."""
    atom = Atom(start=match.start(), end=match.end(), rule=rule, grain=grain)
    for name in fields:
        value = full_year(match[name]) if name == "year" else number(match[name])
        setattr(atom, name, value)
    return atom


# --- numbers only --------------------------------------------------------------------------------


def day_month_year(match: Match, lead: Match) -> list[Atom]:
    """`25/12/2013`; a year of two digits only with equal separators and a cue before."""
    year = match["year"]
    text = match.group()
    marks = [c for c in text if c in "/.-"]
    if len(year) == 2 and (marks[0] != marks[1] or not _may_be_short(match, lead)):
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


def _may_be_short(match: Match, lead: Match) -> bool:
    """Tells whether a year of two digits is meant; with dots only where day and month have two digits too."""
    if "." not in match.group():
        return has_cue(lead)
    return len(match.group()) == len("01.01.19") and (has_cue(lead) or context.is_since(match.string, match.start()))


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
    return [plain(match, "dates.year_month_day", Grain.DAY, "year", "month", "day")]


def day_month(match: Match, lead: Match) -> list[Atom]:
    """`25/12`; without a cue before it the reading is latent."""
    mark = match["sep"]
    if " - " in mark and int(match["day"]) <= int(match["month"]):
        return []  # `5 - 6` may be two days
    if mark == " -" and not has_cue(lead):
        return []
    atom = plain(match, f"dates.day_month_{separator_name(mark)}", Grain.DAY, "day", "month")
    atom.is_latent = not has_cue(lead)
    return [atom]


def month_year(match: Match, _lead: Match) -> list[Atom]:
    """`9/2017` without the word month: latent."""
    atom = plain(match, "dates.month_year_bare", Grain.MONTH, "month", "year")
    atom.is_latent = True
    return [atom]


def years(match: Match, _lead: Match) -> list[Atom]:
    """`2011-2015` without a word before."""
    return _year_span(match, "dates.years_bare", is_latent=True)


def year(match: Match, _lead: Match) -> list[Atom]:
    """`2015` without a word before: latent."""
    atom = plain(match, "dates.year_bare", Grain.YEAR, "year")
    atom.is_latent = True
    return [atom] if atom.year and 1850 <= atom.year <= 2100 else []


# --- with words ----------------------------------------------------------------------------------


def day_month_words(match: Match, lead: Match) -> list[Atom]:
    """`25 tháng 12`, `hai mươi tháng chạp`."""
    if match["month"] == "năm" and not has_cue(lead):
        return []  # `6 tháng năm 2018`: months of a year, not the sixth of May
    atom = plain(match, "dates.day_month_words", Grain.DAY, "day", "month")
    atom.is_latent = not has_cue(lead)
    atom.is_lunar = match["month"] in LUNAR_MONTHS
    return [atom]


def days_list(match: Match, lead: Match) -> list[Atom]:
    """`6, 7 và 8/9` as one atom each, `25-27/12` as an interval."""
    days = [(int(d[1]), d.start(), d.end()) for d in LISTED_DAY.finditer(match["days"])]
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
                is_latent=not has_cue(lead) and said is None and match["month"] not in LUNAR_MONTHS,
                is_lunar=match["month"] in LUNAR_MONTHS,
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
    return [interval(first, last, rule)]


def month(match: Match, _lead: Match) -> list[Atom]:
    """`tháng 5`, `tháng Giêng`."""
    if not match["month"].isdigit() and match["month"] not in LUNAR_MONTHS and not _is_month_name(match):
        return []
    if _REVOLUTION.search(match.string, max(0, match.start() - 12), match.start()) and not _YEAR_BEHIND.match(
        match.string, match.end()
    ):
        return []  # the name of an event or a street
    atom = plain(match, "dates.month", Grain.MONTH, "month")
    atom.is_lunar = match["month"] in LUNAR_MONTHS
    atom.has_cue = True
    if not match["month"].isdigit():
        atom.rule = "dates.month_spelled"
    return [atom]


def _is_month_name(match: Match) -> bool:
    """Tells `tháng hai` of a calendar from `mỗi tháng hai lần`, and May from `bao tháng năm`."""
    if _IN_MONTH.search(match.string, max(0, match.start() - 12), match.start()):
        return True
    if match["month"] == "năm" or _EACH_MONTH.search(match.string, max(0, match.start() - 12), match.start()):
        return False
    return context.ends_like_date(match.string, match.end())


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
        return [interval(atoms[0], atoms[1], "dates.months_interval")] if months[0][0] < months[1][0] else []
    return atoms


def months_dash(match: Match, _lead: Match) -> list[Atom]:
    """`tháng 11-12` without its year: from the one month to the other."""
    first, last = int(match["month"]), int(match["last"])
    if first >= last:
        return []
    atom = Atom(start=match.start(), end=match.end(), rule="dates.months_interval", grain=Grain.MONTH, month=first)
    end = Atom(start=match.start("last"), end=match.end(), rule=atom.rule, grain=Grain.MONTH, month=last)
    atom.until, atom.has_cue = end, True
    return [atom]


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
    atom = plain(match, "dates.year", Grain.YEAR, "year")
    atom.has_cue = True
    return [atom]


def year_short(match: Match, _lead: Match) -> list[Atom]:
    """`năm 75`: latent, since a number of things may follow năm."""
    atom = Atom(start=match.start(), end=match.end(), rule="dates.year_short", grain=Grain.YEAR, is_latent=True)
    atom.year = int(match["year"])
    if atom.year < 100:
        atom.year += 1900
        atom.evidence.append("century of a two-digit year assumed")
    return [atom]


def birth_year(match: Match, _lead: Match) -> list[Atom]:
    """`SN 1982`."""
    atom = plain(match, "dates.birth_year", Grain.YEAR, "year")
    atom.role, atom.has_cue = DateRole.BIRTH, True
    return [atom]


def period(match: Match, _lead: Match) -> list[Atom]:
    """`giai đoạn 2016 - 2018`, `nhiệm kỳ`, `năm học`."""
    word = " ".join(match["word"].split())
    if word.endswith("năm") and "(" in match.group():
        return []  # `5 năm (2011-2015)`: a duration, then the years
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


def decades(match: Match, _lead: Match) -> list[Atom]:
    """`thập niên 60-70`: from the first year of the one to the last year of the other."""
    first, last = int(match["first"]), int(match["last"])
    if first >= last:
        return []
    atom = Atom(start=match.start(), end=match.end(), rule="dates.decades", grain=Grain.YEAR, year=1900 + first)
    end = Atom(start=match.start("last"), end=match.end(), rule=atom.rule, grain=Grain.YEAR, year=1909 + last)
    atom.until, atom.has_cue = end, True
    return [atom]


def century(match: Match, _lead: Match) -> list[Atom]:
    """`thế kỷ XX`."""
    value = number(match["century"])
    if not 2 <= value <= 21:
        return []
    code = f"{value - 1:02d}XX"
    return [
        Atom(start=match.start(), end=match.end(), rule="dates.century", grain=Grain.CENTURY, code=code, has_cue=True)
    ]


def interval(first: Atom, last: Atom, rule: str) -> Atom:
    """Returns the first atom as an interval that ends with the last one."""
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
