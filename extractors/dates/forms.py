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
    "tháng": ((p.MONTHS_LIST, values.months_list), (p.MONTH, values.month), (p.RELATIVE_UNIT, counted.relative_unit)),
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
    "thập": ((p.DECADE, values.decade),),
    "những": ((p.DECADE, values.decade), (p.PERIOD, values.period)),
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
