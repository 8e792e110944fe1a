"""Accounts, leases, readings, corrected texts, and the log of decisions for all kinds of records."""

from sqlite_utils import Database

from pipeline.migrations.steps import MIGRATIONS

_KINDS = ("dates", "provinces", "figures", "awards", "document_facts")
_KIND = "kind TEXT NOT NULL CHECK (kind IN ('dates', 'provinces', 'figures', 'awards', 'document_facts'))"


def _append_only(db: Database, table: str) -> None:
    """Triggers that refuse every change of what stands."""
    db.execute(
        f"CREATE TRIGGER {table}_never_updated BEFORE UPDATE ON {table} BEGIN "
        f"SELECT RAISE(ABORT, '{table} are append-only: add a new row instead'); END"
    )
    db.execute(
        f"CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON {table} BEGIN "
        f"SELECT RAISE(ABORT, '{table} are append-only: nothing is deleted'); END"
    )
    same = f"SELECT 1 FROM {table} WHERE id = new.id"  # noqa: S608
    db.execute(
        f"CREATE TRIGGER {table}_never_replaced BEFORE INSERT ON {table} WHEN EXISTS ({same}) BEGIN "
        f"SELECT RAISE(ABORT, '{table} are append-only: this number is taken'); END"
    )


@MIGRATIONS()
def m020_accounts(db: Database) -> None:
    """Users with their sessions, tokens of scripts, and attempts to log in."""
    db.execute("""
    CREATE TABLE users (
        name TEXT NOT NULL PRIMARY KEY,
        role TEXT NOT NULL CHECK (role IN ('reader', 'reviewer', 'adjudicator', 'admin')),
        password_hash TEXT NOT NULL,
        is_disabled INTEGER NOT NULL DEFAULT 0 CHECK (is_disabled IN (0, 1)),
        created_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""")
    db.execute("""
    CREATE TABLE sessions (
        token_hash TEXT NOT NULL PRIMARY KEY,
        user TEXT NOT NULL REFERENCES users(name),
        csrf TEXT NOT NULL,
        created_at TEXT NOT NULL,
        expires_at TEXT NOT NULL,
        ends_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX sessions_user ON sessions(user)")
    db.execute("CREATE INDEX sessions_expires ON sessions(expires_at)")
    db.execute("""
    CREATE TABLE api_tokens (
        token_hash TEXT NOT NULL PRIMARY KEY,
        user TEXT NOT NULL REFERENCES users(name),
        label TEXT NOT NULL,
        created_at TEXT NOT NULL,
        UNIQUE (user, label)
    ) STRICT, WITHOUT ROWID""")
    db.execute("""
    CREATE TABLE login_attempts (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        address TEXT NOT NULL,
        tried_at TEXT NOT NULL
    ) STRICT""")
    db.execute("CREATE INDEX login_attempts_name ON login_attempts(name, tried_at)")
    db.execute("CREATE INDEX login_attempts_address ON login_attempts(address, tried_at)")
    db.execute("CREATE INDEX login_attempts_tried ON login_attempts(tried_at)")


@MIGRATIONS()
def m021_text_corrections(db: Database) -> None:
    """What people corrected in texts, append-only, and the records whose place a change of text has taken away."""
    db.execute("""
    CREATE TABLE text_corrections (
        id INTEGER PRIMARY KEY,
        document INTEGER NOT NULL REFERENCES documents(serial),
        cause TEXT NOT NULL CHECK (cause IN ('person', 'reread')),
        reviewer TEXT,
        corrected_at TEXT NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        before TEXT,
        after TEXT,
        reason TEXT,
        lost TEXT NOT NULL,
        CHECK (cause = 'reread' OR (reviewer IS NOT NULL AND before IS NOT NULL AND after IS NOT NULL))
    ) STRICT""")
    db.execute("CREATE INDEX text_corrections_document ON text_corrections(document, id)")
    _append_only(db, "text_corrections")
    db.execute(f"""
    CREATE TABLE lost_places (
        record_id TEXT NOT NULL PRIMARY KEY,
        {_KIND},
        document INTEGER NOT NULL REFERENCES documents(serial),
        prefix TEXT NOT NULL,
        suffix TEXT NOT NULL,
        lost_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX lost_places_document ON lost_places(document)")


@MIGRATIONS()
def m022_reviews_of_all_kinds(db: Database) -> None:
    """The log of decisions admits header facts, says what a row undoes and which text its places count in."""
    db.execute(f"""
    CREATE TABLE reviews_of_all_kinds (
        id INTEGER PRIMARY KEY,
        record_id TEXT NOT NULL,
        {_KIND},
        document INTEGER NOT NULL REFERENCES documents(serial),
        reviewer TEXT NOT NULL,
        decided_at TEXT NOT NULL,
        verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'corrected', 'rejected', 'added', 'undone')),
        before TEXT,
        after TEXT,
        reason TEXT,
        seconds REAL,
        purpose TEXT NOT NULL DEFAULT 'first' CHECK (purpose IN ('first', 'conflict', 'adjudication')),
        undoes INTEGER UNIQUE REFERENCES reviews_of_all_kinds(id),
        text_correction INTEGER REFERENCES text_corrections(id)
    ) STRICT""")
    columns = "id, record_id, kind, document, reviewer, decided_at, verdict, before, after, reason, seconds"
    db.execute(f"INSERT INTO reviews_of_all_kinds ({columns}) SELECT {columns} FROM reviews")  # noqa: S608
    db.execute("DROP TABLE reviews")
    db.execute("ALTER TABLE reviews_of_all_kinds RENAME TO reviews")
    db.execute("CREATE INDEX reviews_record ON reviews(record_id, id)")
    db.execute("CREATE INDEX reviews_document ON reviews(document, id)")
    db.execute("CREATE INDEX reviews_reviewer ON reviews(reviewer, decided_at)")
    _append_only(db, "reviews")


@MIGRATIONS()
def m023_readings(db: Database) -> None:
    """Who read a record and found what, blind second readings too; append-only. Which records wait for a second."""
    db.execute(f"""
    CREATE TABLE readings (
        id INTEGER PRIMARY KEY,
        record_id TEXT NOT NULL,
        {_KIND},
        document INTEGER NOT NULL REFERENCES documents(serial),
        reviewer TEXT NOT NULL REFERENCES users(name),
        read_at TEXT NOT NULL,
        purpose TEXT NOT NULL CHECK (purpose IN ('first', 'second', 'conflict', 'adjudication')),
        verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'corrected', 'rejected', 'added', 'undone')),
        value TEXT,
        rule TEXT,
        reason TEXT,
        seconds REAL,
        review INTEGER UNIQUE REFERENCES reviews(id),
        undoes INTEGER UNIQUE REFERENCES readings(id)
    ) STRICT""")
    db.execute("CREATE INDEX readings_record ON readings(record_id, id)")
    db.execute("CREATE INDEX readings_document ON readings(document)")
    db.execute("CREATE INDEX readings_reviewer ON readings(reviewer, id)")
    db.execute("CREATE INDEX readings_kind ON readings(kind, id)")
    _append_only(db, "readings")
    db.execute(f"""
    CREATE TABLE second_readings (
        record_id TEXT NOT NULL PRIMARY KEY,
        {_KIND},
        document INTEGER NOT NULL REFERENCES documents(serial),
        first INTEGER NOT NULL REFERENCES readings(id),
        second INTEGER REFERENCES readings(id),
        state TEXT NOT NULL CHECK (state IN ('due', 'agreed', 'disputed', 'settled'))
    ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX second_readings_state ON second_readings(state, record_id)")
    db.execute("CREATE INDEX second_readings_document ON second_readings(document)")


@MIGRATIONS()
def m024_queue(db: Database) -> None:
    """Leases, skipped records, and the indexes that find the next record among a million."""
    db.execute(f"""
    CREATE TABLE leases (
        record_id TEXT NOT NULL PRIMARY KEY,
        {_KIND},
        user TEXT NOT NULL REFERENCES users(name),
        purpose TEXT NOT NULL CHECK (purpose IN ('first', 'second', 'conflict', 'adjudication')),
        until TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX leases_user ON leases(user, until)")
    db.execute("CREATE INDEX leases_until ON leases(until)")
    db.execute("""
    CREATE TABLE skips (
        user TEXT NOT NULL REFERENCES users(name),
        record_id TEXT NOT NULL,
        until TEXT NOT NULL,
        PRIMARY KEY (user, record_id)
    ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX skips_until ON skips(until)")
    for kind in _KINDS:
        db.execute(
            f"CREATE INDEX {kind}_queue ON {kind}(confidence, record_id, document) "
            "WHERE state = 'machine' AND copy_of IS NULL"
        )
        db.execute(f"CREATE INDEX {kind}_conflicts ON {kind}(record_id) WHERE machine_now IS NOT NULL")
        db.execute(f"CREATE INDEX {kind}_decided ON {kind}(state, record_id) WHERE state <> 'machine'")
    db.execute("CREATE INDEX documents_year ON documents(substr(coalesce(issued, published, reference_date), 1, 4))")


@MIGRATIONS()
def m025_facts_by_field(db: Database) -> None:
    """The index that finds the next header fact of one field: some fields are worth more than others."""
    db.execute(
        "CREATE INDEX document_facts_field_queue ON document_facts(field, confidence, record_id, document) "
        "WHERE state = 'machine' AND copy_of IS NULL"
    )
