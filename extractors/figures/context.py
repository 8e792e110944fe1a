"""What makes a number no figure: labels before it, codes, clock times, names, `năm` as year."""

import re
from decimal import Decimal

from extractors.figures.lexicon import Kind, Strength, noun_at, number_labels, words_before
from extractors.figures.quantities import Counted, Numeral
from extractors.view import TextView

_MEASURES = frozenset({Kind.PERCENT, Kind.CURRENCY, Kind.MEASURE})
# Before a label they turn it into an ordinary word: mỗi lần 2 người, nhiều lớp 40 em.
_FREEING = frozenset(
    {"mỗi", "một", "hàng", "hằng", "từng", "các", "những", "nhiều", "cả", "hai", "ba", "bốn", "mấy", "vài", "bao"}
)
_KINSHIP = frozenset({"anh", "chị", "cô", "chú", "bác", "ông", "bà", "dì", "cậu", "mợ", "thím", "má", "thằng", "cu"})
_FIVE_CUES = frozenset(
    {"có", "gồm", "với", "cho", "cùng", "được", "thêm", "tặng", "khen", "hơn", "gần", "khoảng", "cả", "thưởng", "bắt"}
    | {"giữ", "làm", "khiến", "mất", "chết", "thương", "thuê", "nhận", "nuôi", "ra", "còn", "là", "đủ", "nhất"}
)
_YEAR_CUES = frozenset(
    {"hàng", "hằng", "mỗi", "một", "cuối", "đầu", "giữa", "trong", "quanh", "từng", "trăm", "nơi", "những", "nhiều"}
    | {
        "các",
        "mọi",
        "vào",
        "lâu",
        "vài",
        "nửa",
        "của",
        "từ",
        "qua",
        "sau",
        "trước",
        "nhưng",
        "là",
        "theo",
        "hết",
        "hồi",
    }
    | {
        "chục",
        "nghìn",
        "ngàn",
        "triệu",
        "mấy",
        "bao",
        "kỳ",
        "tết",
        "tháng",
        "quý",
        "và",
        "hai",
        "ba",
        "bốn",
        "rưỡi",
        "suốt",
    }
)
_YEAR_NOUNS = frozenset({"lớp", "học", "thi", "châu", "mùa", "tuổi", "năm", "giải", "cấp"})
_YEARS_CUES = frozenset(
    {"hoạch", "trong", "suốt", "sau", "vòng", "hạn", "tù", "qua", "đã", "xa", "kỳ", "ngoài", "trên", "quá", "dưới"}
)
_FIVE_YEARS_TOLD = re.compile(r"[ ]\((?:từ |giai đoạn )?(?:19|20)\d\d[ ]?-[ ]?(?:19|20)\d\d\)")
_SPENDING = frozenset(
    {"chi", "xin", "vay", "nợ", "lỗ", "lãi", "vốn", "phạt", "thưởng", "trả", "nộp", "tư", "rót", "bỏ", "tốn", "phí"}
    | {"giá", "trị", "trợ", "hộ", "sách", "góp", "cấp", "tiền", "mượn", "thu", "bồi", "lừa"}
)
_FIVE_AT_START = frozenset(
    {"người", "con", "chiếc", "cái", "em", "đối", "bị", "nghi", "đơn", "tàu", "xe", "cán", "nước", "bé", "cháu", "ông"}
    | {"công", "tập", "cá", "học", "đại", "ngư", "thành", "tỉnh", "huyện", "xã"}
)
_CODE = re.compile(r"[ ]?/[ ]?(?=[^\W\d_]+[ ]?-)|-(?=[^\W_])|/(?=[a-zđ]{1,8}-)|[.:](?=\d)")
_PARENTS = re.compile(r"ba (?:mẹ|má)(?! con)(?!\w)")
# Places whose names begin with a numeral, for headings in capitals.
_PLACES = re.compile(
    r"(?:hai bà trưng|ba (?:đình|vì|tơ|bể|chẽ|đồn|tri|vàng|na|lai|sao|hòn|son|cụm|hàng)|năm (?:căn|sao)"
    r"|bảy (?:núi|hiền|mẫu)|chín (?:hầm|suối)|mười (?:bốn|hai|tám) tháng)(?!\w)"
)
_CODE_BEFORE = re.compile(r"(?<![^\W_])[A-ZĐ][^\W_]{0,7} [-–]$")  # S -400: a code that was split
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n\t\"(…•*+]|(?:^|\n)[ ]*-)[ ]*$")

_CLOCK = re.compile(r"[ ]?(giờ|h|g)((?:[ ]?\d{1,2}(?!\d)(?![ ]?(?:%|người|ngày))(?:[ ]?(?:phút|')(?!\w))?)?)(?!\w)")
_CLOCK_AFTER = re.compile(
    r"[ ](?:\d{1,2} )?(?:sáng|trưa|chiều|tối|khuya|rạng|ngày|hôm|cùng ngày|kém|rưỡi|giờ|nay|đêm(?! nhạc))(?!\w)"
    r"|[ ]?[(,]?[ ]?\d{1,2}/"
)
_CLOCK_BEFORE = frozenset({"lúc", "hồi", "từ", "đến", "tới", "trước", "vào", "khoảng", "tầm", "đúng", "mốc", "quá"})
_CLOCK_SURELY = frozenset({"lúc", "hồi"})
_LAST_HOUR = Decimal(24)
_LASTING_SURELY = frozenset({"trong", "suốt", "dài", "mất", "vòng"})
_LASTING_UNIT = re.compile(r"[ ]?/|[ ]đồng hồ(?!\w)")
_VAGUE = frozenset({"khoảng", "tầm", "chừng", "gần", "hơn"})
_LASTING_BEFORE = frozenset(
    {"trong", "sau", "hơn", "gần", "suốt", "mất", "dài", "thêm", "cách", "đầy", "vòng", "những", "tận", "chậm"}
    | {"trễ", "sớm", "muộn", "làm", "chờ", "đợi", "đầu", "nhất", "thiểu", "đa", "trên", "dưới", "cả"}
)
_LASTING_AFTER = re.compile(
    r"[ ]?/|[ ](?:đồng hồ|liền|liên tục|qua|trước|sau|nữa|mỗi|một|bay|chạy|đi|lái|làm|học|chờ|tới|để|đầu|kể)(?!\w)"
)


def code_end(text: str, key: str, number: Numeral) -> int | None:
    """Returns the end of a code that the number opens (`07/BB-HĐ`, `12C1`, `10A8`), None for none."""
    if number.is_spelled:
        return None
    before = text[max(0, number.start - 12) : number.start]
    if before.endswith(("-", "–")) and _CODE_BEFORE.search(before):
        return number.end
    if (match := _CODE.match(key, number.end)) and not re.match(r"-\d", key[number.end : number.end + 2]):
        tail = re.compile(r"[^\s,;()]{1,40}").match(key, match.end())
        return tail.end() if tail else match.end()
    return None


def clock_end(key: str, number: Numeral) -> int | None:
    """Returns the end of a time of day that the number opens; None where the hours are a duration."""
    match = _CLOCK.match(key, number.end) if number.value <= _LAST_HOUR else None
    if match is None:
        return None
    letters, minutes = match.groups()
    words = words_before(key, number.start, 2)
    before = words[-1] if words else ""
    if _CLOCK_AFTER.match(key, match.end()) or before in _CLOCK_SURELY:
        return match.end()
    if before in _VAGUE and len(words) > 1 and words[-2] in _LASTING_BEFORE:
        before = words[-2]
    is_lasting = before in _LASTING_BEFORE or (not minutes and _LASTING_AFTER.match(key, match.end()))
    if number.is_spelled or (is_lasting and letters != "h"):
        return None
    if minutes:
        return match.end()
    if letters == "h":
        is_lasting = before in _LASTING_SURELY or _LASTING_UNIT.match(key, match.end())
        return None if is_lasting or number.value == _LAST_HOUR else match.end()
    return match.end() if letters == "giờ" and before in _CLOCK_BEFORE else None


def is_before_date(key: str, number: Numeral) -> bool:
    """Tells whether a number before a date stands for itself: `khóa 14 ngày 30/10`, not `trong 14 ngày 3-16/5`."""
    words = words_before(key, number.start, 1)
    return not words or words[-1] not in _LASTING_BEFORE


def is_named(view: TextView, number: Numeral, counted: Counted | None) -> bool:
    """Tells whether the words before the number make it a name or an ordinal: `lớp 5`, `lần thứ hai`."""
    words = words_before(view.key, number.start, 4)
    if not words:
        return False
    if number.is_spelled and words[-1] in _KINSHIP and (counted is None or counted.kind is Kind.NOUN):
        return True
    labels = number_labels()
    for count in range(min(3, len(words)), 0, -1):
        label = " ".join(words[-count:])
        if label not in labels:
            continue
        if len(label) == 1 and not view.text[number.start - 2].isupper():
            return False
        return _label_binds(labels[label], words[: len(words) - count], counted)
    return False


def _label_binds(strength: Strength, before: list[str], counted: Counted | None) -> bool:
    if strength is Strength.FREE:
        return False
    if counted is not None and counted.group == "laws":
        return True
    if before and (before[-1] in _FREEING or before[-1][-1:].isdigit()):
        return False
    if counted is None:
        return True
    if counted.kind in _MEASURES:
        return False
    return strength is Strength.HARD


def is_word_of_language(view: TextView, number: Numeral, counted: Counted, *, is_listed: bool) -> bool:
    """Tells whether a spelled number is another word here: `năm` year, `ba mẹ`, `Ba Đồn`, `một`.

    `is_listed` says that it goes on a list of figures: `ba đơn vị và năm cá nhân`.
    """
    if number.value < 2 and number.parts == 1:
        return True
    if _PARENTS.match(view.key, number.start):
        return True
    if view.text[number.start].isupper() and _PLACES.match(view.key, number.start):
        return True
    if view.text[number.start].isupper() and not _may_open(view, number):
        return not view.text[number.start : counted.end].isupper()
    if view.key[number.start : number.end] != "năm" or (is_listed and counted.kind is Kind.NOUN):
        return False
    return not _is_five(view.key, number, counted)


def _may_open(view: TextView, number: Numeral) -> bool:
    """Tells whether a sentence, a list item or a cell may begin at the number."""
    before = view.key[max(0, number.start - 12) : number.start]
    return number.start == 0 or _SENTENCE_START.search(before) is not None


def is_spent(view: TextView, number: Numeral) -> bool:
    """Tells whether the words before a sum say that it is paid, asked for or worth: `chi hơn 200 tỷ tu bổ đình`."""
    words = words_before(view.key, number.start, 4)
    if not _SPENDING.intersection(words) or view.key[number.end : number.end + 1] != " ":
        return False
    return view.text[number.end + 1 : number.end + 2].islower()


def _is_five(key: str, number: Numeral, counted: Counted) -> bool:
    """Tells `năm` five from `năm` year by the word before it and by what follows."""
    words = words_before(key, number.start, 1)
    head = counted.unit.split(" ")[0].lower()
    if counted.kind is Kind.TIME:
        if _FIVE_YEARS_TOLD.match(key, counted.end):
            return True
        is_years = counted.unit == "năm" and _may_be_five_years(key, counted.end)
        return bool(words) and (words[-1] in _FIVE_CUES or (is_years and words[-1] in _YEARS_CUES))
    if counted.kind is not Kind.NOUN:
        return bool(words) and words[-1] not in _YEAR_CUES and not words[-1][-1].isdigit()
    if not words:
        return head in _FIVE_AT_START
    return words[-1] not in _YEAR_CUES and not words[-1][-1].isdigit() and head not in _YEAR_NOUNS


def _may_be_five_years(key: str, end: int) -> bool:
    """Tells whether `năm năm` that ends here may be five years: `trong năm năm người` counts people."""
    return not key.startswith(" tháng", end) and (key[end : end + 1] != " " or noun_at(key, end + 1) is None)
