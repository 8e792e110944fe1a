"""How to cite one record of a release: as text, BibTeX and CSL-JSON."""

import re
import sqlite3
from dataclasses import dataclass
from typing import Final

from extractors.domain.errors import UsageError
from extractors.domain.records import Json
from pipeline.store import SqlValue

_TYPES: Final = {"article": "article-newspaper", "decision": "legislation", "other": "document"}
_DAY: Final = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?(?!\d)")
# BibTeX counts braces even behind a backslash, so they need names.
_TEX: Final = {
    "\\": "\\textbackslash{}",
    "{": "\\textbraceleft{}",
    "}": "\\textbraceright{}",
    "^": "\\textasciicircum{}",
    "~": "\\textasciitilde{}",
    **{sign: f"\\{sign}" for sign in "$&#%_"},
}
_URL: Final = {"\\": "%5C", "{": "%7B", "}": "%7D", " ": "%20"}
_WORDS: Final = {
    "vi": {"page": "tr.", "record": "Bản ghi", "of": "trong bộ dữ liệu", "version": "phiên bản", "number": "số"},
    "en": {"page": "p.", "record": "Record", "of": "of the dataset", "version": "version", "number": "no."},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The pieces: the document with its page, the record with its quote, the dataset with its version."""

    record_id: str
    quote: str
    document: str
    link: str
    dataset: str
    version: str
    kind: str = "other"
    title: str = ""
    publisher: str = ""
    author: str = ""
    number: str = ""
    dated: str = ""  # EDTF
    page: int | None = None


def cite(release: sqlite3.Connection, record_id: str) -> Citation:
    """Returns the pieces for a record of the release that `release` has open; raises `UsageError` for none."""
    cursor = release.execute("SELECT * FROM citations WHERE record_id = ?", [record_id])
    row = cursor.fetchone()
    if row is None:
        raise UsageError(f"The release has no record {record_id!r}", advice="Look in the table `changes` for its fate")
    return citation_of(dict(zip((column[0] for column in cursor.description), row, strict=True)))


def citation_of(row: dict[str, SqlValue]) -> Citation:
    """Returns the pieces from a row of the view `citations`; a document without title is called by its file."""
    page = row["page"]
    return Citation(
        record_id=_words(row["record_id"]),
        quote=_words(row["quote"]),
        document=_words(row["document"]),
        link=_words(row["link"]),
        dataset=_words(row["dataset"]),
        version=_words(row["version"]),
        kind=_words(row["document_kind"]) or "other",
        title=_words(row["document_title"]) or _words(row["source"]),
        publisher=_words(row["publisher"]),
        author=_words(row["author"]),
        number=_words(row["number"]),
        dated=_words(row["dated"]),
        page=page if isinstance(page, int) else None,
    )


def as_text(citation: Citation, language: str = "vi") -> str:
    """Returns the citation as one line in Vietnamese (`vi`) or English (`en`)."""
    words = _WORDS[language]
    number = f"{words['number']} {citation.number}" if citation.number else ""
    page = f"{words['page']} {citation.page}" if citation.page else ""
    title = f"“{citation.title}”" if citation.title else ""
    parts = [citation.author, title, citation.publisher, number, _shown_day(citation.dated, language), page]
    document = ", ".join(part for part in parts if part)
    return _words(
        f"{document}: “{citation.quote}”. {words['record']} {citation.record_id} {words['of']} {citation.dataset}, "
        f"{words['version']} {citation.version}, {citation.link}"
    )


def as_bibtex(citation: Citation) -> str:
    """Returns a BibTeX entry; the text is UTF-8, what means something to TeX is escaped."""
    dates = date_parts(citation.dated)
    note = (
        f"“{citation.quote}”, record {citation.record_id} of the dataset {citation.dataset}, version {citation.version}"
    )
    fields = [
        ("author", tex(citation.author)),
        ("title", f"{{{tex(citation.title)}}}" if citation.title else ""),
        ("howpublished", tex(citation.publisher)),
        ("number", tex(citation.number)),
        ("year", f"{dates[0][0]:04}" if dates else ""),
        ("month", str(dates[0][1]) if dates and len(dates[0]) > 1 else ""),
        ("pages", str(citation.page or "")),
        ("url", _url(citation.link)),
        ("note", tex(note)),
    ]
    lines = [f"  {name} = {{{value}}}," for name, value in fields if value]
    key = re.sub(r"[^0-9A-Za-z-]", "-", f"sovang-{citation.record_id}")
    return "\n".join([f"@misc{{{key},", *lines, "}"]) + "\n"


def as_csl(citation: Citation) -> Json:
    """Returns a CSL-JSON item."""
    item: Json = {
        "id": f"sovang-{citation.record_id}",
        "type": _TYPES.get(citation.kind, "report"),
        "title": citation.title,
        "language": "vi",
        "archive": citation.dataset,
        "archive_location": citation.record_id,
        "version": citation.version,
        "URL": citation.link,
        "note": f"“{citation.quote}”, document {citation.document}",
    }
    if citation.author:
        item["author"] = [{"literal": citation.author}]
    if citation.publisher:
        item["container-title" if citation.kind == "article" else "publisher"] = citation.publisher
    if citation.number:
        item["number"] = citation.number
    if citation.page:
        item["page"] = str(citation.page)
    if dates := date_parts(citation.dated):
        item["issued"] = {"date-parts": dates}
    elif citation.dated:
        item["issued"] = {"literal": citation.dated}
    return item


def date_parts(edtf: str) -> list[list[int]]:
    """Returns the days of an EDTF date as CSL has them: one, or two of an interval; none where it has no year.

    Quarters and halves give their year only.
    """
    parts = []
    for end in edtf.split("/"):
        if not (found := _DAY.match(end)):
            return []
        parts.append([int(number) for number in found.groups() if number])
    return parts if len(parts) <= 2 else []


def tex(text: str) -> str:
    """Returns text in which nothing means anything to TeX, its spaces single."""
    return "".join(_TEX.get(sign, sign) for sign in _words(text))


def _url(link: str) -> str:
    return "".join(_URL.get(sign, sign) for sign in link)


def _shown_day(edtf: str, language: str) -> str:
    days = date_parts(edtf)
    if language == "vi" and len(days) == 1:
        return "/".join(f"{number:02}" for number in reversed(days[0]))
    return edtf.partition("T")[0]


def _words(value: SqlValue) -> str:
    """A value in one line without control characters."""
    line = "".join(sign if sign.isprintable() else " " for sign in str(value or ""))
    return " ".join(line.split())
