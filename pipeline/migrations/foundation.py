"""Gazetteers, runs, documents, the records of all kinds, search, reviews, links."""

from sqlite_utils import Database

from pipeline.migrations.steps import MIGRATIONS

# What every kind of record shares. `state` tells whether a person has decided; the plain columns hold the
# current value. `machine` keeps the machine's own row as JSON once a person has changed it, and
# `machine_now` what a newer extractor reads in its place where that differs: a conflict for the queue.
_RECORD_HEAD = """
    record_id TEXT NOT NULL PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents(serial),
    start INTEGER NOT NULL CHECK (start >= 0),
    "end" INTEGER NOT NULL CHECK ("end" > start),
    quote TEXT NOT NULL,
    page INTEGER"""
_RECORD_TAIL = """
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    rule TEXT NOT NULL,
    evidence TEXT NOT NULL,
    copy_of TEXT REFERENCES {table}(record_id) DEFERRABLE INITIALLY DEFERRED,
    state TEXT NOT NULL DEFAULT 'machine' CHECK (state IN ('machine', 'accepted', 'corrected', 'rejected', 'added')),
    machine TEXT,
    machine_now TEXT,
    FOREIGN KEY (document, page) REFERENCES pages(document, number) DEFERRABLE INITIALLY DEFERRED"""


def _record_table(db: Database, table: str, columns: str) -> None:
    db.execute(f"CREATE TABLE {table} ({_RECORD_HEAD},{columns},{_RECORD_TAIL.format(table=table)}\n) STRICT")
    db.execute(f'CREATE INDEX {table}_document ON {table}(document, start, "end")')
    db.execute(f"CREATE INDEX {table}_copy_of ON {table}(copy_of) WHERE copy_of IS NOT NULL")
    db.execute(f"CREATE INDEX {table}_rule ON {table}(rule)")


@MIGRATIONS()
def m001_gazetteers(db: Database) -> None:
    """Facts about the file itself, first-level units of all times, award forms."""
    db.executescript("""
    CREATE TABLE facts (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE units (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        country TEXT,
        valid_from TEXT,
        valid_to TEXT,
        region TEXT,
        region_2025 TEXT,
        capital TEXT,
        gso_code TEXT,
        iso_3166_2 TEXT,
        latitude REAL,
        longitude REAL,
        today TEXT REFERENCES units(id) DEFERRABLE INITIALLY DEFERRED,
        today_all TEXT NOT NULL,
        note TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE unit_states (
        unit TEXT NOT NULL REFERENCES units(id) DEFERRABLE INITIALLY DEFERRED,
        valid_from TEXT NOT NULL,
        valid_to TEXT,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        gso_code TEXT,
        capital TEXT,
        latitude REAL,
        longitude REAL,
        note TEXT,
        PRIMARY KEY (unit, valid_from)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE award_forms (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        family TEXT NOT NULL,
        classes TEXT,
        recipient_kind TEXT,
        who_confers TEXT,
        level TEXT,
        law TEXT,
        valid_from TEXT,
        valid_to TEXT,
        abbreviation TEXT,
        note TEXT
    ) STRICT, WITHOUT ROWID;
    """)


@MIGRATIONS()
def m002_runs_and_documents(db: Database) -> None:
    """Runs, documents with their sources, pages and blocks, failures."""
    db.executescript("""
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        command TEXT NOT NULL,
        sources TEXT NOT NULL,
        extractor TEXT NOT NULL,
        started_at TEXT NOT NULL,
        ended_at TEXT,
        state TEXT NOT NULL CHECK (state IN ('working', 'finished', 'interrupted')),
        done INTEGER NOT NULL DEFAULT 0,
        unchanged INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE documents (
        serial INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE CHECK (length(id) = 64),
        source TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('begun', 'done', 'failed')),
        format TEXT,
        kind TEXT,
        title TEXT,
        author TEXT,
        publisher TEXT,
        published TEXT,
        number TEXT,
        issued TEXT,
        issuing_body TEXT,
        subject TEXT,
        signer TEXT,
        bytes INTEGER NOT NULL,
        chars INTEGER,
        pages INTEGER,
        ocr_confidence REAL,
        reference_date TEXT,
        reference_source TEXT,
        original TEXT NOT NULL,
        notes TEXT,
        metadata_evidence TEXT,
        extractor TEXT,
        run INTEGER REFERENCES runs(id),
        text TEXT,
        folded TEXT
    ) STRICT;
    CREATE INDEX documents_status ON documents(status);
    CREATE INDEX documents_kind ON documents(kind, issued);
    CREATE TABLE document_sources (
        document INTEGER NOT NULL REFERENCES documents(serial),
        source TEXT NOT NULL,
        PRIMARY KEY (document, source)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX document_sources_source ON document_sources(source);
    CREATE TABLE pages (
        document INTEGER NOT NULL REFERENCES documents(serial),
        number INTEGER NOT NULL,
        width REAL NOT NULL,
        height REAL NOT NULL,
        unit TEXT NOT NULL,
        is_ocr INTEGER NOT NULL CHECK (is_ocr IN (0, 1)),
        confidence REAL,
        words BLOB,
        PRIMARY KEY (document, number)
    ) STRICT;
    CREATE TABLE blocks (
        document INTEGER NOT NULL REFERENCES documents(serial),
        position INTEGER NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL CHECK ("end" > start),
        kind TEXT NOT NULL,
        page INTEGER,
        x0 REAL,
        y0 REAL,
        x1 REAL,
        y1 REAL,
        PRIMARY KEY (document, position),
        FOREIGN KEY (document, page) REFERENCES pages(document, number) DEFERRABLE INITIALLY DEFERRED
    ) STRICT, WITHOUT ROWID;
    -- id: that of the document, or the path of a file that gave no bytes to make a document of
    CREATE TABLE failures (
        id TEXT NOT NULL PRIMARY KEY,
        source TEXT NOT NULL,
        document INTEGER UNIQUE REFERENCES documents(serial),
        error TEXT NOT NULL,
        message TEXT NOT NULL,
        advice TEXT NOT NULL,
        run INTEGER REFERENCES runs(id)
    ) STRICT, WITHOUT ROWID;
    """)


@MIGRATIONS()
def m003_records(db: Database) -> None:
    """The four kinds of records, the recipients of awards, and one view of them all."""
    _record_table(
        db,
        "dates",
        """
    edtf TEXT NOT NULL,
    grain TEXT NOT NULL,
    earliest TEXT,
    latest TEXT,
    mod TEXT,
    calendar TEXT,
    role TEXT,
    reference TEXT""",
    )
    db.execute("CREATE INDEX dates_earliest ON dates(earliest)")
    _record_table(
        db,
        "provinces",
        """
    id TEXT NOT NULL REFERENCES units(id),
    today TEXT REFERENCES units(id),
    today_all TEXT NOT NULL,
    qualifies TEXT""",
    )
    db.execute("CREATE INDEX provinces_id ON provinces(id)")
    db.execute("CREATE INDEX provinces_today ON provinces(today)")
    _record_table(
        db,
        "figures",
        """
    value ANY NOT NULL,
    upper ANY,
    of ANY,
    unit TEXT NOT NULL,
    mod TEXT,
    noun TEXT""",
    )
    db.execute("CREATE INDEX figures_unit ON figures(unit, value)")
    _record_table(
        db,
        "awards",
        """
    form TEXT NOT NULL REFERENCES award_forms(id),
    class TEXT,
    level TEXT,
    status TEXT NOT NULL CHECK (status IN ('proposed', 'granted', 'revoked')),
    grantor TEXT,
    grantor_start INTEGER,
    grantor_end INTEGER,
    grantor_confidence REAL,
    count INTEGER,
    posthumous INTEGER NOT NULL CHECK (posthumous IN (0, 1)),
    decision_no TEXT,
    decision_date TEXT,
    date TEXT,
    period TEXT,
    reason TEXT,
    slots TEXT NOT NULL""",
    )
    db.execute("CREATE INDEX awards_form ON awards(form, class, status)")
    db.execute("CREATE INDEX awards_date ON awards(date)")
    db.executescript("""
    CREATE TABLE award_recipients (
        award TEXT NOT NULL REFERENCES awards(record_id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        start INTEGER,
        "end" INTEGER,
        kind TEXT,
        province TEXT REFERENCES units(id),
        confidence REAL NOT NULL,
        PRIMARY KEY (award, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX award_recipients_name ON award_recipients(name);
    CREATE INDEX award_recipients_province ON award_recipients(province);
    CREATE VIEW records AS
        SELECT 'dates' AS kind, record_id, document, start, "end", quote, edtf AS value,
            page, confidence, rule, evidence, copy_of, state FROM dates
        UNION ALL
        SELECT 'provinces', record_id, document, start, "end", quote, id,
            page, confidence, rule, evidence, copy_of, state FROM provinces
        UNION ALL
        SELECT 'figures', record_id, document, start, "end", quote,
            coalesce(mod || ' ', '') || value || coalesce('..' || upper, '') || coalesce('/' || of, '') || ' ' || unit,
            page, confidence, rule, evidence, copy_of, state FROM figures
        UNION ALL
        SELECT 'awards', record_id, document, start, "end", quote,
            form || coalesce(' ' || class, '') || ' ' || status,
            page, confidence, rule, evidence, copy_of, state FROM awards;
    """)


@MIGRATIONS()
def m004_search(db: Database) -> None:
    """Full-text search over the folded shadow of the text, kept in step by triggers."""
    db.executescript("""
    CREATE VIRTUAL TABLE document_search USING fts5(folded, content='documents', content_rowid='serial');
    CREATE TRIGGER documents_search_insert AFTER INSERT ON documents BEGIN
        INSERT INTO document_search(rowid, folded) VALUES (new.serial, new.folded);
    END;
    CREATE TRIGGER documents_search_update AFTER UPDATE OF folded ON documents BEGIN
        INSERT INTO document_search(document_search, rowid, folded) VALUES ('delete', old.serial, old.folded);
        INSERT INTO document_search(rowid, folded) VALUES (new.serial, new.folded);
    END;
    CREATE TRIGGER documents_search_delete AFTER DELETE ON documents BEGIN
        INSERT INTO document_search(document_search, rowid, folded) VALUES ('delete', old.serial, old.folded);
    END;
    """)


@MIGRATIONS()
def m005_reviews(db: Database) -> None:
    """Decisions of people, append-only: triggers refuse every change of what stands."""
    db.executescript("""
    CREATE TABLE reviews (
        id INTEGER PRIMARY KEY,
        record_id TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('dates', 'provinces', 'figures', 'awards')),
        document INTEGER NOT NULL REFERENCES documents(serial),
        reviewer TEXT NOT NULL,
        decided_at TEXT NOT NULL,
        verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'corrected', 'rejected', 'added', 'undone')),
        before TEXT,
        after TEXT,
        reason TEXT,
        seconds REAL
    ) STRICT;
    CREATE INDEX reviews_record ON reviews(record_id, id);
    CREATE INDEX reviews_document ON reviews(document);
    CREATE TRIGGER reviews_never_updated BEFORE UPDATE ON reviews BEGIN
        SELECT RAISE(ABORT, 'reviews are append-only: add a new review instead');
    END;
    CREATE TRIGGER reviews_never_deleted BEFORE DELETE ON reviews BEGIN
        SELECT RAISE(ABORT, 'reviews are append-only: nothing is deleted');
    END;
    CREATE TRIGGER reviews_never_replaced BEFORE INSERT ON reviews
        WHEN EXISTS (SELECT 1 FROM reviews WHERE id = new.id) BEGIN
        SELECT RAISE(ABORT, 'reviews are append-only: this number is taken');
    END;
    """)


_FACTS = {
    "date": "edtf, grain, earliest, latest, mod, calendar, role",
    "province": "id, today, today_all, qualifies",
    "figure": "value, upper, of, unit, mod, noun",
    "award": "form, class, level, status, grantor, count, posthumous, decision_no, decision_date, date, period, reason",
}


@MIGRATIONS()
def m006_links(db: Database) -> None:
    """Which documents are the same thing twice, and views that count what they say once."""
    db.executescript("""
    CREATE TABLE document_signatures (
        document INTEGER NOT NULL PRIMARY KEY REFERENCES documents(serial),
        signature BLOB NOT NULL,
        compared INTEGER NOT NULL CHECK (compared IN (0, 1))
    ) STRICT;
    CREATE INDEX document_signatures_waiting ON document_signatures(document) WHERE compared = 0;
    CREATE TABLE document_bands (
        band INTEGER NOT NULL,
        document INTEGER NOT NULL REFERENCES documents(serial),
        PRIMARY KEY (band, document)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE document_links (
        document INTEGER NOT NULL REFERENCES documents(serial),
        other INTEGER NOT NULL REFERENCES documents(serial),
        kind TEXT NOT NULL CHECK (kind IN ('near-duplicate', 'part')),
        similarity REAL NOT NULL CHECK (similarity BETWEEN 0 AND 1),
        copy INTEGER NOT NULL CHECK (copy IN (document, other)),
        PRIMARY KEY (document, other),
        CHECK (document > other)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX document_links_other ON document_links(other);
    CREATE INDEX document_links_copy ON document_links(copy);
    CREATE VIEW distinct_documents AS
        SELECT serial, id, source, format, kind, title, author, publisher, published, number, issued, issuing_body,
            subject, signer, chars, pages
        FROM documents
        WHERE status = 'done' AND NOT EXISTS (SELECT 1 FROM document_links WHERE copy = documents.serial);
    """)
    for name, columns in _FACTS.items():
        db.execute(f"""
    CREATE VIEW {name}_facts AS
        SELECT record_id, document, start, "end", quote, {columns}, page, confidence, state
        FROM {name}s
        WHERE copy_of IS NULL AND state <> 'rejected'
            AND NOT EXISTS (SELECT 1 FROM document_links WHERE copy = {name}s.document)
        """)  # noqa: S608


@MIGRATIONS()
def m007_document_facts(db: Database) -> None:
    """Kind and header of documents as records of their own, which a person can review like any other."""
    _record_table(
        db,
        "document_facts",
        """
    field TEXT NOT NULL,
    value ANY NOT NULL""",
    )
    db.execute("CREATE INDEX document_facts_field ON document_facts(field, value)")
