"""What makes a number no figure: labels before it, codes, clock times, names, `năm` as year."""

import re

from extractors.figures.lexicon import Kind, nouns, number_labels, words_before
from extractors.figures.quantities import Counted, Numeral
from extractors.view import TextView

_MEASURES = frozenset({Kind.PERCENT, Kind.CURRENCY, Kind.MEASURE})
# Before a label they turn it into an ordinary word: mỗi lần 2 người, tổng số 46 đại biểu, trong vòng 3 năm.
_FREEING = frozenset(
    {"mỗi", "một", "hàng", "hằng", "từng", "các", "những", "nhiều", "tổng", "trong", "con", "đa", "cả", "thiểu"}
    | {"cùng", "toàn", "hai", "ba", "bốn", "mấy", "vài", "ít", "quân", "nhân", "vào"}
)
_KINSHIP = frozenset({"anh", "chị", "cô", "chú", "bác", "ông", "bà", "dì", "cậu", "mợ", "thím", "má", "thằng", "cu"})
_FIVE_CUES = frozenset(
    {"có", "gồm", "với", "cho", "cùng", "được", "thêm", "tặng", "khen", "hơn", "gần", "khoảng", "cả", "thưởng", "bắt"}
    | {"giữ", "làm", "khiến", "mất", "chết", "thương", "thuê", "nhận", "nuôi", "ra", "còn", "là", "đủ", "nhất"}
)
_CODE = re.compile(r"[ ]?/[ ]?(?=[^\W\d_]+[ ]?-)|-(?=[^\W_])|/(?=[a-zđ]{1,8}-)|[.:](?=\d)")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n\t\"(…•*+]|(?:^|\n)[ ]*-)[ ]*$")

_CLOCK = re.compile(
    r"\d{1,2}[ ]?(?:giờ|h|g)(?:[ ]?\d{1,2}(?!\d)(?![ ]?(?:%|người|ngày))(?:[ ]?(?:phút|')(?!\w))?)?(?!\w)"
)
_CLOCK_AFTER = re.compile(
    r"[ ](?:\d{1,2} )?(?:sáng|trưa|chiều|tối|đêm|khuya|rạng|ngày|hôm|cùng ngày|kém|rưỡi|giờ|nay)(?!\w)(?! đêm)|[ ]?[(,]?[ ]?\d{1,2}/"
)
_CLOCK_BEFORE = frozenset({"lúc", "hồi", "từ", "đến", "tới", "trước", "vào", "khoảng", "tầm", "đúng", "mốc", "quá"})
_LASTING_BEFORE = frozenset(
    {"trong", "sau", "hơn", "gần", "suốt", "mất", "dài", "thêm", "cách", "đầy", "vòng", "những", "tận", "chậm"}
    | {"trễ", "sớm", "muộn", "làm", "chờ", "đợi", "đầu", "nhất", "thiểu", "đa", "trên", "dưới", "cả"}
)
_LASTING_AFTER = re.compile(
    r"[ ]?/|[ ](?:đồng hồ|liền|liên tục|qua|trước|sau|nữa|mỗi|một|bay|chạy|đi|lái|làm|học|chờ|tới|để|đầu|kể)(?!\w)"
)


def code_end(key: str, number: Numeral) -> int | None:
    """Returns the end of a code that the number opens (`07/BB-HĐ`, `12C1`, `10A8`), None for none."""
    if number.is_spelled:
        return None
    if (match := _CODE.match(key, number.end)) and not re.match(r"-\d", key[number.end : number.end + 2]):
        tail = re.compile(r"[^\s,;()]{1,40}").match(key, match.end())
        return tail.end() if tail else match.end()
    return None


def clock_end(key: str, number: Numeral) -> int | None:
    """Returns the end of a time of day that the number opens; None where the hours are a duration."""
    match = _CLOCK.match(key, number.start) if not number.is_spelled and number.value <= 24 else None
    if match is None:
        return None
    clock = match.group()
    is_plain = clock.endswith(("giờ", "h", "g"))
    words = words_before(key, number.start, 2)
    before = words[-1] if words else ""
    if _CLOCK_AFTER.match(key, match.end()):
        return match.end()
    if _LASTING_AFTER.match(key, match.end()) and is_plain and before not in {"lúc", "hồi"}:
        return None
    if before in _LASTING_BEFORE and "h" not in clock.replace("phút", ""):
        return None
    if before in _LASTING_BEFORE and is_plain:
        return None
    if before in _CLOCK_BEFORE or not is_plain:
        return match.end()
    return match.end() if clock.endswith(("h", "g")) and number.value < 24 else None


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


def _label_binds(is_hard: bool, before: list[str], counted: Counted | None) -> bool:
    if before and (before[-1] in _FREEING or before[-1][-1:].isdigit()):
        return False
    if counted is None:
        return True
    if counted.kind in _MEASURES:
        return False
    return is_hard


def is_word_of_language(view: TextView, number: Numeral, counted: Counted) -> bool:
    """Tells whether a spelled number is another word here: `năm` year, `ba mẹ`, `Ba Đồn`, `một`."""
    text, key = view.text, view.key
    if number.value < 2 and number.parts == 1:
        return True
    if text[number.start].isupper():
        line_start = max(key.rfind("\n", 0, number.start) + 1, number.start - 30)
        if not _SENTENCE_START.search(key[line_start : number.start]) and line_start != number.start:
            return not text[number.start : counted.end].isupper()
    if key[number.start : number.end] != "năm":
        return False
    words = words_before(key, number.start, 1)
    if counted.kind is not Kind.NOUN:
        return not (words and words[-1] in _FIVE_CUES and counted.kind is not Kind.TIME)
    if not words:
        return counted.unit.split(" ")[0] not in {"người", "em", "tập", "đơn", "học"} or "học " in f"{counted.unit} "
    return words[-1] not in _FIVE_CUES


def follows_name(view: TextView, number: Numeral) -> bool:
    """Tells whether a capitalised word stands right before the number: `Phát điện Genco 1`."""
    at = number.start - 1
    if number.is_spelled or at < 1 or view.text[at] != " ":
        return False
    left = view.text.rfind(" ", max(0, at - 25), at) + 1
    word = view.text[left:at]
    return (
        len(word) > 1
        and word[0].isupper()
        and word[-1].isalpha()
        and not word.isupper()
        and word.lower() not in nouns()
    )
