"""Which forms are tried where: behind a digit in this order, behind a word by that word."""

import re
from collections.abc import Callable

from extractors.dates import counted, values
from extractors.dates import patterns as p
from extractors.dates.atoms import Atom
from extractors.dates.vocabulary import COUNTS, PARTS

Build = Callable[[re.Match[str], re.Match[str]], list[Atom]]
Forms = tuple[tuple[re.Pattern[str], Build], ...]

DIGIT_FORMS: Forms = (
    (p.MONTH_FIRST, values.month_first),
    (p.YEAR_MONTH_DAY, values.year_month_day),
    (p.DAY_MONTH_YEAR, values.day_month_year),
    (p.TET_DAYS, counted.tet_days),
    (p.DAYS_LIST, values.days_list),
    (p.DAY_MONTH, values.day_month),
    (p.MONTH_YEAR, values.month_year),
    (p.YEARS, values.years),
    (p.YEAR, values.year),
    (p.DAY_MONTH_WORDS, values.day_month_words),
    (p.TET_DAY, counted.tet_day),
    (p.MONTHS_OF_YEAR, values.months_of_year),
    (p.OFFSET, counted.offset),
    (p.DAY_ONLY, counted.day_only),
)
_COUNTED: Forms = (
    (p.DAY_MONTH_WORDS, values.day_month_words),
    (p.TET_DAY, counted.tet_day),
    (p.MONTHS_OF_YEAR, values.months_of_year),
    (p.OFFSET, counted.offset),
    (p.DAY_ONLY, counted.day_only),
)
_PART: Forms = ((p.RELATIVE_PART, counted.relative_part),)
_PERIOD: Forms = ((p.PERIOD, values.period),)
_WEEKDAY: Forms = ((p.RELATIVE_WEEKDAY, counted.relative_weekday),)
_DAY: Forms = ((p.RELATIVE_DAY, counted.relative_day),)
WORD_FORMS: dict[str, Forms] = {
    "ngày": _DAY,
    "hôm": _DAY,
    "mai": _DAY,
    "cùng": ((p.SAME, counted.same),),
    "tuần": ((p.RELATIVE_UNIT, counted.relative_unit),),
    "tháng": (
        (p.MONTHS_LIST, values.months_list),
        (p.MONTHS_DASH, values.months_dash),
        (p.MONTH, values.month),
        (p.RELATIVE_UNIT, counted.relative_unit),
    ),
    "các": ((p.PERIOD, values.period), (p.MONTHS_LIST, values.months_list)),
    "năm": (
        (p.PERIOD, values.period),
        (p.YEAR_WORD, values.year_word),
        (p.RELATIVE_UNIT, counted.relative_unit),
        (p.LUNAR_YEAR, counted.lunar_year),
        (p.YEAR_SHORT, values.year_short),
        *_COUNTED,
    ),
    "xuân": ((p.LUNAR_YEAR, counted.lunar_year),),
    "tết": ((p.LUNAR_YEAR, counted.lunar_year),),
    "quý": ((p.QUARTER, values.quarter), (p.RELATIVE_UNIT, counted.relative_unit)),
    "quí": ((p.QUARTER, values.quarter), (p.RELATIVE_UNIT, counted.relative_unit)),
    "thứ": _WEEKDAY,
    "chủ": _WEEKDAY,
    "chúa": _WEEKDAY,
    "rằm": ((p.FULL_MOON, counted.full_moon),),
    "thế": ((p.CENTURY, values.century),),
    "thập": (
        (p.DECADES, values.decades),
        (p.DECADE, values.decade),
    ),
    "những": ((p.DECADES, values.decades), (p.DECADE, values.decade), (p.PERIOD, values.period)),
    "giai": _PERIOD,
    "thời": _PERIOD,
    "nhiệm": _PERIOD,
    "niên": (*_PERIOD, (p.YEAR_WORD, values.year_word)),
    "khóa": _PERIOD,
    "mùa": _PERIOD,
    "vụ": _PERIOD,
    "sn": ((p.BIRTH_YEAR, values.birth_year),),
    "nửa": ((p.HALF_YEAR, values.half_year), *_PART),
    "cách": ((p.AGO, counted.ago),),
    **{word.split()[0]: _PART for word in PARTS if word.split()[0] != "nửa"},
    **{word.split()[0]: _COUNTED for word in COUNTS if word.split()[0] != "năm"},
}

# Every rule with one form that it reads; the names are stored with the records.
RULES: dict[str, str] = {
    "dates.day_month_year_slashes": "ngày 25/12/2013",
    "dates.day_month_year_dashes": "ngày 18-12-1985",
    "dates.day_month_year_dots": "25.12.2013",
    "dates.day_month_short_year": "ngày 30/4/75",
    "dates.year_month_day": "2019-04-05",
    "dates.month_first": "11/7/2018 3:12:08 PM",
    "dates.day_month_slashes": "ngày 25/12",
    "dates.day_month_dashes": "sáng 5-5",
    "dates.day_month_dots": "chiều 6.11",
    "dates.day_month_words": "ngày 05 tháng 4 năm 2019",
    "dates.day_only": "ngày 20 tháng này",
    "dates.days_of_month": "ngày 6, 7 và 8/9",
    "dates.days_interval": "từ 06 đến 15/5/2019",
    "dates.night_to_dawn": "đêm 30 rạng sáng 31/12",
    "dates.month": "tháng 12-2018",
    "dates.month_spelled": "tháng Bảy",
    "dates.month_year_bare": "vào 11/2018",
    "dates.months_of_year": "tháng 6, 7 và 8/2018",
    "dates.months_interval": "tháng 3-5/2018",
    "dates.months_side": "9 tháng đầu năm 2014",
    "dates.quarter": "quý II/2013",
    "dates.half_year": "6 tháng đầu năm 2019",
    "dates.year": "năm 2013",
    "dates.year_bare": "World Cup 2018",
    "dates.year_short": "năm 75",
    "dates.birth_year": "SN 1982",
    "dates.years": "năm 2019-2020",
    "dates.years_bare": "(2011-2015)",
    "dates.school_year": "năm học 2019-2020",
    "dates.term": "nhiệm kỳ 2015-2020",
    "dates.period": "giai đoạn 2016 - 2018",
    "dates.season": "mùa giải 2018/19",
    "dates.decade": "thập niên 90",
    "dates.decades": "thập niên 60-70",
    "dates.century": "thế kỷ XX",
    "dates.interval_from_to": "từ ngày 28-6 đến 11-7",
    "dates.interval_dash": "30/4 - 1/5",
    "dates.tet_day": "mùng 4 Tết",
    "dates.tet_days": "mùng 4 và mùng 5 Tết",
    "dates.full_moon": "rằm tháng Giêng",
    "dates.lunar_year": "năm Kỷ Hợi",
    "dates.lunar_with_gloss": "mùng 4 Tết (19-2)",
    "dates.relative_with_gloss": "hôm nay (13/11)",
    "dates.relative_day": "hôm qua",
    "dates.relative_weekday": "thứ ba tuần tới",
    "dates.relative_week": "tuần trước",
    "dates.relative_month": "tháng trước",
    "dates.relative_quarter": "quý sau",
    "dates.relative_year": "năm ngoái",
    "dates.offset": "ba ngày trước",
    "dates.ago": "cách đây 20 năm",
    "dates.next_day": "hôm sau",
    "dates.same_day": "cùng ngày",
    "dates.same_month": "cùng tháng",
    "dates.same_year": "cùng năm",
}
