"""Proves that decisions and recipients follow from the awards: each telling in one decision, each value derived."""

from collections.abc import Iterator
from typing import cast

from pipeline.decisions.merging import decision_id, decision_row
from pipeline.decisions.opinions import opinions, records_in
from pipeline.decisions.shelf import Shelf
from pipeline.store import Row, Store


def faulty_links(store: Store) -> Iterator[tuple[str, str]]:
    """Yields where and what is wrong with the links of awards; awards that no run has linked yet are no fault."""
    if not store.count("SELECT count(*) FROM decision_sources"):
        return
    yield from _orphans(store)
    members: dict[str, list[str]] = {}
    for row in store.rows("SELECT decision, record_id FROM decision_sources ORDER BY decision, record_id"):
        members.setdefault(str(row["decision"]), []).append(str(row["record_id"]))
    shelf = Shelf(store)
    awards = {str(row["record_id"]): row for row in store.rows("SELECT * FROM awards WHERE state <> 'rejected'")}
    stale = shelf.outdated()
    for row in store.rows("SELECT * FROM decisions ORDER BY id"):
        own = members.get(str(row["id"]), [])
        if problem := _decision(row, own, awards, shelf, stale):
            yield f"decisions {row['id']!s}", problem
    decision_of = {record: decision for decision, records in members.items() for record in records}
    for one, other in sorted(records_in(opinions(store, "decision").rejected)):
        if one in decision_of and decision_of[one] == decision_of.get(other):
            yield f"decisions {decision_of[one]}", f"holds {one} and {other}, which a person told apart"


def _orphans(store: Store) -> Iterator[tuple[str, str]]:
    for row in store.rows(
        "SELECT r.id FROM recipients r WHERE r.mentions <> "
        "(SELECT count(*) FROM recipient_mentions m WHERE m.recipient = r.id) ORDER BY r.id"
    ):
        yield f"recipients {row['id']!s}", "has another number of mentions than it says"


def _decision(row: Row, own: list[str], awards: dict[str, Row], shelf: Shelf, stale: set[str]) -> str | None:
    if not own:
        return "has no telling"
    if any(record not in awards or record in stale for record in own):
        return None  # an award changed or went after the last linking: the next one settles it
    if row["id"] != decision_id(own):
        return "its id does not follow from its tellings"
    derived = decision_row([(awards[r], shelf.get(r)) for r in own], float(cast(float, row["confidence"])))
    wrong = [name for name, value in derived.items() if value != row[name]]
    return f"its {', '.join(wrong)} do not follow from its tellings" if wrong else None
