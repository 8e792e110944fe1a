"""The facts that all official papers share: kind, bodies, number, place and day, subject, signature, copies."""

import re

from extractors.domain.records import DocumentKind
from extractors.headers.facts import HeaderFact, day_in, fact, one_line
from extractors.layout import Line
from extractors.view import TextView

_SIGNS_OF_PAPER = re.compile(
    r"cộng hòa xã hội chủ nghĩa|dân chủ cộng hòa|đảng cộng sản việt nam|(?:^|\n)\s*-?\s*căn cứ|(?:^|\n)\s*điều 1"
    r"|nơi nhận\s*:|kính gửi\s*:|thư ký\s*:|kết thúc|\bsố\s*:?\s*[\d.]+\s?[-/]"
)
_TYPE_NAME = re.compile(
    r"quyết định|nghị quyết|lệnh|biên bản|tờ trình|báo cáo|thông báo|kế hoạch|công điện|chỉ thị|danh sách"
)
_OPENER = re.compile(
    r"(?:sở|bộ|ban|cục|chi cục|tổng cục|vụ|phòng|trường|ủy ban|hội đồng|hội|đoàn|cụm|khối|đảng bộ|đảng ủy"
    r"|tỉnh ủy|thành ủy|huyện ủy|quận ủy|thị ủy|chi bộ|liên đoàn|công đoàn|công ty|tổng công ty"
    r"|văn phòng|viện|trung tâm|bệnh viện|công an|thanh tra|tòa án|kho bạc"
    r"|xí nghiệp|nhà máy|ubnd|hđnd|tổ|trạm|đội|báo|đài|ngân hàng|học viện)(?!\w)"
)
_UNFINISHED = re.compile(r"(?:-|,|(?<!\w)(?:và|của|quản lý|chấp hành|thường trực|văn phòng))\s*$")
_DIGITS = re.compile(r"\d")
_PLACE = re.compile(r"([^\W\d_](?:[\w.' ]|\s-\s){1,40}?)\s*,?\s*$")
_ABOUT = re.compile(r"(?:v/v|về việc)\s*:?\s*")
_AUTHORITY = re.compile(r"(?<![\w./])(t/?m|k/?t|t/?l|tuq|q)(?:\.\s*|\s+)(?=[^\W\d_])")
_TO = re.compile(r"\s*(?:đồng )?kính gửi\s*:\s*")
_COPIES = re.compile(r"\s*nơi nhận\s*:?")
_ITEM = re.compile(r"\s*[-+•]\s*([^;\n]{2,120}?)\s*(?:;|\./\.|\.(?=\s|$)|$)")


def official_facts(view: TextView) -> list[HeaderFact]:
    """Returns the facts of an official paper."""
    return [
        *_kind(view),
        *_bodies(view),
        *_number(view),
        *_issued(view),
        *_subject(view),
        *_signature(view),
        *_addressees(view),
        *_copies(view),
    ]


def _kind(view: TextView) -> list[HeaderFact]:
    layout = view.layout
    line = layout.title or (layout.lines[0].start, layout.lines[0].end)
    named = _TYPE_NAME.search(view.key, *line)
    span = named.span() if named and layout.kind is not DocumentKind.OTHER else line
    signs = {m.group().strip() for m in _SIGNS_OF_PAPER.finditer(view.key[:4000] + view.key[-2000:])}
    if len(signs) < 2:
        return fact(view, "kind", span, layout.kind.value, "kind_by_title", "only a line of the text names the kind")
    return fact(
        view,
        "kind",
        span,
        layout.kind.value,
        "kind_of_paper",
        "its own line names the kind",
        "head or foot of an official paper",
    )


def _bodies(view: TextView) -> list[HeaderFact]:
    """The last of the names at the top left issues the paper; what stands above it is its superior body."""
    names: list[list[tuple[int, int]]] = []
    for part in view.layout.issuing_parts:
        before = view.key[slice(*names[-1][-1])] if names else ""
        if names and (_UNFINISHED.search(before) or not _OPENER.match(view.key, part[0])):
            names[-1].append(part)
        else:
            names.append([part])
    found: list[HeaderFact] = []
    for at, name in enumerate(names):
        value = one_line(" ".join(view.text[a:b] for a, b in name)).rstrip(" *_-")
        field = "issuing_body" if at == len(names) - 1 else "superior_body"
        found += fact(view, field, (name[0][0], name[-1][1]), value, field, "name at the top left of the letterhead")
    return found


def _number(view: TextView) -> list[HeaderFact]:
    span = view.layout.number
    if span is None:
        return []
    written = view.text[slice(*span)]
    value = re.sub(r"\s", "", written)
    symbol = re.search(r"[^\W\d_]", written)
    found: list[HeaderFact] = []
    if _DIGITS.match(value):
        found += fact(view, "number", span, value, "number", "behind the word Số in the head")
    if symbol:
        place = (span[0] + symbol.start(), span[1])
        found += fact(
            view, "symbol", place, re.sub(r"\s", "", view.text[slice(*place)]), "symbol", "the letters of the number"
        )
    return found


def _issued(view: TextView) -> list[HeaderFact]:
    line = view.layout.issued_line
    title = view.layout.title
    if line is None or (view.layout.kind is DocumentKind.MINUTES and title is not None and line[0] >= title[0]):
        return []
    day = day_in(view.key, *line)
    if day is None:
        return []
    span, edtf = day
    evidence = (
        "line of place and day in the letterhead"
        if title and line[0] < title[0]
        else "line of place and day at the end"
    )
    found = fact(view, "date_of_issue", span, edtf, "date_of_issue", evidence)
    start = line[0]
    number = view.layout.number
    if number and line[0] <= number[0] < span[0]:
        start = number[1]
    start = max(start, view.key.rfind("  ", start, max(start, span[0] - 2)), view.key.rfind("\t", start, span[0]))
    place = _PLACE.search(view.text, start, span[0])
    if place and place.group(1)[0].isupper():
        found += fact(
            view, "place_of_issue", place.span(1), one_line(place.group(1)), "place_of_issue", "before the day of issue"
        )
    return found


def _subject(view: TextView) -> list[HeaderFact]:
    span = view.layout.subject
    if span is None:
        return []
    start = match.end() if (match := _ABOUT.match(view.key, span[0])) else span[0]
    return fact(view, "subject", (start, span[1]), one_line(view.text[start : span[1]]), "subject", "below the title")


def _signature(view: TextView) -> list[HeaderFact]:
    found: list[HeaderFact] = []
    lines = view.layout.lines
    signer = view.layout.signer
    for line in lines[_title_at(view) + 1 :]:
        if signer and line.start > signer[0]:
            break
        for match in _AUTHORITY.finditer(view.key, line.start, line.end):
            office = view.text[match.end() : line.end].strip()
            if not office.isupper() or len(office) > 90:
                continue
            code = match.group(1).replace("/", "").upper()
            found += fact(
                view,
                "signing_authority",
                (match.start(), line.end),
                f"{code}. {one_line(office)}",
                "signing_authority",
                "sign of authority before an office in capitals",
            )
    if signer:
        found += fact(
            view, "signer", signer, one_line(view.text[slice(*signer)]), "signer", "name below the signing office"
        )
    return found


def _title_at(view: TextView) -> int:
    title = view.layout.title
    return next((i for i, line in enumerate(view.layout.lines) if title and line.start == title[0]), 0)


def _addressees(view: TextView) -> list[HeaderFact]:
    found: list[HeaderFact] = []
    for line in view.layout.lines[:30]:
        if match := _TO.match(view.key, line.start, line.end):
            found += fact(
                view,
                "addressee",
                (match.end(), line.end),
                one_line(view.text[match.end() : line.end]).rstrip(";."),
                "addressee",
                "behind Kính gửi",
            )
    return found


def _copies(view: TextView) -> list[HeaderFact]:
    """The items of the list of recipients; a signature glued to an item by reading across columns is cut off."""
    lines = view.layout.lines
    at = next((i for i in range(len(lines) - 1, _title_at(view), -1) if _COPIES.match(view.key, lines[i].start)), None)
    if at is None:
        return []
    found: list[HeaderFact] = []
    for line in lines[at + 1 : at + 20]:
        item = _item(view, line)
        if item is None:
            break
        found += fact(view, "recipient", item, one_line(view.text[slice(*item)]), "recipient", "item of Nơi nhận")
    return found


def _item(view: TextView, line: Line) -> tuple[int, int] | None:
    match = _ITEM.match(view.key, line.start, line.end)
    return match.span(1) if match else None
