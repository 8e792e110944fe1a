"""What a person looks at to judge links: lists of decisions and recipients, and one of them with all its sources."""

import json
from dataclasses import dataclass
from typing import Final, Literal, cast

from pipeline.decisions.opinions import Member
from pipeline.store import Row, Store

WHAT: Final = ("several", "contradictory", "followed", "all")
PAGE: Final = 50
_DECISIONS: Final = {
    "several": "tellings > 1",
    "contradictory": "contradictions <> '{}'",
    "followed": "id IN (SELECT decision FROM decision_sequels)",
    "all": "1",
}
_RECIPIENTS: Final = {
    "several": "mentions > 1",
    "contradictory": "id IN (SELECT recipient FROM recipient_links WHERE kind = 'maybe_same')",
    "followed": "id IN (SELECT recipient FROM recipient_links WHERE kind = 'succeeded_by')",
    "all": "1",
}
_REVIEWS: Final = (
    "SELECT id, verdict, reviewer, decided_at, reason, subject FROM link_reviews r WHERE kind = ? AND verdict <> "
    "'undone' AND NOT EXISTS (SELECT 1 FROM link_reviews u WHERE u.undoes = r.id) "
    "AND EXISTS (SELECT 1 FROM json_each(?) m WHERE instr(r.subject || r.others, m.value)) ORDER BY id DESC LIMIT 50"
)
_SHOWN: Final = 240  # characters of a telling on each side
_MOST: Final = 200  # tellings or mentions that one page shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of a list."""

    rows: list[Row]
    total: int
    offset: int

    @property
    def has_more(self) -> bool:
        """Whether there is a next page."""
        return self.offset + len(self.rows) < self.total


Listed = Literal["decision", "recipient"]


def find_links(store: Store, kind: Listed, what: str, offset: int = 0) -> Found:
    """Returns decisions (those told most often first) or recipients (those named most often first)."""
    which = (_DECISIONS if kind == "decision" else _RECIPIENTS)[what if what in WHAT else WHAT[0]]
    table, most = ("decision_facts", "tellings") if kind == "decision" else ("recipients", "mentions")
    base = "decisions" if kind == "decision" else "recipients"
    rows = store.rows(
        f"SELECT * FROM {table} WHERE id IN (SELECT id FROM {base} WHERE {which} "  # noqa: S608
        f"ORDER BY {most} DESC, id LIMIT ? OFFSET ?) ORDER BY {most} DESC, id",
        [PAGE, offset],
    )
    total = store.count(f"SELECT count(*) FROM {base} WHERE {which}")  # noqa: S608
    return Found(rows=rows, total=total, offset=offset)


def read_decision(store: Store, decision: str) -> dict[str, object] | None:
    """Returns a decision with its tellings in their words, its recipients, what followed it, and what people said."""
    facts = next(iter(store.rows("SELECT * FROM decision_facts WHERE id = ?", [decision])), None)
    if facts is None:
        return None
    tellings = store.rows(
        "SELECT t.*, substr(d.text, max(1, t.start + 1 - :shown), t.start - max(0, t.start - :shown)) AS before, "
        'substr(d.text, t."end" + 1, :shown) AS after FROM decision_tellings t '
        "JOIN documents d ON d.serial = t.document WHERE t.decision = :decision "
        "ORDER BY t.kind <> 'decision', t.record_id LIMIT :most",
        {"decision": decision, "shown": _SHOWN, "most": _MOST},
    )
    return {
        "decision": {**facts, "contradictions": json.loads(str(facts["contradictions"]))},
        "tellings": [{**row, "reasons": json.loads(str(row["reasons"]))} for row in tellings],
        "recipients": store.rows(
            "SELECT recipient, name, kind, province, tellings FROM decision_recipients WHERE decision = ? "
            "ORDER BY name, recipient LIMIT ?",
            [decision, _MOST],
        ),
        "before": _sequels(store, decision, "sequel", "decision"),
        "after": _sequels(store, decision, "decision", "sequel"),
        "reviews": _reviews(store, "decision", [str(row["record_id"]) for row in tellings]),
    }


def _sequels(store: Store, decision: str, own: str, other: str) -> list[Row]:
    rows = store.rows(
        f"SELECT q.{other} AS id, q.kind, q.score, q.reasons, d.form_name, d.status, d.decision_no, "  # noqa: S608
        f"coalesce(d.decision_date, d.date) AS date FROM decision_sequels q JOIN decision_facts d ON d.id = q.{other} "
        f"WHERE q.{own} = ? ORDER BY 1",
        [decision],
    )
    return [{**row, "reasons": "; ".join(json.loads(str(row["reasons"])))} for row in rows]


def _reviews(store: Store, kind: Listed, records: list[str]) -> list[Row]:
    rows = store.rows(_REVIEWS, [kind, json.dumps(records)])
    return [{**row, "subject": json.loads(str(row["subject"]))["record_id"]} for row in rows]


def read_recipient(store: Store, recipient: str) -> dict[str, object] | None:
    """Returns a recipient with all mentions in their words, links to others, and what people said."""
    facts = next(iter(store.rows("SELECT * FROM recipients WHERE id = ?", [recipient])), None)
    if facts is None:
        return None
    mentions = store.rows(
        'SELECT m.award, m.position, m.score, m.reasons, p.name, a.document, a.start, a."end", a.form, a.class, '
        "a.status, f.name AS form_name, coalesce(a.decision_date, a.date) AS date, d.source, d.title, s.decision, "
        "substr(d.text, max(1, coalesce(p.start, a.start) + 1 - :shown), :shown * 2) AS words "
        "FROM recipient_mentions m JOIN award_recipients p ON p.award = m.award AND p.position = m.position "
        "JOIN awards a ON a.record_id = m.award JOIN documents d ON d.serial = a.document "
        "JOIN award_forms f ON f.id = a.form LEFT JOIN decision_sources s ON s.record_id = m.award "
        "WHERE m.recipient = :recipient ORDER BY date, m.award, m.position LIMIT :most",
        {"recipient": recipient, "shown": _SHOWN // 2, "most": _MOST},
    )
    links = store.rows(
        "SELECT l.kind, l.score, l.reasons, r.id, r.name, r.province, l.recipient = :own AS is_later "
        "FROM recipient_links l "
        "JOIN recipients r ON r.id = CASE l.recipient WHEN :own THEN l.other ELSE l.recipient END "
        "WHERE :own IN (l.recipient, l.other) ORDER BY l.kind, r.id",
        {"own": recipient},
    )
    return {
        "recipient": {**facts, "spellings": json.loads(str(facts["spellings"]))},
        "mentions": [{**row, "reasons": json.loads(str(row["reasons"]))} for row in mentions],
        "links": [{**row, "reasons": "; ".join(json.loads(str(row["reasons"])))} for row in links],
        "reviews": _reviews(store, "recipient", [str(row["award"]) for row in mentions]),
    }


def others_of(store: Store, kind: Listed, group: str, member: Member) -> list[Member] | None:
    """Returns the other members of a decision or recipient; None where the member is not of it, or no longer."""
    if kind == "decision":
        rows = store.rows("SELECT record_id, 0 AS position FROM decision_sources WHERE decision = ?", [group])
    else:
        rows = store.rows("SELECT award AS record_id, position FROM recipient_mentions WHERE recipient = ?", [group])
    members = sorted((str(row["record_id"]), cast(int, row["position"])) for row in rows)
    return [each for each in members if each != member] if member in members else None


def group_of(store: Store, kind: Listed, member: Member) -> str | None:
    """Returns the decision or recipient that a member belongs to."""
    if kind == "decision":
        found = store.value("SELECT decision FROM decision_sources WHERE record_id = ?", [member[0]])
    else:
        found = store.value(
            "SELECT recipient FROM recipient_mentions WHERE award = ? AND position = ?", [member[0], member[1]]
        )
    return None if found is None else str(found)
