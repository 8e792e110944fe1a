"""Where a record stands in its document: its line, the marks and words that touch it."""

import bisect
from functools import cache

from extractors.domain.records import DocumentKind, Record
from extractors.domain.tables import rows
from extractors.view import TextView

Terms = tuple[str, ...]
_SHORT_LINE = 60
_OPENING, _CLOSING = "\"'“‘«", "\"'”’»"


class Place:
    """Where records stand in their document; each line is looked at once."""

    def __init__(self, view: TextView) -> None:
        self.view = view
        layout = view.layout
        self._starts = [line.start for line in layout.lines]
        self._title = layout.title or (0, 0)
        self._known: dict[int, Terms] = {}
        self._kind: Terms = () if layout.kind is DocumentKind.ARTICLE else ("official_paper",)

    def line_at(self, start: int) -> int:
        """Returns the number of the line that holds an offset."""
        return max(0, bisect.bisect_right(self._starts, start) - 1)

    def terms(self, record: Record) -> Terms:
        """Returns what the place of a record tells."""
        text, start, end = self.view.text, record.start, record.end
        at = self.line_at(start)
        if (terms := self._known.get(at)) is None:
            terms = self._known[at] = self._line(at)
        before, after = text[start - 1 : start], text[end : end + 1]
        if before and before in _OPENING:
            terms = (*terms, "in_quotes")
        elif before == "(" and after in (")", ",", ";"):
            terms = (*terms, "in_brackets")
        return terms

    def _line(self, at: int) -> Terms:
        lines = self.view.layout.lines
        if at >= len(lines):
            return self._kind
        line, terms = lines[at], list(self._kind)
        first, last = self._title
        if first <= line.start < last:
            terms.append("in_title")
        elif line.is_row:
            terms.append("in_table_row")
        else:
            content = self.view.text[line.start : line.end].strip()
            if len(content) < _SHORT_LINE and content[-1:] not in ".!?":
                terms.append("in_short_line")
            if content.isupper():
                terms.append("in_capitals")
        return tuple(terms)


def word_before(key: str, start: int) -> str:
    """Returns the word one space before an offset of the key, "" where a mark or the line's end stands there."""
    if start < 2 or key[start - 1] != " ":
        return ""
    low = max(0, start - 16)
    return key[max(low, key.rfind(" ", low, start - 1) + 1) : start - 1]


def touches_capital(text: str, start: int, end: int) -> tuple[bool, bool]:
    """Tells whether a capitalised word stands directly before and directly behind a span, one space away."""
    follows = text[end : end + 1] == " " and text[end + 1 : end + 2].isupper()
    if start < 2 or text[start - 1] != " ":
        return False, follows
    at = start - 2
    low = max(0, start - 20)
    if not text[at].isalpha():
        return False, follows
    while at > low and text[at - 1].isalpha():
        at -= 1
    return text[at].isupper(), follows


@cache
def function_words() -> frozenset[str]:
    """Returns the words that end a noun phrase or a name."""
    return frozenset(row.needed("word") for row in rows("function_words.csv"))
