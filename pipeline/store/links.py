"""Finds the documents that are the same thing twice: reprints, copies, parts, scan and text of one paper.

Runs in the one writer when a run's documents are done. The index stands in the database, so memory stays
flat, and what it costs does not grow with the number of copies of one text.
"""

import json
import math
from dataclasses import dataclass
from typing import Final, cast

from pipeline.store import likeness
from pipeline.store.database import Store
from pipeline.store.likeness import Content, Likeness
from pipeline.store.rows import Row, SqlValue
from pipeline.store.signatures import index_signatures, keep_signature

_BATCH: Final = 20  # documents in one transaction: a person who decides meanwhile waits for no more
_INDEXED: Final = 250  # documents whose bands are written in one transaction
_MET: Final = 25  # earliest, and as many latest, documents that are looked at in one band, however many it has
_CLOSE: Final = 32  # most promising documents that are compared in full, so a document has at most so many links
_SCAN: Final = 0.85  # a scan goes before a clean text only where it is longer by more than specks and misreadings
_STEP: Final = 1.1  # texts count as equally long where none is longer by so much
_EARLIEST: Final = "SELECT document FROM document_bands WHERE band = ? AND document < ? ORDER BY document LIMIT ?"
_LATEST: Final = "SELECT document FROM document_bands WHERE band = ? AND document < ? ORDER BY document DESC LIMIT ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A document that another is linked with; `is_copy` where it is the one whose facts are not counted."""

    source: str
    serial: int
    kind: str
    similarity: float
    is_copy: bool


def link_documents(store: Store) -> None:
    """Compares every document that is new or changed, or stands after one that is, with all before it.

    Each batch is a transaction, which holds no lock while texts are compared: reviewers save meanwhile. What a kill
    left out, the next call does.
    """
    _sign_unsigned(store)
    _index_waiting(store)
    while waiting := store.rows(
        "SELECT document, signature FROM document_signatures WHERE compared = 0 ORDER BY document LIMIT ?", [_BATCH]
    ):
        corrected = _latest_correction(store)
        found = {
            cast(int, row["document"]): _links_found(store, cast(int, row["document"]), cast(bytes, row["signature"]))
            for row in waiting
        }
        with store.immediate():
            if _latest_correction(store) == corrected:  # else a person changed a text meanwhile: compared anew
                for serial, links in found.items():
                    _write_links(store, serial, links)


def _latest_correction(store: Store) -> int:
    return store.count("SELECT coalesce(max(id), 0) FROM text_corrections")


def _sign_unsigned(store: Store) -> None:
    """Signs what a version before signatures read."""
    while unsigned := store.rows(
        "SELECT serial, folded FROM documents WHERE folded IS NOT NULL "
        "AND serial NOT IN (SELECT document FROM document_signatures) ORDER BY serial LIMIT ?",
        [_BATCH],
    ):
        with store.immediate():
            for row in unsigned:
                keep_signature(store.db, cast(int, row["serial"]), likeness.signature_of(str(row["folded"])))


def _index_waiting(store: Store) -> None:
    last = 0
    while waiting := store.rows(
        "SELECT document, signature FROM document_signatures WHERE compared = 0 AND document > ? "
        "ORDER BY document LIMIT ?",
        [last, _INDEXED],
    ):
        with store.immediate():
            index_signatures(store.db, [(cast(int, row["document"]), cast(bytes, row["signature"])) for row in waiting])
        last = cast(int, waiting[-1]["document"])


def _links_found(store: Store, serial: int, signature: bytes) -> list[tuple[int, Likeness, float, int]]:
    others = _promising(store, serial, signature)
    if not others:
        return []
    own = _Paper.read(store, serial)
    compared = ((other, _link_of(own, _Paper.read(store, other))) for other in sorted(others))
    return [(other, *link) for other, link in compared if link]


def _write_links(store: Store, serial: int, links: list[tuple[int, Likeness, float, int]]) -> None:
    store.db.execute("DELETE FROM document_links WHERE document = ?", [serial])
    store.db.conn.executemany("INSERT INTO document_links VALUES (?, ?, ?, ?, ?)", [(serial, *link) for link in links])
    store.db.execute("UPDATE document_signatures SET compared = 1 WHERE document = ?", [serial])


def _promising(store: Store, serial: int, signature: bytes) -> list[int]:
    """Returns the earlier documents that are worth comparing, at most `_CLOSE`."""
    met: set[int] = set()
    for band in likeness.bands_of(signature):
        rows = store.db.execute(_EARLIEST, [band, serial, _MET]).fetchall()
        if len(rows) == _MET:
            rows += store.db.execute(_LATEST, [band, serial, _MET]).fetchall()
        met.update(row[0] for row in rows)
    if not met:
        return []
    signatures = dict(
        store.db.execute(
            "SELECT document, signature FROM document_signatures WHERE document IN (SELECT value FROM json_each(?))",
            [json.dumps(sorted(met))],
        ).fetchall()
    )
    ranked = sorted(
        (-similarity, other)
        for other, similarity in zip(signatures, likeness.estimate(signature, list(signatures.values())), strict=True)
        if similarity >= likeness.PROMISING
    )
    return [other for _, other in ranked[:_CLOSE]]


@dataclass(frozen=True, slots=True)
class _Paper:
    """A document as it is compared."""

    row: Row
    content: Content

    @classmethod
    def read(cls, store: Store, serial: int) -> "_Paper":
        [row] = store.rows(
            "SELECT serial, kind, number, issued, ocr_confidence, folded FROM documents WHERE serial = ?", [serial]
        )
        return cls(row, likeness.content_of(str(row["folded"]), is_scan=row["ocr_confidence"] is not None))

    @property
    def rank(self) -> tuple[int, int]:
        """The greater of two is the one whose facts are counted: the longer, the clean text, the earlier one.

        One order of all documents, so that among linked ones there is always one that is no copy.
        """
        length = max(1, len(self.content.run)) * (_SCAN if self.content.is_scan else 1.0)
        return math.floor(math.log(length, _STEP)), -cast(int, self.row["serial"])


def link_between(store: Store, one: int, other: int) -> tuple[str, float, int] | None:
    """Returns kind, similarity and copy of the link that two documents should have; None where none."""
    return _link_of(_Paper.read(store, one), _Paper.read(store, other))


def links_of(store: Store, serial: int) -> list[Linked]:
    """Returns the documents that a document is linked with, near-duplicates first, then by likeness."""
    rows = store.rows(
        "SELECT d.serial, d.source, l.kind, l.similarity, l.copy = d.serial AS is_copy FROM document_links l "
        "JOIN documents d ON d.serial = CASE l.document WHEN :serial THEN l.other ELSE l.document END "
        "WHERE l.document = :serial OR l.other = :serial ORDER BY l.kind, l.similarity DESC, d.serial",
        {"serial": serial},
    )
    return [
        Linked(
            serial=cast(int, row["serial"]),
            source=str(row["source"]),
            kind=str(row["kind"]),
            similarity=cast(float, row["similarity"]),
            is_copy=bool(row["is_copy"]),
        )
        for row in rows
    ]


def count_copies(store: Store) -> int:
    """Returns how many documents are copies or parts of others."""
    return store.count("SELECT count(DISTINCT copy) FROM document_links")


def _link_of(one: _Paper, other: _Paper) -> tuple[Likeness, float, int] | None:
    if _is_other_paper(one.row, other.row):
        return None
    copy, whole = sorted((one, other), key=lambda paper: paper.rank)
    found = likeness.compare(copy.content, whole.content)
    return found and (*found, cast(int, copy.row["serial"]))


def _is_other_paper(one: Row, other: Row) -> bool:
    """Tells official papers apart that have their own number or day, however alike the form.

    A number not yet given (`.../TTr-UBND`) tells nothing, nor does a day that one of them has only in part.
    """
    if "article" in (one["kind"], other["kind"]):
        return False
    numbers = {_digits(one["number"]), _digits(other["number"])} - {""}
    day, other_day = _digits(one["issued"]), _digits(other["issued"])
    return len(numbers) > 1 or not (day.startswith(other_day) or other_day.startswith(day))


def _digits(value: SqlValue) -> str:
    return "".join(c for c in str(value or "") if c.isdecimal())
