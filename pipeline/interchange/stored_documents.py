"""Documents of the database in the form of the JSON contract, with what people decided and the boxes of records."""

import json
from collections.abc import Iterable, Iterator
from typing import cast

from extractors.domain.records import Family, Json
from pipeline.nlp import record_json
from pipeline.store import Row, Store, find_one, record_of
from pipeline.stored import stored_text

_HEAD = (
    *("id", "format", "kind", "title", "author", "publisher", "published", "number", "issued", "issuing_body"),
    *("subject", "signer"),
)


def serials_of(store: Store, wanted: Iterable[str]) -> list[int]:
    """Returns the numbers of the documents that were named, or of all with a text, in the order of their ids."""
    if named := [cast(int, find_one(store, name)["serial"]) for name in wanted]:
        marks = ", ".join("?" * len(set(named)))
        where, values = f"AND serial IN ({marks})", sorted(set(named))
    else:
        where, values = "", []
    rows = store.rows(
        f"SELECT serial FROM documents WHERE status = 'done' AND text IS NOT NULL {where} ORDER BY id",  # noqa: S608
        values,
    )
    return [cast(int, row["serial"]) for row in rows]


def stored_documents(store: Store, serials: Iterable[int], *, with_rejected: bool) -> Iterator[Json]:
    """Yields the documents one by one. A record also has `state`, `boxes` and, once corrected, `machine`."""
    for serial in serials:
        yield stored_document(store, serial, with_rejected=with_rejected)


def stored_document(store: Store, serial: int, *, with_rejected: bool) -> Json:
    """Returns one document; records in order of the text."""
    row = store.rows("SELECT * FROM documents WHERE serial = ?", [serial])[0]
    content = stored_text(store, serial) if row["pages"] else None
    units = {page.number: page.unit for page in content.pages} if content else {}
    found: Json = {}
    for family in Family:
        records = []
        for each in store.rows(
            f'SELECT * FROM {family.value} WHERE document = ? ORDER BY start, "end", record_id',  # noqa: S608
            [serial],
        ):
            if each["state"] == "rejected" and not with_rejected:
                continue
            record = _record(store, family, each)
            if content:
                record["boxes"] = [
                    {"page": page, "unit": units[page], "x0": box.x0, "y0": box.y0, "x1": box.x1, "y1": box.y1}
                    for page, box in content.boxes(cast(int, each["start"]), cast(int, each["end"]))
                ]
            records.append(record)
        found[family.value] = records
    source = str(row["source"]).replace("\\", "/").rsplit("/", 1)[-1]
    head: Json = {name: row[name] for name in _HEAD}
    head.update(source=source, notes=json.loads(str(row["notes"] or "[]")))
    return {"document": head, "text": row["text"], **found}


def _record(store: Store, family: Family, row: Row) -> Json:
    rid = str(row["record_id"])
    recipients: list[Row] = []
    if family is Family.AWARDS:
        recipients = store.rows("SELECT * FROM award_recipients WHERE award = ? ORDER BY position", [rid])
    page, copy_of = cast("int | None", row["page"]), cast("str | None", row["copy_of"])
    record = {**record_json(rid, record_of(family, row, recipients), page, copy_of), "state": row["state"]}
    if row["machine"] is not None:
        kept: Row = json.loads(str(row["machine"]))
        own = cast("list[Row]", kept.pop("recipients", None) or [])
        record["machine"] = record_json(rid, record_of(family, kept, own), page, copy_of)
    return record
