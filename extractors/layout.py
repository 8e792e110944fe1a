"""The kind of a document and its header fields, told from the lines of its text.

Sources: Decree 30/2020/NĐ-CP and its forerunners for the order of the parts, party guideline 36-HD/VPTW,
and the provincial press for articles. Dates are left to the date rules; only the line they stand on is told.
"""

import re
from dataclasses import dataclass

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
_DATED = re.compile(r"\bngày\b[\s.…\d]*\btháng\b[\s.…\d]*\bnăm\b|\bngày\s+\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{4}")
_TIME_LINE = re.compile(r"(?:thời gian|hôm nay|bắt đầu|hồi|vào (?:lúc|hồi))\b.*|\d{1,2}\s*(?:giờ|h|g)\b.*\bngày\b.*")
_SUBJECT = re.compile(r"(?:v/v|về việc)\b.*")
_SIGNATURE = re.compile(
    r"nơi nhận|thư ký|chủ (?:trì|tọa)|\(đã ký\)|(?:kt|tm|tl|tuq|t/m|k/t|t/l)\.?\s"
    r"|(?:chủ tịch|giám đốc|bộ trưởng|thủ tướng)$"
)
_HEAD_LINES = 30


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
    return Layout(
        lines=lines,
        kind=kind,
        title=(lines[kind_at].start, lines[kind_at].end),
        number=number,
        issuing_body=_issuing_body(text, key, head, kind_at),
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
    """The first line that is neither a display date, nor a section name, nor a kicker (ends with a colon)."""
    for line in head[:6]:
        content = key[line.start : line.end].strip()
        if re.search(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}", content) and len(content) < 60:
            continue
        if len(content) < 15 or content.endswith(":"):
            continue
        return line.start, line.end
    return None


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


def _issuing_body(text: str, key: str, head: tuple[Line, ...], kind_at: int) -> Span | None:
    """The capitals at the top left: the last such line before number, motto and type that names a body."""
    best: Span | None = None
    for line in head[:kind_at]:
        end = line.end
        for pattern in (_MOTTO, _TAGLINE, _NUMBER):
            if match := pattern.search(key, line.start, end):
                end = match.start()
        piece = text[line.start : end].rstrip(" \t*-")
        if piece.strip() and piece.upper() == piece and any(c.isalpha() for c in piece):
            start = line.start + len(piece) - len(piece.lstrip())
            best = (best[0] if best else start, line.start + len(piece.rstrip()))
        elif best:
            break
    return best


def _subject(text: str, key: str, lines: tuple[Line, ...], kind_at: int) -> Span | None:
    for line in lines[kind_at : kind_at + 3]:
        if match := _SUBJECT.search(key, line.start, line.end):
            return match.start(), match.start() + len(text[match.start() : line.end].rstrip())
    if kind_at + 1 < len(lines) and not lines[kind_at + 1].is_row:
        return lines[kind_at + 1].start, lines[kind_at + 1].end
    return None


_NAME = re.compile(r"(?:[^\W\d_][\w'’.]*\s+){1,5}[^\W\d_][\w'’]*")


def _signer(text: str, key: str, lines: tuple[Line, ...]) -> Span | None:
    """The name that stands alone below the signing office; minutes have two, the chair's is the last."""
    seen_office = False
    for at, line in enumerate(lines):
        if _SIGNATURE.search(key, line.start, line.end) and at > len(lines) // 3:
            seen_office = True
            continue
        content = text[line.start : line.end].strip()
        if seen_office and _NAME.fullmatch(content) and content.istitle() and len(content) < 60:
            start = line.start + text[line.start : line.end].index(content)
            return start, start + len(content)
    return None


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
