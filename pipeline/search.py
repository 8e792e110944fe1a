"""Search over documents and records, of the working database and of a published dataset alike; it only reads.

SQLite's index finds documents by words without marks, the best first. Which of them say what was asked for is
then told from the text itself: a word typed with marks stands for that word alone, one typed without for all.
Names of first-level units are also found in their other spellings; their old and new names are offered.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Final, Generic, TypeVar

from extractors.domain.errors import UsageError
from extractors.domain.gazetteer import aliases, candidates, units
from extractors.domain.orthography import fold, matching_key, nfc

_LONGEST: Final = 400  # characters of a query
_MOST_WORDS: Final = 32
_LOOKED_AT: Final = 1200  # documents whose text is read for one query, the best first
_BEST: Final = 250  # the same where the words may be scattered, and where records have no index of their own
_AROUND: Final = 90  # characters of a snippet on either side of its first match
_WIDE: Final = 240  # characters of a snippet
_GAP: Final = r"[\W_]+"
_TOKEN: Final = re.compile(r"[^\W_]+")
_PART: Final = re.compile(r'"([^"]*)"?|([^\s"]+)')
# Letters whose folded form may be of another length: combining marks that stand alone, Hangul, dotted capital I.
_UNEVEN: Final = re.compile("[\u0130\u0300-\u036f\u1100-\u11ff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is looked for. `year` and `province` narrow to documents of a year, or that name a unit (id or name)."""

    words: str
    kind: str = ""  # of document: article, decision ...
    year: str = ""
    province: str = ""
    limit: int = 20
    is_exact: bool = False  # no other spellings of units
    is_expanded: bool = False  # the old and new names of units too


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a snippet as it stands in the text."""

    text: str
    is_match: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A document that was found. `start` and `end` of the snippet are code points of its text, half-open."""

    serial: int
    id: str
    source: str
    title: str | None
    kind: str | None
    year: str | None
    score: float  # the higher the better
    is_together: bool  # the words stand together as typed, not only somewhere
    start: int
    end: int
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHit:
    """A record whose quote holds the words; the snippet is the quote with some text around it."""

    record_id: str
    kind: str
    value: str
    quote: str
    confidence: float
    state: str
    document: str
    title: str | None
    start: int
    end: int
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Another name of a unit that was asked for, from another time: what to type, and which unit it is."""

    words: str
    unit: str
    valid_from: str
    valid_to: str


Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[Found]):
    """What was found, which spellings were looked for besides the one typed, and what might be asked further.

    `candidates` counts the documents that hold the words without regard to marks; records are not counted
    beyond those that were asked for.
    """

    hits: tuple[Found, ...]
    candidates: int
    also: tuple[str, ...]
    offers: tuple[Offer, ...]


def search_documents(connection: sqlite3.Connection, ask: Ask) -> Answer[Hit]:
    """Returns the documents that hold the words, those with the words side by side first, then by BM25.

    Raises `UsageError` for a query without words and for an unknown province.
    """
    query = _read(ask)
    shelf = _shelf(connection)
    hits: list[Hit] = []
    seen: set[int] = set()
    for is_together, terms in query.passes():
        for serial, score in _ranked(connection, shelf, ask, terms, _LOOKED_AT if is_together else _BEST):
            if len(hits) >= ask.limit:
                break
            if serial in seen:
                continue
            row = connection.execute(shelf.document, [serial]).fetchone()
            text = str(row[5] or "")
            places = _places(text, terms)
            if places is None:
                continue
            seen.add(serial)
            start, end, pieces = _snippet(text, places)
            hits.append(
                Hit(
                    serial=serial, id=str(row[0]), source=str(row[1]), title=row[2], kind=row[3],
                    year=None if row[4] is None else str(row[4]), score=-score, is_together=is_together,
                    start=start, end=end, snippet=pieces,
                )
            )  # fmt: skip
    return Answer(
        hits=tuple(hits),
        candidates=_count(connection, shelf, ask, query.passes()[-1][1]),
        also=query.also,
        offers=query.offers,
    )


def search_records(connection: sqlite3.Connection, ask: Ask) -> Answer[RecordHit]:
    """Returns the records whose quotes hold the words, in the order of their documents' rank.

    A published dataset is asked through its own index of records, which holds their values too; of a working
    database the records of the best documents are looked through. Raises as `search_documents` does.
    """
    query = _read(ask)
    shelf = _shelf(connection)
    hits: dict[str, RecordHit] = {}
    for _, terms in query.passes():
        for row in _record_rows(connection, shelf, ask, terms):
            if len(hits) >= ask.limit:
                break
            quote, value = str(row[3]), str(row[2])
            own = _places(quote, terms)
            if own is None and not (shelf.is_published and _places(f"{quote} · {value}", terms) is not None):
                continue
            if str(row[0]) not in hits:
                hits[str(row[0])] = _record_hit(connection, shelf, row, own or [])
    return Answer(hits=tuple(hits.values()), candidates=len(hits), also=query.also, offers=query.offers)


def _record_hit(
    connection: sqlite3.Connection, shelf: "_Shelf", row: Sequence[object], own: list[tuple[int, int]]
) -> RecordHit:
    start, end = int(str(row[6])), int(str(row[7]))
    document = connection.execute(shelf.document, [row[8]]).fetchone()
    text = str(document[5] or "")
    if text[start:end] != row[3]:  # a release without texts, or a quote that lost its place
        pieces = _pieces(str(row[3]), 0, len(str(row[3])), own)
    else:
        shifted = [(start + a, start + b) for a, b in own]
        low, high = _window(text, start, end, _AROUND // 2)
        pieces = _pieces(text, low, high, shifted)
    return RecordHit(
        record_id=str(row[0]), kind=str(row[1]), value=str(row[2]), quote=str(row[3]), confidence=float(str(row[4])),
        state=str(row[5]), document=str(document[0]), title=document[2], start=start, end=end, snippet=pieces,
    )  # fmt: skip


# --- what was typed ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a query: folded, and as typed where it has marks."""

    folded: str
    marked: str | None

    def is_in(self, written: str, *, as_prefix: bool) -> bool:
        """Tells whether a word of a text, equal to this one when folded, is meant; a text without marks counts."""
        if self.marked is None or written.lower() == fold(written):
            return True
        key = matching_key(nfc(written))
        return key.startswith(self.marked) if as_prefix else key == self.marked


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words that stand side by side; of a prefix the last one is only begun."""

    words: tuple[_Word, ...]
    is_prefix: bool = False

    @property
    def match(self) -> str:
        """The phrase in the language of FTS5."""
        return f'"{" ".join(word.folded for word in self.words)}"' + (" *" if self.is_prefix else "")

    @property
    def pattern(self) -> str:
        """The phrase as an expression for folded text."""
        body = _GAP.join(re.escape(word.folded) for word in self.words)
        return rf"(?<![^\W_]){body}" + ("" if self.is_prefix else r"(?![^\W_])")

    @property
    def plain(self) -> str:
        return " ".join(word.folded for word in self.words)


_Term = tuple[_Phrase, ...]  # of which one has to be found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Query:
    close: tuple[_Term, ...]
    loose: tuple[_Term, ...]  # the same with every word for itself
    also: tuple[str, ...]
    offers: tuple[Offer, ...]

    def passes(self) -> list[tuple[bool, tuple[_Term, ...]]]:
        """The terms, strictest first."""
        return [(True, self.close)] if self.close == self.loose else [(True, self.close), (False, self.loose)]


def _read(ask: Ask) -> _Query:
    close: list[_Term] = []
    loose: list[_Term] = []
    also: list[str] = []
    offers: list[Offer] = []
    for words, is_prefix, is_quoted in _runs(nfc(ask.words)[:_LONGEST]):
        for part, names in _by_units(words, is_quoted=is_quoted):
            last = is_prefix and part[-1] is words[-1]
            phrase = _Phrase(tuple(part), last)
            others = [] if ask.is_exact or last else _spellings(phrase, names)
            later = [] if last else _other_names(phrase, names)
            offers += later
            also += others
            added = [*others, *((offer.words for offer in later) if ask.is_expanded else ())]
            term = (phrase, *(_Phrase(_words(each)) for each in added))
            close.append(term)
            loose += [term] if names or is_quoted else [(_Phrase((w,), last and w is part[-1]),) for w in part]
    if not close:
        raise UsageError("The query holds no word", advice='Give words, "a phrase" or a beginning*')
    return _Query(
        close=tuple(close),
        loose=tuple(loose),
        also=tuple(dict.fromkeys(also)),
        offers=() if ask.is_expanded else tuple({offer.words: offer for offer in offers}.values()),
    )


def _runs(typed: str) -> Iterator[tuple[tuple[_Word, ...], bool, bool]]:
    """Yields runs of words with whether the last is a prefix and whether the run stood in quotation marks."""
    bare: list[_Word] = []
    left = _MOST_WORDS
    for match in _PART.finditer(typed.replace("“", '"').replace("”", '"')):
        quoted, single = match.groups()
        words = _words(quoted if single is None else single)[:left]
        left -= len(words)
        is_prefix = (quoted if single is None else single).endswith("*")
        if single is not None:
            bare += words
        if (single is None or is_prefix) and bare:
            yield tuple(bare), is_prefix and single is not None, False
            bare = []
        if single is None and words:
            yield words, is_prefix, True
    if bare:
        yield tuple(bare), False, False


def _words(typed: str) -> tuple[_Word, ...]:
    """The words of a phrase; a mark is one that folding takes away, capitals are none."""
    found = []
    for match in _TOKEN.finditer(typed):
        folded = fold(match.group())
        # a letter may fold to a sign that ends a word for the index: such a word cannot be looked for
        if _TOKEN.fullmatch(folded):
            has_marks = folded != match.group().lower()
            found.append(_Word(folded, matching_key(nfc(match.group())) if has_marks else None))
    return tuple(found)


# --- names of units ---------------------------------------------------------------------------------


_NAMES: Final = frozenset({"official name", "ascii", "spelling variant"})
_SPELLINGS: Final = _NAMES | {"abbreviation", "with generic word"}  # no codes of papers and offices


@cache
def _units_by_words() -> dict[str, tuple[str, ...]]:
    """The ids of the units that folded words can name; codes and bare initials name none."""
    found: dict[str, dict[str, None]] = {}
    for alias in aliases():
        if alias.is_safe or alias.kind in _NAMES:
            words = _words(alias.alias)
            found.setdefault(" ".join(word.folded for word in words), {})[alias.id] = None
    return {words: tuple(ids) for words, ids in found.items()}


@cache
def _safe_names(unit: str) -> tuple[str, ...]:
    return tuple(alias.alias for alias in aliases() if alias.id == unit and alias.is_safe and alias.kind in _SPELLINGS)


def _by_units(words: Sequence[_Word], *, is_quoted: bool) -> Iterator[tuple[Sequence[_Word], tuple[str, ...]]]:
    """Cuts a run at the names of units in it: `thi dua lang son` is two phrases. A quoted run stays whole."""
    if is_quoted:
        yield words, _named(words)
        return
    at = begun = 0
    while at < len(words):
        # one syllable (Huế, Vinh) names a unit only where it is all that was typed
        sizes = range(min(6, len(words) - at), 1 if len(words) > 1 else 0, -1)
        size = next((size for size in sizes if _named(words[at : at + size])), 0)
        if not size:
            at += 1
            continue
        if at > begun:
            yield words[begun:at], ()
        yield words[at : at + size], _named(words[at : at + size])
        at = begun = at + size
    if begun < len(words):
        yield words[begun:], ()


def _named(words: Sequence[_Word]) -> tuple[str, ...]:
    """The units that the words name; marks that were typed have to agree with one of their names."""
    ids = _units_by_words().get(" ".join(word.folded for word in words), ())
    if all(word.marked is None for word in words):
        return ids
    wanted = [word.marked or word.folded for word in words]
    return tuple(
        unit
        for unit in ids
        if any([w.marked or w.folded for w in _words(a.alias)] == wanted for a in aliases() if a.id == unit)
    )


def _spellings(phrase: _Phrase, names: tuple[str, ...]) -> list[str]:
    """Other safe spellings of the units; none that holds what was typed or is a part of it."""
    kept: dict[str, str] = {}
    for unit in names:
        for name in sorted(_safe_names(unit), key=len):
            plain = " ".join(word.folded for word in _words(name))
            known = [phrase.plain, *kept]
            if not any(f" {one} " in f" {plain} " or f" {plain} " in f" {one} " for one in known):
                kept[plain] = name
    return list(kept.values())


def _other_names(phrase: _Phrase, names: tuple[str, ...]) -> list[Offer]:
    """Units of other times on the same ground: what came of the unit, and what it was made of."""
    related: dict[str, None] = {}
    for unit in names:
        related.update(dict.fromkeys(units()[unit].today_ids))
        related.update(dict.fromkeys(other.id for other in units().values() if unit in other.today_ids))
    found: dict[str, Offer] = {}
    for other in related:
        there = units()[other]
        if other not in names and " ".join(word.folded for word in _words(there.name)) != phrase.plain:
            offer = Offer(words=there.name, unit=other, valid_from=there.valid_from, valid_to=there.valid_to)
            found.setdefault(there.name, offer)
    return list(found.values())


# --- the two kinds of database ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The statements that differ between a working database and a published dataset."""

    is_published: bool
    document: str  # id, source, title, kind, year, text by serial
    year: str
    named: str  # serials of the documents that name a unit


_YEAR: Final = "substr(coalesce(d.issued, d.published, d.reference_date), 1, 4)"
_WORKING: Final = _Shelf(
    is_published=False,
    document=f"SELECT d.id, d.source, d.title, d.kind, {_YEAR}, d.text FROM documents d WHERE d.serial = ?",  # noqa: S608
    year=_YEAR,
    named="SELECT document FROM provinces WHERE id IN ({}) AND state <> 'rejected'",
)
_PUBLISHED: Final = _Shelf(
    is_published=True,
    document="SELECT d.document, d.source, d.title, d.kind, d.year, {} FROM documents d {} WHERE d.serial = ?",
    year="CAST(d.year AS TEXT)",
    named="SELECT o.serial FROM provinces p JOIN documents o USING (document) WHERE p.unit IN ({})",
)
_HEADINGS: Final = "coalesce(d.title, '') || ' · ' || coalesce(d.subject, '')"


def _shelf(connection: sqlite3.Connection) -> _Shelf:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "record_search" not in tables:
        return _WORKING
    where = ("t.text", "LEFT JOIN texts t USING (document)") if "texts" in tables else (_HEADINGS, "")
    return _Shelf(True, _PUBLISHED.document.format(*where), _PUBLISHED.year, _PUBLISHED.named)


def _match(terms: tuple[_Term, ...]) -> str:
    return "folded : (" + " AND ".join(f"({' OR '.join(phrase.match for phrase in term)})" for term in terms) + ")"


def _conditions(shelf: _Shelf, ask: Ask) -> tuple[str, list[str]]:
    """The filters as SQL behind `WHERE ... `, with their values."""
    sql, values = "", []
    if ask.kind:
        sql += " AND d.kind = ?"
        values.append(ask.kind)
    if ask.year:
        sql += f" AND {shelf.year} = ?"
        values.append(ask.year)
    if ask.province:
        ids = (ask.province,) if ask.province in units() else candidates(ask.province)
        ids = ids or _units_by_words().get(" ".join(word.folded for word in _words(ask.province)), ())
        if not ids:
            raise UsageError(f"No first-level unit is called {ask.province!r}", advice="Give its name or id")
        sql += f" AND d.serial IN ({shelf.named.format(', '.join('?' * len(ids)))})"
        values += ids
    return sql, values


def _ranked(
    connection: sqlite3.Connection, shelf: _Shelf, ask: Ask, terms: tuple[_Term, ...], limit: int
) -> Iterator[tuple[int, float]]:
    """Serial and BM25 (the lower the better) of the documents that hold the terms when folded, the best first."""
    sql, values = _conditions(shelf, ask)
    join = "JOIN documents d ON d.serial = s.rowid" if sql else ""
    yield from connection.execute(
        f"SELECT s.rowid, s.rank FROM document_search s {join} WHERE document_search MATCH ?{sql} "  # noqa: S608
        "ORDER BY s.rank LIMIT ?",
        [_match(terms), *values, limit],
    )


def _count(connection: sqlite3.Connection, shelf: _Shelf, ask: Ask, terms: tuple[_Term, ...]) -> int:
    sql, values = _conditions(shelf, ask)
    join = "JOIN documents d ON d.serial = s.rowid" if sql else ""
    found = connection.execute(
        f"SELECT count(*) FROM document_search s {join} WHERE document_search MATCH ?{sql}",  # noqa: S608
        [_match(terms), *values],
    )
    return int(found.fetchone()[0])


_RECORD: Final = 'r.record_id, r.kind, r.value, r.quote, r.confidence, r.state, r.start, r."end"'


def _record_rows(
    connection: sqlite3.Connection, shelf: _Shelf, ask: Ask, terms: tuple[_Term, ...]
) -> Iterator[tuple[object, ...]]:
    sql, values = _conditions(shelf, ask)
    if shelf.is_published:
        yield from connection.execute(
            f"SELECT {_RECORD}, d.serial FROM record_search s JOIN records r ON r.serial = s.rowid "  # noqa: S608
            f"JOIN documents d USING (document) WHERE record_search MATCH ?{sql} ORDER BY s.rank, s.rowid LIMIT ?",
            [_match(terms), *values, _LOOKED_AT],
        )
        return
    for serial, _ in islice(_ranked(connection, shelf, ask, terms, _BEST), _BEST):
        yield from connection.execute(
            f"SELECT {_RECORD}, r.document FROM records r WHERE r.document = ? AND r.state <> 'rejected' "  # noqa: S608
            "ORDER BY r.start, r.record_id",
            [serial],
        )


# --- places in the text -----------------------------------------------------------------------------


def folded_places(text: str) -> tuple[str, list[int] | None]:
    """Returns the folded text and for each of its characters the place in `text`, None where these are equal."""
    folded = fold(text)
    if len(folded) == len(text) and not _UNEVEN.search(text):
        return folded, None
    parts = [(at, fold(letter)) for at, letter in enumerate(text)]
    return "".join(part for _, part in parts), [at for at, part in parts for _ in part]


@cache
def _pattern(term: _Term) -> re.Pattern[str]:
    return re.compile("|".join(f"({phrase.pattern})" for phrase in term))


def _places(text: str, terms: tuple[_Term, ...]) -> list[tuple[int, int]] | None:
    """All places that the terms mean, in code points of `text`; None unless each term has one."""
    folded, origin = folded_places(text)
    found: list[tuple[int, int]] = []
    for term in terms:
        before = len(found)
        for match in _pattern(term).finditer(folded):
            phrase = term[(match.lastindex or 1) - 1]
            start, end = match.span()
            if phrase.is_prefix:  # to the end of the word
                rest = _TOKEN.match(folded, end)
                end = rest.end() if rest else end
            if origin:
                start, end = origin[start], origin[end - 1] + 1
            if _is_meant(phrase, text[start:end]):
                found.append((start, end))
        if len(found) == before:
            return None
    return sorted(found)


def _is_meant(phrase: _Phrase, written: str) -> bool:
    if all(word.marked is None for word in phrase.words):
        return True
    tokens = _TOKEN.findall(nfc(written))
    last = len(phrase.words) - 1
    return len(tokens) == len(phrase.words) and all(
        word.is_in(token, as_prefix=phrase.is_prefix and at == last)
        for at, (word, token) in enumerate(zip(phrase.words, tokens, strict=True))
    )


def _snippet(text: str, places: list[tuple[int, int]]) -> tuple[int, int, tuple[Piece, ...]]:
    """The stretch of text with most matches, cut between words, in pieces."""
    best, most = places[0], 0
    for at, (start, end) in enumerate(places):
        held = {text[a:b].lower() for a, b in islice(places, at, at + 20) if b <= start + _WIDE - _AROUND}
        if len(held) > most:
            best, most = (start, end), len(held)
    low, high = _window(text, best[0], best[1], _AROUND)
    high = max(high, _window(text, low, min(len(text), low + _WIDE), 0)[1])
    return low, high, _pieces(text, low, high, places)


def _window(text: str, start: int, end: int, around: int) -> tuple[int, int]:
    """A stretch with some text on both sides that begins and ends at white space."""
    low, high = max(0, start - around), min(len(text), end + around)
    while 0 < low < start and not text[low - 1].isspace():
        low += 1
    while end < high < len(text) and not text[high].isspace():
        high -= 1
    return low, high


def _pieces(text: str, low: int, high: int, places: list[tuple[int, int]]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = low
    for start, end in places:
        if start < at or end > high:
            continue
        if start > at:
            pieces.append(Piece(text=text[at:start], is_match=False))
        pieces.append(Piece(text=text[start:end], is_match=True))
        at = end
    if at < high:
        pieces.append(Piece(text=text[at:high], is_match=False))
    return tuple(pieces)
