"""Award decisions across documents, the identities of recipients, and what people said about both kinds of links."""

from sqlite_utils import Database

from pipeline.migrations.steps import MIGRATIONS


@MIGRATIONS()
def m060_award_traits(db: Database) -> None:
    """What awards are compared by, kept so that a run compares only what is new; a working index, no facts."""
    db.executescript("""
    CREATE TABLE award_traits (
        record_id TEXT NOT NULL PRIMARY KEY,
        stamp TEXT NOT NULL,
        moment TEXT NOT NULL,
        traits TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE award_keys (
        key TEXT NOT NULL,
        moment TEXT NOT NULL,
        record_id TEXT NOT NULL,
        PRIMARY KEY (key, moment, record_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX award_keys_record ON award_keys(record_id);
    CREATE TABLE award_pairs (
        one TEXT NOT NULL,
        other TEXT NOT NULL,
        score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
        reasons TEXT NOT NULL,
        PRIMARY KEY (one, other),
        CHECK (one < other)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX award_pairs_other ON award_pairs(other);
    """)


@MIGRATIONS()
def m061_decisions(db: Database) -> None:
    """Decisions with their sources, and how proposals, decisions and revocations follow each other."""
    db.executescript("""
    CREATE TABLE decisions (
        id TEXT NOT NULL PRIMARY KEY,
        status TEXT NOT NULL CHECK (status IN ('proposed', 'granted', 'revoked')),
        form TEXT NOT NULL REFERENCES award_forms(id),
        class TEXT,
        grantor TEXT,
        authority TEXT NOT NULL,
        count INTEGER,
        posthumous INTEGER NOT NULL CHECK (posthumous IN (0, 1)),
        decision_no TEXT,
        decision_date TEXT,
        date TEXT,
        period TEXT,
        reason TEXT,
        tellings INTEGER NOT NULL CHECK (tellings > 0),
        confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
        contradictions TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX decisions_form ON decisions(form, class, status);
    CREATE INDEX decisions_no ON decisions(decision_no);
    CREATE INDEX decisions_date ON decisions(coalesce(decision_date, date));
    CREATE TABLE decision_sources (
        record_id TEXT NOT NULL PRIMARY KEY,
        decision TEXT NOT NULL REFERENCES decisions(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
        score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
        reasons TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('machine', 'accepted'))
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX decision_sources_decision ON decision_sources(decision);
    CREATE TABLE decision_sequels (
        decision TEXT NOT NULL REFERENCES decisions(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
        sequel TEXT NOT NULL REFERENCES decisions(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
        kind TEXT NOT NULL CHECK (kind IN ('granted', 'revoked')),
        score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
        reasons TEXT NOT NULL,
        PRIMARY KEY (decision, sequel)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX decision_sequels_sequel ON decision_sequels(sequel);
    """)


@MIGRATIONS()
def m062_recipients(db: Database) -> None:
    """Who received, once for each person and body, with all mentions; bodies that became others; likely namesakes."""
    db.executescript("""
    CREATE TABLE recipients (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        key TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('person', 'collective')),
        province TEXT REFERENCES units(id),
        born TEXT,
        rank TEXT,
        mentions INTEGER NOT NULL CHECK (mentions > 0),
        spellings TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX recipients_key ON recipients(key);
    CREATE TABLE recipient_mentions (
        award TEXT NOT NULL,
        position INTEGER NOT NULL,
        recipient TEXT NOT NULL REFERENCES recipients(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
        key TEXT NOT NULL,
        score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
        reasons TEXT NOT NULL,
        PRIMARY KEY (award, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX recipient_mentions_recipient ON recipient_mentions(recipient);
    CREATE INDEX recipient_mentions_key ON recipient_mentions(key);
    CREATE TABLE recipient_links (
        recipient TEXT NOT NULL REFERENCES recipients(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
        other TEXT NOT NULL REFERENCES recipients(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
        kind TEXT NOT NULL CHECK (kind IN ('succeeded_by', 'maybe_same')),
        score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
        reasons TEXT NOT NULL,
        PRIMARY KEY (recipient, other, kind)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX recipient_links_other ON recipient_links(other);
    """)


@MIGRATIONS()
def m063_link_reviews(db: Database) -> None:
    """What people said of links, append-only; places are kept so that a newly read record is found again."""
    db.executescript("""
    CREATE TABLE link_reviews (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('decision', 'recipient')),
        subject TEXT NOT NULL,
        others TEXT NOT NULL,
        verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'rejected', 'undone')),
        reviewer TEXT NOT NULL,
        decided_at TEXT NOT NULL,
        reason TEXT,
        undoes INTEGER UNIQUE REFERENCES link_reviews(id),
        CHECK ((verdict = 'undone') = (undoes IS NOT NULL))
    ) STRICT;
    CREATE TRIGGER link_reviews_never_updated BEFORE UPDATE ON link_reviews BEGIN
        SELECT RAISE(ABORT, 'link_reviews are append-only: add a new row instead');
    END;
    CREATE TRIGGER link_reviews_never_deleted BEFORE DELETE ON link_reviews BEGIN
        SELECT RAISE(ABORT, 'link_reviews are append-only: nothing is deleted');
    END;
    CREATE TRIGGER link_reviews_never_replaced BEFORE INSERT ON link_reviews
        WHEN EXISTS (SELECT 1 FROM link_reviews WHERE id = new.id) BEGIN
        SELECT RAISE(ABORT, 'link_reviews are append-only: this number is taken');
    END;
    """)


@MIGRATIONS()
def m064_decision_views(db: Database) -> None:
    """Views for research: each decision once with its best source, its tellings, and who received what."""
    db.executescript("""
    CREATE VIEW decision_facts AS
        SELECT d.id, d.status, d.form, f.name AS form_name, d.class, d.grantor, d.authority, d.count, d.posthumous,
            d.decision_no, d.decision_date, d.date, d.period, d.reason,
            substr(coalesce(d.decision_date, d.date), 1, 4) AS year, d.tellings,
            (SELECT count(DISTINCT a.document) FROM decision_sources s JOIN awards a ON a.record_id = s.record_id
                WHERE s.decision = d.id
                AND NOT EXISTS (SELECT 1 FROM document_links l WHERE l.copy = a.document)) AS documents,
            d.confidence, d.contradictions,
            EXISTS (SELECT 1 FROM decision_sequels q WHERE q.decision = d.id AND q.kind = 'granted') AS is_decided,
            EXISTS (SELECT 1 FROM decision_sequels q WHERE q.decision = d.id AND q.kind = 'revoked') AS is_revoked
        FROM decisions d JOIN award_forms f ON f.id = d.form;
    CREATE VIEW decision_tellings AS
        SELECT s.decision, s.record_id, a.document, d.source, d.kind, d.title, d.publisher, d.published, a.start,
            a."end", a.quote, a.page, a.grantor, a.class, a.count, a.decision_no, a.decision_date, a.date, a.confidence,
            a.state, s.score, s.reasons, s.state AS link_state,
            EXISTS (SELECT 1 FROM document_links l WHERE l.copy = a.document) AS is_copy
        FROM decision_sources s JOIN awards a ON a.record_id = s.record_id JOIN documents d ON d.serial = a.document;
    CREATE VIEW decision_recipients AS
        SELECT s.decision, m.recipient, r.name, r.kind, r.province, count(*) AS tellings
        FROM decision_sources s JOIN recipient_mentions m ON m.award = s.record_id
            JOIN recipients r ON r.id = m.recipient
        GROUP BY s.decision, m.recipient;
    CREATE VIEW recipient_honours AS
        SELECT r.recipient, r.name, r.kind, r.province, d.id AS decision, d.status, d.form, d.class, d.grantor,
            d.decision_no, d.decision_date, d.date, d.posthumous, d.tellings
        FROM decision_recipients r JOIN decisions d ON d.id = r.decision;
    """)
