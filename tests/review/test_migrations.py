"""Decisions of a database from before the review pages stay, with all that keeps them from being changed."""

import sqlite3

import pytest
from sqlite_utils import Database

from pipeline.migrations import MIGRATIONS


def test_reviews_of_the_last_schema_are_kept() -> None:
    db = Database(memory=True)
    MIGRATIONS.apply(db, stop_before="m020_accounts")
    db.execute(
        "INSERT INTO documents (serial, id, source, status, bytes, original) VALUES (1, ?, 'a', 'done', 1, 'a')",
        ["0" * 64],
    )
    for number, verdict in ((3, "accepted"), (9, "rejected")):
        db.execute(
            "INSERT INTO reviews (id, record_id, kind, document, reviewer, decided_at, verdict, reason) "
            "VALUES (?, 'r', 'dates', 1, 'lan', '2026-01-01', ?, 'seen')",
            [number, verdict],
        )
    MIGRATIONS.apply(db)
    rows = list(db.query("SELECT id, verdict, reason, purpose, undoes FROM reviews ORDER BY id"))
    assert rows == [
        {"id": 3, "verdict": "accepted", "reason": "seen", "purpose": "first", "undoes": None},
        {"id": 9, "verdict": "rejected", "reason": "seen", "purpose": "first", "undoes": None},
    ]
    insert = (
        "INSERT INTO reviews (record_id, kind, document, reviewer, decided_at, verdict, undoes) "
        "VALUES ('f', 'document_facts', 1, 'lan', '2026-01-02', 'undone', ?)"
    )
    assert db.execute(insert, [9]).lastrowid == 10
    for statement in ("UPDATE reviews SET verdict = 'accepted'", "DELETE FROM reviews"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            db.execute(statement)
    db.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(insert, [77])
