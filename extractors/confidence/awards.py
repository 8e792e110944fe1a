"""What is missing, far away or unlikely in an award."""

import re
from collections import Counter
from collections.abc import Sequence

from extractors.confidence.place import Place, Terms, function_words, touches_capital
from extractors.domain.award_tables import award_forms
from extractors.domain.records import AwardRecord, AwardStatus, DocumentKind, Record

_FAR, _MANY, _LONG_NAME = 300, 5, 12
_TALK = re.compile(
    r"\b(?:nếu|trường hợp|tiêu chuẩn|điều kiện|quy định|mức thưởng|có thể|phấn đấu|xứng đáng|chưa|không|hụt|lẽ ra|"
    r"dự kiến|xem xét|nguyên tắc|hồ sơ|quy chế|đối tượng|bình chọn|giả|phương án|phiếu)\b"
)
_MATTER = re.compile(r"\b(?:về việc|việc|vv|xét|quyết định|nghị quyết|danh sách|lễ|quy định về)\b")
_CONTEST = re.compile(r"\b(?:liên hoan|cuộc thi|hội thi|hội diễn|giải thưởng|vô địch|huy chương (?:vàng|bạc|đồng))\b")
_MATTER_BEFORE = 30
_TALK_BEFORE, _TALK_BEHIND = 120, 60


def award_terms(place: Place, records: Sequence[Record]) -> list[Terms]:
    """Returns what is missing or far away in each award."""
    awards = [record for record in records if isinstance(record, AwardRecord)]
    lines = Counter(place.line_at(record.start) for record in awards)
    forms = Counter(record.form for record in awards)
    return [_of_award(record, place, lines, forms) for record in awards]


def _of_award(record: AwardRecord, place: Place, lines: Counter[int], forms: Counter[str]) -> Terms:
    form, key = award_forms()[record.form], place.view.key
    terms = [f"form:{form.family}", f"status:{record.status.value}", *place.terms(record)]
    if lines[place.line_at(record.start)] > 1:
        terms.append("several_here")
    if record.form == form.family:
        terms.append("bare_form")
    if form.classes and not record.award_class:
        terms.append("class_not_told")
    if record.grantor is None:
        terms.append("no_grantor")
    elif _is_far(record, record.grantor.start):
        terms.append("grantor_from_afar")
    if record.date is None:
        terms.append("no_date")
    elif (day := record.slots.get("date")) is not None and _is_far(record, day.start):
        terms.append("date_from_afar")
    if record.grantor is None and not record.recipients and record.date is None:
        terms.append("form_alone")
    if record.decision_no is not None:
        terms.append("decision_named")
    before, behind = touches_capital(place.view.text, record.start, record.end)
    if before or behind:
        terms.append("name_touches")
    if record.status is AwardStatus.GRANTED and place.view.layout.kind is DocumentKind.PROPOSAL:
        terms.append("granted_in_proposal")
    if forms[record.form] > 1:
        terms.append("form_told_again")
    low = max(0, record.start - _TALK_BEFORE)
    low = max(low, key.rfind("\n", low, record.start))
    if _TALK.search(key, low, record.start) or _TALK.search(key, record.end, record.end + _TALK_BEHIND):
        terms.append("general_talk")
    if _MATTER.search(key, max(low, record.start - _MATTER_BEFORE), record.start):
        terms.append("matter_before")
    if _CONTEST.search(key, low, record.start) or _CONTEST.search(key, record.end, record.end + _TALK_BEHIND):
        terms.append("contest_near")
    return (*terms, *_of_recipients(record))


def _of_recipients(record: AwardRecord) -> Terms:
    names = record.recipients
    if not names:
        return ("no_recipient",) if record.count else ("no_recipient", "nobody_told")
    terms = []
    if len(names) > _MANY:
        terms.append("many_recipients")
    if any(_is_far(record, name.start) for name in names):
        terms.append("recipient_from_afar")
    lengths = [len(name.text.split()) for name in names]
    if min(lengths) == 1:
        terms.append("one_word_recipient")
    if max(lengths) > _LONG_NAME:
        terms.append("long_recipient")
    if any(_is_odd(name.text) for name in names):
        terms.append("odd_recipient")
    if any(name.kind is None for name in names):
        terms.append("unknown_recipient_kind")
    return tuple(terms)


def _is_odd(name: str) -> bool:
    """Whether a name holds a number, is all capitals of several words, or ends like no name does."""
    words = name.split()
    return (
        any(character.isdigit() for character in name)
        or (len(words) > 1 and name.isupper())
        or words[-1] in function_words()
    )


def _is_far(record: AwardRecord, start: int | None) -> bool:
    return start is not None and abs(start - record.start) > _FAR
