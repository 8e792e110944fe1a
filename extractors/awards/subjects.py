"""The subject of a clause as recipients: what stands before `được tặng` or `đón nhận`, without adverbials."""

import re
from functools import cache

from extractors.awards.recipients import Parsed, parse
from extractors.domain.award_tables import award_words
from extractors.matching import PhraseMatcher
from extractors.view import TextView

_ADVERBS_BEHIND = re.compile(
    r"(?:[\s,]+(?:đã|vừa|cũng|còn|từng|vinh dự|mới|đang|lại|đều|sẽ|xứng đáng|lần lượt|liên tục|nhiều lần|luôn|đã từng|là|"
    r"vừa qua|cùng|và|(?:\w+\s)?lần|(?:\w+\s)?năm liền|nhiều năm liền|nhiều năm|năm thứ \w+ liên tiếp|\w+ năm liên tiếp|chính thức|long trọng|"
    r"trực tiếp|thay mặt|đại diện|trước đó|sau đó|hiện|cụ thể|hết))+\s*$"
)
_SHORT_LEAD = re.compile(
    r"\s*(?:dịp này|đợt này|theo đó|ngoài ra|trong đó|cũng|tại đây|qua đó|trước đó|sau đó|riêng|tổng cộng|hiện|đến nay|toàn tỉnh|"
    r"đặc biệt|cùng dịp|nhân dịp này|và|nhưng|đồng thời|[a-zđ]{2,5}\s?-|\([a-zđ]{2,6}\)\s?-?)(?:\s|,|:)+(?:có\s+)?"
)
_YEAR_LEAD = re.compile(
    r"\s*(?:từ\s+)?(?:đầu\s+|cuối\s+)?(?:năm|ngày|tháng|sáng|chiều|tối|trưa)\s+[\d/.-]+[\d/.\-\s]*(?=\D)(?:,\s*)?"
)


@cache
def _adverbials() -> PhraseMatcher:
    return PhraseMatcher(tuple(award_words()["adverbial"]))


def subject(view: TextView, start: int, end: int) -> Parsed:
    """Returns whom the words of `[start, end)` before a verb name or count as its subject."""
    if behind := _ADVERBS_BEHIND.search(view.key, max(start, end - 80), end):
        end = behind.start()
    start = _skip_adverbials(view, start, end)
    if start >= end:
        return Parsed(end=start)
    parsed = parse(view, start, end)
    people = [n for n in parsed.names if not n.is_pronoun]
    if people:  # `Nhà máy A, đơn vị từng được`: the pronoun stands beside the name
        parsed.names = people
    return parsed


def _skip_adverbials(view: TextView, start: int, end: int) -> int:
    """Leaves out `Năm 2012,`, `Tại hội nghị,`, `LSO-Sáng 25/12/2013,` and their like at the head of a clause."""
    for _ in range(6):
        if (short := _SHORT_LEAD.match(view.key, start, end)) and short.end() > start:
            start = short.end()
            continue
        hits = _adverbials().find(view.key[start : min(end, start + 30)])
        if not hits or view.key[start : start + hits[0][1]].strip(" \"'-("):
            break
        comma = _comma(view.key, start, end)
        if comma < 0:
            year = _YEAR_LEAD.match(view.key, start, end)
            if year is None or year.end() <= start:
                break
            start = year.end()
            continue
        start = comma + 1
    return start


def _comma(key: str, start: int, end: int) -> int:
    """The first comma outside brackets, -1 where there is none."""
    depth = 0
    for at in range(start, end):
        if key[at] == "(":
            depth += 1
        elif key[at] == ")":
            depth -= 1
        elif key[at] == "," and depth <= 0 and not key[at + 1 : at + 2].isdigit():
            return at
    return -1
