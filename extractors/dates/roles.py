"""What a date is for, told from the words before it, the line it stands on and the column it heads."""

import bisect
import re

from extractors.dates.atoms import Atom
from extractors.domain.records import DateRole, DocumentKind, Grain
from extractors.layout import Line
from extractors.view import TextView

_BEHIND = 90
_BIRTH = re.compile(r"(?:(?<!hy )(?<!hi )\bsinh(?: (?:vào|ngày|năm|tháng))?|\bsn)[ :.,(]{0,3}$")
_DEATH = re.compile(
    r"(?:\bmất|qua đời|hy sinh|hi sinh|từ trần|tạ thế|tử nạn|tử trận|thiệt mạng)"
    r"(?: (?:tại|ở|vì|do) [^.;:,\n\d]{2,40})?(?: vào| lúc| hồi| hôm| ngày| năm)?[ :(]{0,3}$"
)
_DECISION = re.compile(
    r"(?:quyết định|tờ trình|công văn|văn bản|kết luận|chỉ thị|thông báo|báo cáo|kế hoạch|giấy phép|hướng dẫn|\bqđ)"
    r"(?: số[^.;:\n]{1,30}|[^.;:,\n\d]{0,12})[ ,(]{1,2}(?:ký |ban hành )?$"
)
# Not every luật is a law: kỷ luật, pháp luật, luật sư, luật gia.
_LAW = re.compile(
    r"(?:(?<!kỷ )(?<!kỉ )(?<!pháp )(?<!dự )(?<!quy )\bluật(?! (?:sư|gia|lệ|chơi|pháp|sự))"
    r"|hiến pháp|pháp lệnh|nghị định|thông tư|nghị quyết)\b[^.;:\n]{0,70}$"
)
_PUBLISHED = re.compile(r"(?:ngày đăng|đăng ngày|đăng lúc|cập nhật|xuất bản|gmt)[^\n]{0,12}$")
_REWARDED = re.compile(
    r"(?:thi đua|khen thưởng|kế hoạch|nhiệm vụ|dự toán|ngân sách|công tác|thành tích|chỉ tiêu|báo cáo)"
    r"(?: trong| của)?[ ]$"
)
_DAYS = (Grain.DAY, Grain.TIME)
_SPANNED = (Grain.MONTH, Grain.QUARTER, Grain.YEAR)  # from one month or year to another is a period
_WORD = re.compile(r"[^\W\d_]{2,}")
_DISPLAY_WORDS = re.compile(
    r"thứ|hai|ba|tư|năm|sáu|bảy|chủ|nhật|ngày|tháng|am|pm|gmt|cập|đăng|lúc|giờ|phút|xuất|bản|hôm|nay|báo|điện|tử|vn|in"
)


def mark_furniture(view: TextView, atoms: list[Atom]) -> None:
    """Marks dates of display: alone with their weekday on one of the first lines, or with an American clock."""
    lines = view.layout.lines[:5]
    if view.layout.kind is not DocumentKind.ARTICLE:
        return
    for atom in atoms:
        if atom.rule == "dates.month_first" or any(_is_display(view.key, line, atom) for line in lines):
            atom.role = DateRole.FURNITURE


def _is_display(key: str, line: Line, atom: Atom) -> bool:
    if not (line.start <= atom.start and atom.end <= line.end) or atom.year is None or atom.day is None or atom.until:
        return False
    rest = key[line.start : atom.start] + " " + key[atom.end : line.end]
    return len(rest) < 60 and all(_DISPLAY_WORDS.fullmatch(word) for word in _WORD.findall(rest))


def role(view: TextView, atom: Atom) -> DateRole:
    """Returns what the date is for; an event where nothing tells otherwise."""
    if atom.role is not None:
        return atom.role
    key = view.key
    behind = key[max(0, atom.start - _BEHIND) : atom.start]
    behind = behind[behind.rfind("\n") + 1 :] if "\t" not in behind else behind
    if _BIRTH.search(behind) or _in_birth_column(view, atom):
        return DateRole.BIRTH
    if _DEATH.search(behind):
        return DateRole.DEATH
    if _PUBLISHED.search(behind):
        return DateRole.PUBLICATION
    if (atom.grain in _DAYS and _DECISION.search(behind)) or _is_issue(view, atom):
        return DateRole.DECISION
    if _LAW.search(behind):
        return DateRole.LAW
    if atom.grain is Grain.YEAR and _REWARDED.search(behind):
        return DateRole.PERIOD
    if atom.until is not None and atom.grain in _SPANNED:
        return DateRole.PERIOD
    return DateRole.EVENT


def _is_issue(view: TextView, atom: Atom) -> bool:
    line = view.layout.issued_line
    return line is not None and view.layout.kind is not DocumentKind.MINUTES and line[0] <= atom.start < line[1]


def _in_birth_column(view: TextView, atom: Atom) -> bool:
    """Tells whether the table cell of the atom stands under a head that says năm sinh."""
    lines = view.layout.lines
    at = bisect.bisect_right(lines, atom.start, key=lambda line: line.start) - 1
    if at < 0 or not lines[at].is_row:
        return False
    column = next((i for i, cell in enumerate(lines[at].cells) if cell[0] <= atom.start <= cell[1]), None)
    if column is None:
        return False
    for line in reversed(lines[max(0, at - 40) : at]):
        if not line.is_row:
            return False
        if column < len(line.cells) and "sinh" in view.key[slice(*line.cells[column])]:
            return True
    return False
