"""The facts that a news article tells of itself: paper by its dateline code, writer, kicker."""

import re
from functools import cache

from extractors.domain import gazetteer
from extractors.headers.facts import HeaderFact, fact, one_line
from extractors.view import TextView

_CODE = re.compile(r"\s*\(?([^\W\d_]{2,8})\)?\s*[-–—]{1,2}(?=\s*[\w“(])")
_CREDIT = re.compile(
    r"\s*(?:tin,? ảnh|tin và ảnh|bài,? ảnh|bài và ảnh|bài|tin|tin, bài|thực hiện|tác giả)\s*:\s*(?=\S)"
)
_NO_WRITER = re.compile(r"\s*(?:ảnh|theo|nguồn|ông|bà|video|clip)(?!\w)")
_NAME_LINE = re.compile(r"(?:[^\W\d_][\w.'’]*)(?:\s*[ \-–&,]\s*[^\W\d_][\w.'’]*){1,9}")
_END_OF_PROSE = re.compile(r"""[.!?…:;"”)]$""")


def article_facts(view: TextView) -> list[HeaderFact]:
    """Returns the facts of a news article."""
    lines = view.layout.lines
    title = view.layout.title or (lines[0].start, lines[0].end)
    kind = fact(view, "kind", title, "article", "kind_of_article", "neither letterhead nor title of an official paper")
    return [*kind, *_kicker(view), *_publisher(view), *_byline(view)]


def _kicker(view: TextView) -> list[HeaderFact]:
    title = view.layout.title
    for line in view.layout.lines[:5]:
        if title is None or line.start >= title[0]:
            break
        content = view.text[line.start : line.end].strip()
        if content.endswith(":") and 4 < len(content) < 120:
            value = one_line(content.rstrip(" :"))
            return fact(
                view,
                "kicker",
                (line.start, line.end),
                value,
                "kicker",
                "line above the headline that ends with a colon",
            )
    return []


@cache
def _papers() -> dict[str, str]:
    """Newspaper codes of datelines that belong to one province only, with the name of that province."""
    owners: dict[str, set[str]] = {}
    for alias in gazetteer.aliases():
        if alias.kind == "newspaper code":
            owners.setdefault(alias.alias, set()).add(alias.id)
    return {code: gazetteer.units()[min(ids)].name for code, ids in owners.items() if len(ids) == 1}


def _publisher(view: TextView) -> list[HeaderFact]:
    for line in view.layout.lines[:10]:
        match = _CODE.match(view.text, line.start, line.end)
        if match and match.group(1) in _papers():
            name = f"Báo {_papers()[match.group(1)]}"
            return fact(
                view, "publisher", match.span(1), name, "publisher_code", "code of the paper in the dateline, weak"
            )
    return []


def _byline(view: TextView) -> list[HeaderFact]:
    lines = view.layout.lines
    for line in reversed(lines[max(1, len(lines) - 4) :]):
        if line.is_row:
            continue
        if match := _CREDIT.match(view.key, line.start, line.end):
            span = (match.end(), line.end)
            value = one_line(view.text[slice(*span)]).rstrip(".")
            if len(value) < 80 and _has_capital_words(value):
                return fact(view, "author", span, value, "author_credit", "behind a credit for text at the end")
        content = view.text[line.start : line.end].strip()
        if len(content) > 60 or _NO_WRITER.match(view.key, line.start) or _END_OF_PROSE.search(content):
            continue
        if _NAME_LINE.fullmatch(content) and len(content.split()) <= 10 and _has_capital_words(content):
            rule = "author_capitals" if content.isupper() else "author_line"
            return fact(view, "author", (line.start, line.end), one_line(content), rule, "a name alone at the end")
    return []


def _has_capital_words(content: str) -> bool:
    words = [w for w in re.split(r"[\s,&–-]+", content) if w and w.lower() not in {"và", "ctv", "-"}]
    return bool(words) and all(w[0].isupper() for w in words)
