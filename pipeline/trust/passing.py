"""Marking records above a threshold as passed (`auto`, never accepted), and drawing those that people read even so."""

import hashlib
import heapq
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.review.states import KINDS, Kind
from pipeline.store import Row, Store, now
from pipeline.trust.standing import Standing, standing, unmark


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Which share of the passed records people read; the seed decides which ones."""

    rate: float
    seed: int

    def takes(self, record_id: str) -> bool:
        """Tells whether a record is drawn; the same answer always."""
        return _place(self.seed, "audit", record_id) < self.rate


class Passing:
    """The thresholds that hold for this version of the program, applied to documents as they are finished."""

    def __init__(self, store: Store, draw: Draw, extractor: str) -> None:
        self._store = store
        self._draw = draw
        self._held = [held for held in standing(store).values() if held.extractor == extractor]

    def mark(self, serial: int) -> None:
        """Marks what passes in a document that was just read, and draws of it. Expects an open transaction."""
        for held in self._held:
            cursor = self._store.db.execute(
                f"UPDATE {held.kind} SET passed = 'auto' "  # noqa: S608
                "WHERE document = ? AND state = 'machine' AND confidence >= ?",
                [serial, held.threshold],
            )
            if cursor.rowcount:
                rows = self._store.rows(
                    f"SELECT record_id, document, confidence FROM {held.kind} "  # noqa: S608
                    "WHERE document = ? AND state = 'machine' AND passed = 'auto' AND copy_of IS NULL",
                    [serial],
                )
                _enter_audit(self._store, held, (row for row in rows if self._draw.takes(str(row["record_id"]))))


def mark_all(store: Store, held: Standing, draw: Draw) -> int:
    """Marks every unread record of a kind anew by the threshold that holds now; returns how many passed."""
    of_version = "document IN (SELECT serial FROM documents WHERE status = 'done' AND extractor = ?)"
    with store.immediate():
        unmark(store, held.kind)
        cursor = store.db.execute(
            f"UPDATE {held.kind} SET passed = 'auto' WHERE state = 'machine' AND confidence >= ? AND {of_version}",  # noqa: S608
            [held.threshold, held.extractor],
        )
        rows = store.rows(
            f"SELECT record_id, document, confidence FROM {held.kind} "  # noqa: S608
            "WHERE state = 'machine' AND passed = 'auto' AND copy_of IS NULL "
            "AND document NOT IN (SELECT copy FROM document_links)"
        )
        _enter_audit(store, held, (row for row in rows if draw.takes(str(row["record_id"]))))
    return cursor.rowcount


def _enter_audit(store: Store, held: Standing, rows: Iterable[Row]) -> None:
    """An unread record that an earlier threshold passed too is audited for the present one."""
    store.db.conn.executemany(
        "INSERT INTO audit_samples (record_id, kind, document, purpose, threshold, confidence, extractor, drawn_at) "
        "VALUES (?, ?, ?, 'audit', ?, ?, ?, ?) ON CONFLICT (record_id) DO UPDATE SET threshold = excluded.threshold, "
        "confidence = excluded.confidence, extractor = excluded.extractor, drawn_at = excluded.drawn_at "
        "WHERE purpose = 'audit'",
        [
            (row["record_id"], held.kind, row["document"], held.id, row["confidence"], held.extractor, now())
            for row in rows
        ],
    )


def draw_random(store: Store, kind: Kind, count: int, seed: int, extractor: str) -> int:
    """Draws unread records of a kind at plain random, passed or not, to be read for certificates; returns how many."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of record")
    with store.immediate():
        rows = store.rows(
            f"SELECT record_id, document, confidence FROM {kind} WHERE state = 'machine' AND copy_of IS NULL "  # noqa: S608
            "AND document NOT IN (SELECT copy FROM document_links) "
            "AND document IN (SELECT serial FROM documents WHERE status = 'done' AND extractor = ?) "
            "AND record_id NOT IN (SELECT record_id FROM audit_samples WHERE purpose = 'random')",
            [extractor],
        )
        chosen = heapq.nsmallest(count, rows, key=lambda row: _place(seed, "random", str(row["record_id"])))
        store.db.conn.executemany(
            "INSERT OR REPLACE INTO audit_samples "
            "(record_id, kind, document, purpose, confidence, extractor, drawn_at) VALUES (?, ?, ?, 'random', ?, ?, ?)",
            [(row["record_id"], kind, row["document"], row["confidence"], extractor, now()) for row in chosen],
        )
    return len(chosen)


def _place(seed: int, purpose: str, record_id: str) -> float:
    """A number from 0 to 1 that looks random and is always the same for a record."""
    return int(hashlib.sha256(f"{seed} {purpose} {record_id}".encode()).hexdigest()[:13], 16) / 16**13
