"""spaCy's DocBin: documents with their records in `doc.spans`, for any spaCy, without this program.

`doc.spans` has the four kinds and `parts` of awards. A span's label is its kind, `kb_id_` its value or id, `id_`
its record; `doc.user_data` holds all else as JSON under `sovang`.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import cast

from spacy.tokens import Doc, DocBin, Span, SpanGroup
from spacy.vocab import Vocab

from extractors.docs import ExactTokenizer
from extractors.domain.records import Json
from pipeline.annotations import LABELS, fields_of, parts_of
from pipeline.wording import KINDS, records_in_order

_KEY = {"dates": "edtf", "provinces": "id", "figures": "unit", "awards": "form"}


def write_files(documents: Iterable[Json], target: Path) -> int:
    """Writes one file that `DocBin().from_disk` opens; returns how many documents."""
    bin_ = DocBin(attrs=["ORTH", "SPACY"], store_user_data=True)
    tokenizer = ExactTokenizer(Vocab())
    count = 0
    for document in documents:
        count += 1
        bin_.add(_doc(tokenizer(str(document["text"])), document))
    target.write_bytes(bin_.to_bytes())
    return count


def _doc(doc: Doc, document: Json) -> Doc:
    groups: dict[str, list[Span]] = {name: [] for name in (*KINDS, "parts")}
    records: list[Json] = []
    for kind, record in records_in_order(document):
        rid = str(record["record_id"])
        span = _span(doc, record["start"], record["end"], LABELS[kind], str(record[_KEY[kind]]), rid)
        groups[kind].append(span)
        kept = ("record_id", "start", "end", "text", "confidence", "rule", "state")
        told = {"kind": kind, **{name: record[name] for name in kept if name in record}, **fields_of(kind, record)}
        if kind == "awards":
            parts = list(parts_of(record))
            told["parts"] = [{"role": p.role, "start": p.start, "end": p.end, **p.fields} for p in parts]
            groups["parts"] += [
                _span(doc, p.start, p.end, p.role, str(p.fields["name"]), f"{rid}.{p.key}")
                for p in parts
                if p.start is not None
            ]
        records.append(told)
    for name, spans in groups.items():
        doc.spans[name] = SpanGroup(doc, name=name, spans=spans)
    head = cast(Json, document["document"])
    kept_head = {name: head.get(name) for name in ("id", "source", "kind", "title", "publisher", "published", "issued")}
    doc.user_data["sovang"] = json.dumps({"document": kept_head, "records": records}, ensure_ascii=False)
    return doc


def _span(doc: Doc, start: object, end: object, label: str, value: str, name: str) -> Span:
    first, last = cast(int, start), cast(int, end)
    span = doc.char_span(first, last, label=label, kb_id=value, span_id=name, alignment_mode="expand")
    return cast(Span, span)
