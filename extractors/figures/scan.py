"""One pass over a text that reads the shapes of figures: ratio, range, list, single number, and what is none."""

import re
from dataclasses import replace
from decimal import Decimal

from extractors.domain.records import FigureRecord
from extractors.figures.building import Found, has_from, record_of
from extractors.figures.context import clock_end, code_end, is_before_date, is_named, is_spent, is_word_of_language
from extractors.figures.lexicon import Kind, function_words, syllables_at, units
from extractors.figures.quantities import (
    NUMERAL,
    Counted,
    Numeral,
    counted_at,
    counted_in_ratio,
    noun_counted_at,
    numeral_at,
    with_divisor,
)
from extractors.figures.values import elided_thousands, listed_scale, modifier_after, modifier_before, shared_scale
from extractors.matching import SpanIndex
from extractors.view import TextView

_SLASH = re.compile(r"(?:[ ]?/[ ]?|[ ]trên[ ](?:tổng số[ ]|tổng[ ])?|[ ]trong tổng số[ ])(?=\d)")
_BALLOT_BEFORE = re.compile(r"(?<!\w)phiếu(?:[ ][^\W\d_]+){0,4}[ ]?:?[ ]$")  # số phiếu hợp lệ: 15/15
_PARTS = re.compile(r"[ ]phần[ ](?=[^\W\d_])")
_FOUR = re.compile(r"tư(?!\w)")
_DASH = re.compile(r"[ ]?-[ ]?(?=\d)")
_UNTIL = re.compile(
    r"[ ](?:đến|tới)[ ](?:(?:khoảng|hơn|gần|(?P<bound>dưới|không quá|tối đa|trên|chưa đến))[ ])?(?=[^\W_])"
)
_CHANGE = re.compile(r"[ ](?:tăng |giảm )?(?:lên|xuống|còn|thành)(?: còn| tới| đến| thành)?[ ](?:gần[ ]|hơn[ ])?(?=\d)")
_NEXT = re.compile(r",?[ ](?=[^\W_])|-(?=[^\W_])")
_LISTED = re.compile(r"(?:,[ ]|[ ](và|hoặc|hay)[ ])(?=[^\W_])")
_AGE_BEFORE = re.compile(
    r"(?<!\w)(?:ở|sang|bước vào|đến|qua|độ|vào|cái) (tuổi)[ ](?P<mod>(?:trên|dưới|ngoài|hơn|gần|khoảng|chừng)[ ])?$"
)
_AGES_BEFORE = re.compile(r"(?<!\w)(?:độ tuổi|tuổi) (?:từ )?$")
_OLDEST = Decimal(120)
_SIGN_BEFORE = re.compile(r"([$€£¥])[ ]?$")
_DONG = re.compile(r"\d ?(?:đồng|đ|vnđ|vnd)(?!\w)|(?:tỷ|tỉ|triệu|nghìn|ngàn) đồng(?!\w)")
_SHARE = re.compile(r"[ ]\(\d{1,3}(?:[.,]\d{1,3})?[ ]?%\)[ ](?=[^\W\d_])")
_HALF_MORE = re.compile(r"[ ]rưỡi(?!\w)")
_COMPOUND = re.compile(r"(\d{1,2})(m|kg)(\d{1,2})(?![\d²³])(?!\w)")
_TWO = Decimal(2)
_LONGEST_LIST = 8
_LEAST_MONEY = Decimal(1000)
_MAP_SCALES = frozenset(Decimal(scale) for scale in (200, 500, 1000, 2000, 5000, 10000, 25000, 50000, 100000))
_MEASURES = frozenset({Kind.PERCENT, Kind.CURRENCY, Kind.MEASURE})

_NAMES = {
    Kind.PERCENT: "percent",
    Kind.CURRENCY: "money",
    Kind.TIME: "duration",
    Kind.AGE: "age",
    Kind.TIMES: "times",
    Kind.MEASURE: "measure",
}


class Scan:
    """One pass over a text; `done` is the offset up to which numerals have been dealt with."""

    def __init__(self, view: TextView, taken: SpanIndex) -> None:
        self.view = view
        self.key = view.key
        self.taken = taken
        self.done = 0
        self.unlisted = 0  # no list begins before this offset
        self.records: list[FigureRecord] = []
        self.numerals: dict[int, Numeral | None] = {}
        self.counted: dict[int, Counted | None] = {}
        self.has_dong = _DONG.search(view.key) is not None

    def run(self) -> list[FigureRecord]:
        """Reads every numeral from left to right."""
        for match in NUMERAL.finditer(self.key):
            start = match.start()
            if start < self.done:
                continue
            number = self.numeral_at(start)
            if number is None:
                continue
            if self.taken.touches(number.start, number.end):
                self.done = number.start + 1 if number.is_spelled else number.end
                continue
            self.done = max(number.end, self.read(number))
        return self.records

    def numeral_at(self, start: int) -> Numeral | None:
        """Returns the numeral at `start`, read once."""
        if start not in self.numerals:
            self.numerals[start] = numeral_at(self.key, start)
        return self.numerals[start]

    def counted_at(self, number: Numeral) -> Counted | None:
        """Returns what the numeral counts, read once."""
        if number.start not in self.counted:
            self.counted[number.start] = counted_at(self.view, number)
        return self.counted[number.start]

    def read(self, number: Numeral) -> int:
        """Reads what the numeral opens and returns the offset from which to go on."""
        if end := code_end(self.view.text, self.key, number):
            return end
        if end := clock_end(self.key, number):
            return end
        for reader in (self.compound, self.ratio, self.range_of_two, self.changed, self.listed, self.single):
            end = reader(number)
            if end is not None:
                return end
        return number.end

    # --- the five shapes --------------------------------------------------------------------------

    def compound(self, number: Numeral) -> int | None:
        """`1m75`, `2kg5`: a unit with its decimals behind it."""
        match = _COMPOUND.match(self.key, number.start)
        if match is None or (match.group(2) == "m" and match.group(3) in {"2", "3"}):
            return None
        value = Decimal(f"{match.group(1)}.{match.group(3)}")
        counted = Counted(unit=match.group(2), noun=None, end=match.end(), kind=Kind.MEASURE)
        self.add(Found(first=number, value=value, counted=counted, rule="measure_compound"))
        return match.end()

    def ratio(self, number: Numeral) -> int | None:
        """`13/15 phiếu`: part and whole; without a noun behind it the pair is a date, a house or a score."""
        link = _SLASH.match(self.key, number.end) or (_PARTS.match(self.key, number.end) if number.is_spelled else None)
        if link is None or (number.is_spelled and "phần" not in link.group()):
            return None
        whole = self.numeral_at(link.end()) or self.quarters(link.end())
        is_word = "/" not in link.group()
        if is_word and (
            whole is None or number.value > whole.value or number.value != number.value.to_integral_value()
        ):
            return None
        if whole is None:
            return link.end()
        if self.taken.touches(whole.start, whole.end):
            return whole.end
        counted = counted_in_ratio(self.view, whole)
        if counted is None and _BALLOT_BEFORE.search(self.key, max(0, number.start - 40), number.start):
            counted = Counted(unit="phiếu", noun=None, end=whole.end, kind=Kind.NOUN)
        if counted is None or not self.is_ratio(number, whole, counted):
            return link.end() if is_word else whole.end
        self.add(Found(first=number, value=number.value, of=whole.value, counted=counted, rule="ratio"))
        return counted.end

    def quarters(self, start: int) -> Numeral | None:
        """Returns the four of `ba phần tư`, a word that opens no numeral elsewhere."""
        if not _FOUR.match(self.key, start):
            return None
        four = Decimal(4)
        return Numeral(start=start, end=start + 2, value=four, bare=four, is_spelled=True, parts=1)

    def is_ratio(self, part: Numeral, whole: Numeral, counted: Counted) -> bool:
        """Tells whether two numbers are part and whole of what is counted, and no scale of a map."""
        return (
            counted.kind in {Kind.NOUN, Kind.TIME, Kind.MEASURE}
            and 0 < part.value <= whole.value
            and not (part.value == 1 and whole.value in _MAP_SCALES)
            and self.key[whole.end : whole.end + 1] not in {"/", "-"}
            and not is_named(self.view, part, None)
            and not self.taken.touches(whole.end, counted.end)
        )

    def range_of_two(self, number: Numeral) -> int | None:
        """`100 - 300 triệu đồng`, `từ 3 đến 5 người`, `10% - 15%`, `hai, ba lần`, `hai ba người`."""
        own = self.counted_at(number)
        behind = own.end if own else number.end
        link = _DASH.match(self.key, behind) or _UNTIL.match(self.key, behind)
        if link is None and own is None:
            link = _NEXT.match(self.key, number.end)
            is_close = True
        else:
            is_close = False
        second = self.numeral_at(link.end()) if link else None
        if link is None or second is None:
            return None
        if link.groupdict().get("bound") and not has_from(self.key, number.start):
            return None  # giảm 4 tấn đến dưới 2 tấn: a bound of its own
        if self.taken.touches(second.start, second.end):
            return None
        if end := clock_end(self.key, second):
            return end
        is_dash = "-" in link.group()
        counted = self.counted_at(second)
        low = shared_scale(number.value, second.bare, second.value) if number.parts == 1 else number.value
        low = elided_thousands(low, self.key[number.start : number.end], self.key[second.start : second.end])
        if counted is None:
            return second.end if is_dash and own is None and not is_close else None
        if not self.is_range(number, low, second, own=own, counted=counted, is_close=is_close):
            return second.end if is_dash and own is None and not is_close else None
        is_from_one = number.value == 1 and not is_named(self.view, number, counted)  # một hai người
        if not is_from_one and self.is_blocked(number, counted):
            return counted.end
        rule = f"range_{_NAMES.get(counted.kind, 'counted_noun')}"
        self.add(Found(first=number, value=low, upper=second.value, counted=counted, rule=rule))
        return counted.end

    def is_range(
        self, low: Numeral, value: Decimal, high: Numeral, *, own: Counted | None, counted: Counted, is_close: bool
    ) -> bool:
        """Tells whether two numbers bound one quantity: same unit, rising, and next to each other if unlinked."""
        if value >= high.value or (own is not None and own.unit.split("/")[0] != counted.unit.split("/")[0]):
            return False
        if not is_close:
            return True
        if low.is_spelled != high.is_spelled:
            return False
        if self.key[high.start : high.end] == "năm" and counted.kind is not Kind.NOUN:
            return False
        step = high.value - value
        return step == 1 or (step == 10 and value % 10 == 0) or (step == 5 and value % 5 == 0 and value >= 10)

    def changed(self, number: Numeral) -> int | None:
        """`từ 72.000 lên 79.000 người`: the first number has the unit of the second."""
        if number.is_spelled or not has_from(self.key, number.start):
            return None
        link = _CHANGE.match(self.key, number.end)
        second = self.numeral_at(link.end()) if link else None
        counted = self.counted_at(second) if second else None
        if second is None or counted is None or self.is_blocked(number, counted):
            return None
        if self.taken.touches(second.start, second.end):
            return None
        value = shared_scale(number.value, second.bare, second.value) if number.parts == 1 else number.value
        self.add(Found(first=number, value=value, counted=counted, rule="shared_unit", end=number.end))
        return second.start

    def listed(self, number: Numeral) -> int | None:
        """`10 và 15 triệu đồng`, `10, 15 và 20 năm`: several numbers with the unit of the last."""
        numbers = [] if number.start < self.unlisted else self.list_from(number)
        counted = self.counted_at(numbers[-1]) if numbers else None
        if counted is None:
            return None
        if self.is_blocked(number, counted):
            return counted.end if is_named(self.view, number, counted) else None
        last = numbers[-1]
        for each in numbers[:-1]:
            value = listed_scale(each.value, last.bare, last.value) if each.parts == 1 else each.value
            self.add(Found(first=each, value=value, counted=counted, rule="shared_unit", end=each.end))
        return self.single(last) or last.end

    def list_from(self, number: Numeral) -> list[Numeral]:
        """Returns the numbers of a list up to the one behind `và`; an empty list where there is none."""
        numbers = [number]
        while self.counted_at(numbers[-1]) is None:
            link = _LISTED.match(self.key, numbers[-1].end)
            following = self.numeral_at(link.end()) if link else None
            if link is None or following is None or following.is_spelled != number.is_spelled:
                break
            if len(numbers) == _LONGEST_LIST or self.taken.touches(following.start, following.end):
                break
            if self.opens_code(following):
                break
            numbers.append(following)
            if link.group(1):
                return numbers
        else:
            if len(numbers) > _TWO:  # 50, 40, 30 năm
                return numbers
        self.unlisted = numbers[-1].end  # a walk from any of these ends at the same place
        return []

    def opens_code(self, number: Numeral) -> bool:
        """Tells whether a number begins a code, so that no list goes on with it."""
        return code_end(self.view.text, self.key, number) is not None

    def single(self, number: Numeral) -> int | None:
        """One number with its unit or noun; money without a currency; a currency sign in front."""
        counted = self.counted_at(number)
        if counted is None:
            return self.noun_behind_share(number) or self.without_unit(number)
        if counted.kind is Kind.NOUN and (end := self.age(number, None)):
            return end  # ở tuổi 60 ông nghỉ việc
        if counted.kind is Kind.NOUN and not self.is_countable(number):
            return None
        if self.is_blocked(number, counted):
            return None
        name = _NAMES.get(counted.kind) or f"counted_noun_{'words' if number.is_spelled else 'digits'}"
        value = number.value
        end = counted.end
        if counted.kind is not Kind.NOUN and (half := _HALF_MORE.match(self.key, end)):
            value, end = value + Decimal("0.5"), half.end()
        elif value < _TWO and number.is_spelled and number.parts == 1:
            return None
        self.add(Found(first=number, value=value, counted=counted, rule=name, end=end))
        return end

    def noun_behind_share(self, number: Numeral) -> int | None:
        """`698 (64%) nhà đầu tư`: the share in brackets stands before what is counted."""
        share = None if number.is_spelled else _SHARE.match(self.key, number.end)
        counted = noun_counted_at(self.view, share.end(), number) if share else None
        if counted is None or not self.is_countable(number) or self.is_blocked(number, counted):
            return None
        self.add(Found(first=number, value=number.value, counted=counted, rule="noun_behind_share", end=number.end))
        return number.end

    def without_unit(self, number: Numeral) -> int | None:
        """A number with nothing behind it that tells what it counts: the words before it may tell."""
        link = _DASH.match(self.key, number.end) or _UNTIL.match(self.key, number.end)
        upper = self.numeral_at(link.end()) if link else None
        for reader in (self.age, self.signed_money, self.bare_money):
            end = reader(number, upper)
            if end is not None:
                return end
        return None

    def age(self, number: Numeral, upper: Numeral | None) -> int | None:
        """`ở tuổi 93`, `độ tuổi từ 34 đến 96`."""
        if not 0 < number.value < _OLDEST:
            return None
        ages = _AGES_BEFORE.search(self.key, max(0, number.start - 18), number.start)
        if ages and upper and number.value < upper.value < _OLDEST:
            counted = Counted(unit="tuổi", noun=None, end=upper.end, kind=Kind.AGE)
            found = Found(first=number, value=number.value, upper=upper.value, counted=counted, rule="range_age")
            self.add(replace(found, start=ages.start()))
            return upper.end
        if ages and modifier_after(self.key, number.end)[0]:  # độ tuổi từ 21 trở lên
            counted = Counted(unit="tuổi", noun=None, end=number.end, kind=Kind.AGE)
            self.add(Found(first=number, value=number.value, counted=counted, rule="age_before", start=ages.start()))
            return modifier_after(self.key, number.end)[1]
        age = _AGE_BEFORE.search(self.key, max(0, number.start - 25), number.start)
        if age is None:
            return None
        counted = Counted(unit="tuổi", noun=None, end=number.end, kind=Kind.AGE)
        start = number.start if age["mod"] else age.start(1)
        self.add(Found(first=number, value=number.value, counted=counted, rule="age_before", start=start))
        return number.end

    def signed_money(self, number: Numeral, _upper: Numeral | None) -> int | None:
        """`$5 triệu`, `€ 1.200`."""
        free = self.records[-1].end if self.records else 0  # the sign of `1$ 1` is spent
        sign = _SIGN_BEFORE.search(self.key, max(free, number.start - 2), number.start)
        if sign is None:
            return None
        counted = Counted(unit=units()[sign.group(1)].symbol, noun=None, end=number.end, kind=Kind.CURRENCY)
        rule, start = "money_sign_before", sign.start()
        self.add(Found(first=number, value=number.value, counted=counted, rule=rule, start=start))
        return number.end

    def bare_money(self, number: Numeral, upper: Numeral | None) -> int | None:
        """`40 triệu`, `2 triệu đến 4 triệu` in a text that speaks of đồng."""
        if number.parts < 2 or number.is_spelled or not self.has_dong or number.value < _LEAST_MONEY:
            return None
        rule = "money_without_currency"
        if upper and upper.parts > 1 and upper.value > number.value and not self.counted_at(upper):
            counted = Counted(unit="VND", noun=None, end=upper.end, kind=Kind.CURRENCY)
            self.add(Found(first=number, value=number.value, upper=upper.value, counted=counted, rule=rule))
            return upper.end
        following = syllables_at(self.key, number.end + 1, 1) if self.key[number.end : number.end + 1] == " " else []
        if following and following[0][0] not in function_words() and not is_spent(self.view, number):
            return None
        unit, end = with_divisor(self.view, "VND", number.end)
        counted = Counted(unit=unit, noun=None, end=end, kind=Kind.CURRENCY)
        if is_named(self.view, number, counted):
            return None
        self.add(Found(first=number, value=number.value, counted=counted, rule=rule))
        return end

    def add(self, found: Found) -> None:
        """Takes up the record of what was found."""
        self.records.append(record_of(self.view, found, self.records[-1] if self.records else None))

    # --- conditions -------------------------------------------------------------------------------

    def is_countable(self, number: Numeral) -> bool:
        """Tells whether a number can count things: no long code, no zeros in front but one."""
        written = self.key[number.start : number.end].split(" ")[0]
        if written.startswith(("0,", "0.")):
            return True
        return not (written.startswith("0") and (len(written) > 3 or ("," not in written and number.value == 0)))

    def is_blocked(self, number: Numeral, counted: Counted) -> bool:
        """Tells whether label, name or another sense of the word speaks against a figure."""
        if is_named(self.view, number, counted):
            return True
        if counted.kind is Kind.TIME and counted.unit != "năm" and self.taken.touches(number.end, counted.end):
            return is_before_date(self.key, number)
        if number.is_spelled:
            is_listed = bool(self.records) and self.key[self.records[-1].end : number.start] in {" và ", ", "}
            return is_word_of_language(self.view, number, counted, is_listed=is_listed)
        return counted.kind not in _MEASURES and self.is_year(number)

    def is_year(self, number: Numeral) -> bool:
        """Tells whether four digits without a mark are a year (`Táo quân 2019 lần đầu`) and not a round sum."""
        written = self.key[number.start : number.end]
        if len(written) != 4 or not written.isdigit() or not written.startswith(("19", "20")):
            return False
        return number.value % 50 != 0 and modifier_before(self.key, number.start)[0] is None
