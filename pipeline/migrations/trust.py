"""Thresholds that were certified, records that passed unread, and what the standing audit draws of them."""

from sqlite_utils import Database

from pipeline.migrations.steps import MIGRATIONS

_KINDS = ("dates", "provinces", "figures", "awards", "document_facts")
_KIND = "kind TEXT NOT NULL CHECK (kind IN ('dates', 'provinces', 'figures', 'awards', 'document_facts'))"


@MIGRATIONS()
def m040_thresholds(db: Database) -> None:
    """Every threshold with what it stands on, and every withdrawal; append-only: the last row of a kind holds."""
    db.execute(f"""
    CREATE TABLE thresholds (
        id INTEGER PRIMARY KEY,
        {_KIND},
        event TEXT NOT NULL CHECK (event IN ('set', 'withdrawn')),
        decided_at TEXT NOT NULL,
        threshold REAL CHECK (threshold BETWEEN 0 AND 1),
        wanted REAL CHECK (wanted > 0 AND wanted < 1),
        confidence REAL CHECK (confidence > 0 AND confidence < 1),
        "right" INTEGER,
        total INTEGER,
        bound REAL,
        sample INTEGER,
        sources TEXT,
        extractor TEXT,
        withdraws INTEGER UNIQUE REFERENCES thresholds(id),
        reason TEXT,
        CHECK (event = 'withdrawn' OR (threshold IS NOT NULL AND wanted IS NOT NULL AND extractor IS NOT NULL)),
        CHECK ((event = 'withdrawn') = (withdraws IS NOT NULL))
    ) STRICT""")
    for event, word in (("UPDATE", "updated"), ("DELETE", "deleted")):
        db.execute(
            f"CREATE TRIGGER thresholds_never_{word} BEFORE {event} ON thresholds BEGIN "
            "SELECT RAISE(ABORT, 'thresholds are append-only: add a new row instead'); END"
        )
    db.execute(
        "CREATE TRIGGER thresholds_never_replaced BEFORE INSERT ON thresholds "
        "WHEN EXISTS (SELECT 1 FROM thresholds WHERE id = new.id) BEGIN "
        "SELECT RAISE(ABORT, 'thresholds are append-only: this number is taken'); END"
    )


@MIGRATIONS()
def m041_passed(db: Database) -> None:
    """Records above a threshold are marked; the queue's index holds only what still waits for a person."""
    for kind in _KINDS:
        db.execute(f"ALTER TABLE {kind} ADD COLUMN passed TEXT CHECK (passed = 'auto')")
        db.execute(f"CREATE INDEX {kind}_passed ON {kind}(record_id) WHERE passed = 'auto'")
        db.execute(f"DROP INDEX {kind}_queue")
        db.execute(
            f"CREATE INDEX {kind}_queue ON {kind}(confidence, record_id, document) "
            "WHERE state = 'machine' AND copy_of IS NULL AND passed IS NULL"
        )


@MIGRATIONS()
def m042_audit_samples(db: Database) -> None:
    """Records drawn at random for a reader: of those that passed (audit), or of all (random)."""
    db.execute(f"""
    CREATE TABLE audit_samples (
        record_id TEXT NOT NULL PRIMARY KEY,
        {_KIND},
        document INTEGER NOT NULL REFERENCES documents(serial),
        purpose TEXT NOT NULL CHECK (purpose IN ('audit', 'random')),
        threshold INTEGER REFERENCES thresholds(id),
        confidence REAL NOT NULL,
        extractor TEXT NOT NULL,
        drawn_at TEXT NOT NULL,
        CHECK ((purpose = 'audit') = (threshold IS NOT NULL))
    ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX audit_samples_kind ON audit_samples(kind, purpose)")
    db.execute("CREATE INDEX audit_samples_document ON audit_samples(document)")
