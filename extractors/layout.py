"""The kind of a document and its header fields, told from the lines of its text.

Sources: Decree 30/2020/NĐ-CP and its forerunners for the order of the parts, party guideline 36-HD/VPTW,
and the provincial press for articles. Dates are left to the date rules; only the line they stand on is told.
"""

import re
from dataclasses import dataclass
from itertools import zip_longest

from extractors.domain.award_tables import award_words
from extractors.domain.records import DocumentKind

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the text, half-open and without its newline; `cells` are the spans between tabs."""

    start: int
    end: int
    cells: tuple[Span, ...]

    @property
    def is_row(self) -> bool:
        """Tells whether the line is a table row of two cells or more."""
        return len(self.cells) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Lines, kind and header fields of a document; every field is a span of the text or None.

    `issuing_parts` are the pieces of `issuing_body` without the motto that a two-column head glues to them;
    `issued_line` is the line that carries place and date of signing (in minutes the time line);
    `copies` are spans of paragraphs that repeat an earlier one word for word.
    """

    lines: tuple[Line, ...]
    kind: DocumentKind
    title: Span | None = None
    number: Span | None = None
    issuing_body: Span | None = None
    issued_line: Span | None = None
    subject: Span | None = None
    signer: Span | None = None
    copies: tuple[Span, ...] = ()
    issuing_parts: tuple[Span, ...] = ()


_NAMES = {
    "quyết định": DocumentKind.DECISION,
    "nghị quyết": DocumentKind.DECISION,
    "lệnh": DocumentKind.DECISION,
    "biên bản": DocumentKind.MINUTES,
    "tờ trình": DocumentKind.PROPOSAL,
    "báo cáo": DocumentKind.REPORT,
    "thông báo": DocumentKind.OTHER,
    "kế hoạch": DocumentKind.OTHER,
    "công điện": DocumentKind.OTHER,
    "chỉ thị": DocumentKind.OTHER,
    "danh sách": DocumentKind.OTHER,
}
_KIND_LINE = re.compile(
    rf"({'|'.join(_NAMES)})"
    r"(?:\s*[:(].*|\s+(?:v/v|về việc|họp|hội nghị|cuộc họp|phiên họp|đại hội|xét).*)?"
)
_MOTTO = re.compile(r"cộng\s*h[òo]a xã hội chủ nghĩa việt nam|việt nam dân chủ cộng h[òo]a|đảng cộng sản việt nam")
_TAGLINE = re.compile(r"độc lập\s*-\s*tự do\s*-\s*hạnh phúc")
_NUMBER = re.compile(r"số\s*:?\s*([\d.…]*\s*[-/]?\s*(?:\d{4}\s*/\s*)?[a-zđ]{1,8}\d?(?:\s?[-/]\s?[\w&]+)+)")
_NUMBER_LEAD = re.compile(r"(?:^|\s{2}|\t)số\s*:?\s*[\d.…/]", re.MULTILINE)
_DATED = re.compile(r"\bngày\b[\s.…\d]*\btháng\b[\s.…\d]*\bnăm\b|\bngày\s+\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{4}")
_TIME_LINE = re.compile(r"(?:thời gian|hôm nay|bắt đầu|hồi|vào (?:lúc|hồi))\b.*|\d{1,2}\s*(?:giờ|h|g)\b.*\bngày\b.*")
_SUBJECT = re.compile(r"(?:v/v|về việc)\b.*")
_SIGNATURE = re.compile(
    r"nơi nhận|thư ký|chủ (?:trì|tọa)|\(đã ký\)|(?<!\w)(?:kt|tm|tl|tuq|t/m|k/t|t/l)\.?\s"
    r"|(?:chủ tịch|giám đốc|bộ trưởng|thủ tướng)$"
)
_HEAD_LINES = 30
_SECTION_NAME = 45  # characters that the name of a newspaper section stays below


def read_layout(text: str, key: str) -> Layout:
    """Returns the layout of `text`, whose matching key is `key`; never raises on any text."""
    lines = _lines(text)
    head = lines[:_HEAD_LINES]
    has_motto = any(_MOTTO.search(key, line.start, line.end) for line in head[:8])
    kind, kind_at = _kind(text, key, head, has_motto=has_motto)
    if kind is DocumentKind.ARTICLE:
        return Layout(lines=lines, kind=kind, title=_article_title(text, key, head), copies=_copies(text, lines))
    number = next((_group(m) for line in head[: kind_at + 1] if (m := _NUMBER.search(key, line.start, line.end))), None)
    issued = _issued_line(key, lines, kind, kind_at)
    parts = _issuing_parts(text, key, head, kind_at)
    return Layout(
        lines=lines,
        kind=kind,
        title=(lines[kind_at].start, lines[kind_at].end),
        number=number,
        issuing_body=(parts[0][0], parts[-1][1]) if parts else None,
        issuing_parts=parts,
        issued_line=issued,
        subject=_subject(text, key, lines, kind_at),
        signer=_signer(text, key, lines),
        copies=_copies(text, lines),
    )


def _lines(text: str) -> tuple[Line, ...]:
    lines = []
    start = 0
    for piece in text.split("\n"):
        end = start + len(piece)
        if piece.strip():
            cells = []
            at = start
            for cell in piece.split("\t"):
                cells.append((at, at + len(cell)))
                at += len(cell) + 1
            lines.append(Line(start=start, end=end, cells=tuple(cells)))
        start = end + 1
    return tuple(lines)


def _group(match: re.Match[str]) -> Span:
    return match.start(1), match.end(1)


def _kind(text: str, key: str, head: tuple[Line, ...], *, has_motto: bool) -> tuple[DocumentKind, int]:
    """A line that is only the name of a document type, in capitals or under the motto, decides."""
    for at, line in enumerate(head):
        content = key[line.start : line.end].strip()
        match = _KIND_LINE.fullmatch(content)
        if match and len(content) < 160:
            first = text[line.start : line.end].strip()[: len(match.group(1))]
            if first.isupper() or (has_motto and first[:1].isupper() and len(content) < 60):
                return _NAMES[match.group(1)], at
    return (DocumentKind.OTHER, 0) if has_motto else (DocumentKind.ARTICLE, 0)


def _article_title(text: str, key: str, head: tuple[Line, ...]) -> Span | None:
    """The first line that is neither a display date, nor a section name, nor a kicker (ends with a colon).

    A short line in small letters above one in capitals is the name of the section.
    """
    lines = [line for line in head[:6] if _may_be_title(key[line.start : line.end].strip())]
    for line, below in zip_longest(lines, lines[1:]):
        is_short = line.end - line.start < _SECTION_NAME
        if is_short and below and text[below.start : below.end].isupper() and not text[line.start : line.end].isupper():
            continue
        return line.start, line.end
    return None


def _may_be_title(content: str) -> bool:
    is_display_date = len(content) < 60 and re.search(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}", content)
    return len(content) >= 15 and not content.endswith(":") and not is_display_date


def _issued_line(key: str, lines: tuple[Line, ...], kind: DocumentKind, kind_at: int) -> Span | None:
    for line in lines[: kind_at + 1]:
        if _DATED.search(key, line.start, line.end):
            return line.start, line.end
    if kind is DocumentKind.MINUTES:
        for line in lines[kind_at : kind_at + 10]:
            if _TIME_LINE.search(key, line.start, line.end) and re.search(r"\d", key[line.start : line.end]):
                return line.start, line.end
    for line in lines[-12:]:
        if _DATED.search(key, line.start, line.end) and line.end - line.start < 90:
            return line.start, line.end
    return None


def _issuing_parts(text: str, key: str, head: tuple[Line, ...], kind_at: int) -> tuple[Span, ...]:
    """The lines at the top left that name the issuing body, without number, motto and date beside them.

    They stand in capitals; an old document that writes its whole head in small letters has them above the motto.
    """
    parts = [p for p in _top_left(text, key, head[:kind_at]) if text[slice(*p)].isupper()]
    if parts:
        return tuple(parts)
    motto = next((i for i, line in enumerate(head[:kind_at]) if _MOTTO.search(key, line.start, line.end)), 0)
    return tuple(p for p in _top_left(text, key, head[:motto]) if p[1] - p[0] < 90)


def _top_left(text: str, key: str, head: tuple[Line, ...]) -> list[Span]:
    """What is left of the first lines when motto, number and date are cut off; ends before the first empty rest."""
    parts: list[Span] = []
    for line in head:
        end = line.end
        for pattern in (_MOTTO, _TAGLINE, _NUMBER, _DATED, _NUMBER_LEAD):
            if match := pattern.search(key, line.start, end):
                end = match.start()
        piece = text[line.start : end]
        content = piece.strip(" \t*-_.\u00a0")
        if any(c.isalpha() for c in content) and not content.startswith("("):
            start = line.start + piece.index(content)
            parts.append((start, start + len(content)))
        elif parts:
            break
    return parts


def _subject(text: str, key: str, lines: tuple[Line, ...], kind_at: int) -> Span | None:
    for line in lines[kind_at : kind_at + 3]:
        if match := _SUBJECT.search(key, line.start, line.end):
            return match.start(), match.start() + len(text[match.start() : line.end].rstrip())
    if kind_at + 1 < len(lines) and not lines[kind_at + 1].is_row:
        return lines[kind_at + 1].start, lines[kind_at + 1].end
    return None


_NAME = re.compile(r"(?:[^\W\d_][\w.'’]*[ \u00a0]+){1,9}[^\W\d_][\w'’]*")
_BEHIND_LIST = re.compile(r"(?:^|[;.)]\s+)((?:[^\W\d_][\w'’]*[ \u00a0]){1,4}[^\W\d_][\w'’]*)$")
_ANNEX = re.compile(r"\s*(?:danh sách|phụ lục)(?!\w)")
_RECIPIENTS = re.compile(r"\s*nơi nhận")


def _signer(text: str, key: str, lines: tuple[Line, ...]) -> Span | None:
    """The name below the signing office, or behind the list of recipients that a second column is glued to.

    Minutes have two names, in one line or two; the chair's is meant.
    """
    office: Span | None = None
    found: Span | None = None
    for at, line in enumerate(lines):
        if at <= len(lines) // 3:
            continue
        if found and _ANNEX.match(key, line.start):
            break
        if _SIGNATURE.search(key, line.start, line.end):
            office = office if _SIGNED.search(key, line.start, line.end) and office else (line.start, line.end)
            if not _RECIPIENTS.match(key, line.start):
                continue
        if office is None or line.is_row:
            continue
        content = text[line.start : line.end].strip()
        start = line.start + text[line.start : line.end].index(content)
        if _NAME.fullmatch(content) and _is_name(content):
            found = _chair(text, key, office, (start, start + len(content)))
        elif found is None and (behind := _BEHIND_LIST.search(content)) and _is_name(behind[1]):
            found = (start + behind.start(1), start + behind.end(1))
    return found


_SIGNED = re.compile(r"\(đã ký\)")


def _is_name(content: str) -> bool:
    words = content.split()
    return 2 <= len(words) <= 10 and all(w[0].isupper() for w in words) and not content.isupper()


def _chair(text: str, key: str, office: Span, span: Span) -> Span:
    """Of two names in one line the one below the chair's title; the whole line where it is one name."""
    content = text[slice(*span)]
    chair, clerk = _CHAIR.search(key, *office), _CLERK.search(key, *office)
    if chair is None or clerk is None:
        return span
    gap = re.search(r"\s{2,}", content)
    border = (gap.start(), gap.end()) if gap else _second_name(content)
    if border is None:
        return span
    if chair.start() < clerk.start():
        return span[0], span[0] + border[0]
    return span[0] + border[1], span[1]


_CHAIR = re.compile(r"chủ (?:trì|tọa)|chủ tịch|trưởng ban")
_CLERK = re.compile(r"thư ký")


def _second_name(content: str) -> Span | None:
    """Where the second of two names begins: at the family name nearest to the middle with two words on each side."""
    words = list(re.finditer(r"\S+", content))
    families = award_words()["family_name"]
    starts = [i for i, w in enumerate(words) if i >= 2 and len(words) - i >= 2 and w.group().lower() in families]
    if not starts:
        return None
    best = min(starts, key=lambda i: abs(2 * i - len(words)))
    return words[best - 1].end(), words[best].start()


def _copies(text: str, lines: tuple[Line, ...]) -> tuple[Span, ...]:
    """Paragraphs of 60 characters or more that an earlier paragraph equals or begins with (a lead repeated)."""
    seen: list[str] = []
    copies: list[Span] = []
    for line in lines:
        content = " ".join(text[line.start : line.end].split())
        if len(content) < 60 or line.is_row:
            continue
        for earlier in seen[:12]:
            if content.startswith(earlier):
                offset = _length_of_prefix(text[line.start : line.end], earlier)
                copies.append((line.start, line.start + offset))
                break
        seen.append(content)
    return tuple(copies)


def _length_of_prefix(raw: str, collapsed: str) -> int:
    """How many characters of `raw` spell `collapsed` when runs of white space count as one."""
    wanted = sum(not c.isspace() for c in collapsed)
    for at, char in enumerate(raw):
        if not char.isspace():
            wanted -= 1
            if wanted == 0:
                return at + 1
    return len(raw)
