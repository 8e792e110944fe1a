"""A small document with records of all kinds, entered as a run enters one; what the tests of review stand on."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from extractors.domain.orthography import fold
from extractors.domain.records import Family
from pipeline.identity import FACTS, record_id
from pipeline.store import DocumentRows, Store, fact_of, pack_words, record_of, signature_of
from pipeline.store.rows import PackedWord, Row

TEXT = (
    "Hội đồng thi đua họp sáng nay\n"
    "Ngày 25/12/2013, UBND tỉnh Lạng Sơn tặng bằng khen cho 2 người: ông Lò Văn Thử, bà Nông Thị Mẫu.\n"
    "Ngày 26/12/2013, tỉnh Cao Bằng nhận 15 máy cày. Ngày 27/12/2013, tỉnh Bắc Kạn nhận 16 máy cày.\n"
)
_SHARED = {"confidence": 0.8, "evidence": '["said in full"]', "copy_of": None, "page": 1}


def enter_document(store: Store, text: str = TEXT, *, extractor: str = "1", name: str = "a") -> int:
    """Reads a text into the store with a simple machine of its own; a second time it is read again."""
    data = f"{name} of the tests".encode()
    document_id = hashlib.sha256(data).hexdigest()
    run = store.start_run("run", ["in"], extractor)
    known = store.find_document(document_id, f"/in/{name}.txt")
    if known is None:
        store.originals.mkdir(exist_ok=True)
        Path(store.originals / name).write_bytes(data)
        serial = store.begin_document(document_id, f"/in/{name}.txt", len(data), name, run)
    else:
        serial = known.serial
    store.finish_document(serial, rows_of(text, document_id, extractor), extractor=extractor, run=run)
    return serial


def rows_of(text: str, document_id: str, extractor: str) -> DocumentRows:
    """Returns what the machine finds; extractor 2 reads the days of December a day later and no province of Kạn."""
    words: list[PackedWord] = [
        (m.start(), m.end(), float(m.start() % 90), 10.0, float(m.start() % 90 + 5), 20.0, 0.9)
        for m in re.finditer(r"\S+", text)
    ]
    lines = [m.span() for m in re.finditer(r"[^\n]+", text)]
    awards = _awards(text, document_id)
    return DocumentRows(
        document={
            "format": "txt", "kind": "article", "title": None, "author": None, "publisher": None, "published": None,
            "number": None, "issued": "2013-12-25", "issuing_body": None, "subject": None, "signer": None,
            "chars": len(text), "pages": 1, "ocr_confidence": None, "reference_date": None,
            "reference_source": None, "notes": "[]", "metadata_evidence": "{}", "text": text, "folded": fold(text),
        },
        pages=(
            {"number": 1, "width": 595.0, "height": 842.0, "unit": "pt", "is_ocr": 1, "turned": 0, "confidence": 0.9,
             "words": pack_words(words)},
        ),
        blocks=tuple(
            {"position": at, "start": start, "end": end, "kind": "paragraph", "page": 1,
             "x0": 1.0, "y0": 2.0, "x1": 3.0, "y1": 4.0}
            for at, (start, end) in enumerate(lines, 1)
        ),
        records={
            Family.DATES: _found(Family.DATES, text, r"Ngày (\d\d)/(\d\d)/(\d{4})", document_id, _date, extractor),
            Family.PROVINCES: _found(
                Family.PROVINCES, text, r"tỉnh (Lạng Sơn|Cao Bằng|Bắc Kạn)", document_id, _province, extractor
            ),
            Family.FIGURES: _found(Family.FIGURES, text, r"(\d+) (người|máy cày)", document_id, _figure, extractor),
            Family.AWARDS: tuple(row for row, _ in awards),
        },
        recipients=tuple(recipient for _, recipients in awards for recipient in recipients),
        facts=_found(FACTS, text, r"Hội đồng thi đua", document_id, _fact, extractor),
        signature=signature_of(fold(text)),
    )  # fmt: skip


def _found(
    family: str, text: str, pattern: str, document_id: str, values: Callable[..., Row | None], extractor: str
) -> tuple[Row, ...]:
    rows = []
    for match in re.finditer(pattern, text):
        value = values(match, extractor)
        if value is None:
            continue
        row: Row = {"start": match.start(), "end": match.end(), "quote": match.group(), **_SHARED, **value}
        row["rule"] = f"{family}.test"
        record = fact_of(row) if family == FACTS else record_of(Family(family), row)
        rows.append({"record_id": record_id(document_id, family, record), **row})
    return tuple(rows)


def _date(match: re.Match[str], extractor: str) -> Row | None:
    day = int(match[1]) + (extractor == "2")
    if not 1 <= day <= 31 or match[2] != "12":
        return None
    edtf = f"{match[3]}-12-{day:02d}"
    return {"edtf": edtf, "grain": "day", "earliest": edtf, "latest": edtf, "mod": None, "calendar": None,
            "role": None, "reference": None}  # fmt: skip


def _province(match: re.Match[str], extractor: str) -> Row | None:
    unit = {"Lạng Sơn": "lang-son", "Cao Bằng": "cao-bang", "Bắc Kạn": "bac-kan"}[match[1]]
    if extractor == "2" and unit == "bac-kan":
        return None
    today = "thai-nguyen" if unit == "bac-kan" else unit
    return {"id": unit, "today": today, "today_all": f'["{today}"]', "qualifies": None}


def _figure(match: re.Match[str], extractor: str) -> Row | None:
    return {"value": int(match[1]), "upper": None, "of": None, "unit": match[2], "mod": None, "noun": None}


def _fact(match: re.Match[str], extractor: str) -> Row | None:
    return {"field": "issuing_body", "value": match.group()}


def _awards(text: str, document_id: str) -> list[tuple[Row, list[dict[str, object]]]]:
    match = re.search(r"bằng khen", text)
    if match is None:
        return []
    grantor = re.search(r"UBND tỉnh [^ ]+ [^ ]+", text)
    names = list(re.finditer(r"Lò Văn Thử|Nông Thị Mẫu", text))
    row: Row = {
        "start": match.start(), "end": match.end(), "quote": match.group(), **_SHARED, "rule": "awards.test",
        "form": "bk", "class": None, "level": None, "status": "granted",
        "grantor": grantor.group() if grantor else None, "grantor_start": grantor.start() if grantor else None,
        "grantor_end": grantor.end() if grantor else None, "grantor_confidence": 0.9 if grantor else None,
        "count": 2, "posthumous": 0, "decision_no": None, "decision_date": None, "date": "2013-12-25", "period": None,
        "reason": None, "slots": "{}",
    }  # fmt: skip
    recipients = [
        {"name": m.group(), "start": m.start(), "end": m.end(), "kind": "person", "province": None, "confidence": 0.9}
        for m in names
    ]
    rid = record_id(document_id, Family.AWARDS, record_of(Family.AWARDS, row, recipients))
    return [
        ({"record_id": rid, **row}, [{"award": rid, "position": at, **each} for at, each in enumerate(recipients, 1)])
    ]
