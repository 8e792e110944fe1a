"""From a quantity found in the text to its record: sign, modifier, quote, evidence."""

import re
from dataclasses import dataclass
from decimal import Decimal

from extractors.domain.records import FigureRecord
from extractors.figures.lexicon import Kind
from extractors.figures.quantities import Counted, Numeral
from extractors.figures.values import modifier_after, modifier_before
from extractors.view import TextView

_FROM = re.compile(r"(?<!\w)từ[ ]$")
_SIGN = re.compile(r"(?:(?<=[ (])-|(?<!\w)âm )$")
_JOINED = re.compile(r"(?:[ ](?!(?:bị|chết|thiệt|tử|mất|được|đã)[ ])[^\W\d_]+){0,3}[ ]và[ ]")
_SMALL = Decimal(10)

_WHY = {
    Kind.PERCENT: "a percentage",
    Kind.CURRENCY: "an amount of money",
    Kind.TIME: "a duration",
    Kind.AGE: "an age",
    Kind.TIMES: "how many times",
    Kind.MEASURE: "a measure",
    Kind.NOUN: "a counted noun",
}
_RULE_WHY = (
    ("range_", "two numbers bound it"),
    ("shared_unit", "the unit stands at a later number"),
    ("noun_behind_share", "its share in brackets stands before the noun"),
    ("money_without", "no currency written, the text speaks of đồng"),
    ("ratio", "a part of a whole"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A quantity before its modifier is read: numbers, what is counted, and the rule that found it."""

    first: Numeral
    value: Decimal
    counted: Counted
    rule: str
    upper: Decimal | None = None
    of: Decimal | None = None
    start: int | None = None  # where the quantity begins, unless at its first number
    end: int | None = None  # where it ends, unless behind what is counted


def has_from(key: str, start: int) -> bool:
    """Tells whether `từ` stands directly before `start`."""
    return _FROM.search(key, max(0, start - 4), start) is not None


def record_of(view: TextView, found: Found, previous: FigureRecord | None) -> FigureRecord:
    """Returns the record of a quantity; a bound of the `previous` one may govern it too."""
    key, counted = view.key, found.counted
    start, value = found.first.start if found.start is None else found.start, found.value
    end = found.end or counted.end
    if counted.kind is not Kind.NOUN and (sign := _SIGN.search(key, max(0, start - 4), start)):
        start, value = sign.start(), -value
    before = start - len("từ ") if has_from(key, start) else start
    is_small_count = counted.kind is Kind.NOUN and value < _SMALL and found.of is None
    mod, quote_start = modifier_before(key, before, counted.kind, is_small_count=is_small_count)
    after, quote_end = modifier_after(key, end)
    if mod is None:
        quote_start = before if after or found.upper is not None else start
        mod = _inherited(key, found.first, previous)
    if after:
        mod, end = after, quote_end
    rule = f"figures.{found.rule}"
    evidence = [_WHY[counted.kind], *(reason for name, reason in _RULE_WHY if found.rule.startswith(name))]
    if mod:
        evidence.append(f"modifier {mod}")
    return FigureRecord(
        start=quote_start,
        end=end,
        text=view.text[quote_start:end],
        rule=rule,
        evidence=tuple(evidence),
        value=value * counted.factor,
        upper=None if found.upper is None else found.upper * counted.factor,
        of=found.of,
        unit=counted.unit,
        mod=mod,
        noun=counted.noun,
    )


def _inherited(key: str, number: Numeral, previous: FigureRecord | None) -> str | None:
    """`ít nhất hai vụ và ba hành vi`: a bound governs the number that `và` joins to it."""
    if previous is None or previous.mod not in {">=", "<="}:
        return None
    return previous.mod if _JOINED.fullmatch(key, previous.end, number.start) else None
