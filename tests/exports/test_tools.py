"""Exports for annotation tools: exact offsets, nothing lost, equal bytes, open in the tools' own libraries."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from spacy.tokens import DocBin

from extractors.domain.records import Json
from pipeline.exports import write, write_files
from pipeline.exports.labelstudio import configuration

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"
UPDATE = bool(os.environ.get("SOVANG_UPDATE_SNAPSHOTS"))
TEXT = 'Ngày 25/12/2013, "Đội\nĐặng" của tỉnh Đắk Lắk nhận bằng khen vì 1,5 ha rừng.\nHết.\n'


def record(kind: str, quote: str, **values: object) -> Json:
    start = TEXT.index(quote)
    shared = {"record_id": f"{start:016x}", "start": start, "end": start + len(quote), "text": quote}
    more = {"rule": f"{kind}.test", "confidence": 0.5, "evidence": ["said so"], "page": 1, "copy_of": None}
    return {**shared, **more, "state": "machine", **values}


def place(quote: str) -> Json:
    start = TEXT.index(quote)
    return {"start": start, "end": start + len(quote)}


@pytest.fixture
def document() -> Json:
    """Four records with a quote, a newline, a null and Đ."""
    head = {"id": "ab" * 32, "source": 'a "b".txt', "kind": "article", "title": None}
    award = record(
        "awards", "bằng khen", form="bk", level=None, status="granted", posthumous=False, count=None, state="corrected",
        grantor={"text": "UBND tỉnh", "start": None, "end": None, "confidence": 1},
        recipients=[
            {"text": "Đội Đặng", **place("Đội\nĐặng"), "kind": "collective", "province": "dak-lak"},
            {"text": "bà Mẫu", "start": None, "end": None, "kind": "person", "province": None},
        ],
        decision_no=None, decision_date=None, date="2013-12-25", period=None, reason="trồng rừng",
        slots={"reason": {"text": "rừng", **place("rừng"), "confidence": 1}}, **{"class": None},
    )  # fmt: skip
    award["machine"] = {**award, "recipients": [], "state": None}
    box = {"page": 1, "unit": "pt", "x0": 10.5, "y0": 20, "x1": 60, "y1": 32.25}
    return {
        "document": head,
        "text": TEXT,
        "dates": [
            record("dates", "Ngày 25/12/2013", edtf="2013-12-25", mod=None, calendar=None, role="event", boxes=[box])
        ],
        "provinces": [record("provinces", "tỉnh Đắk Lắk", id="dak-lak", today=["dak-lak"], qualifies=None)],
        "figures": [record("figures", "1,5 ha", value=1.5, of=None, unit="ha", mod=None, noun=None)],
        "awards": [award],
    }


def check(name: str, text: str) -> None:
    file = SNAPSHOTS / name
    if UPDATE:
        file.write_text(text, encoding="utf-8")
        pytest.fail("snapshots were rewritten: look at them line by line, then unset SOVANG_UPDATE_SNAPSHOTS")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["conll", "labelstudio", "webannotation"])
def test_text_exports_are_as_they_should(form: str, document: Json) -> None:
    target = io.StringIO()
    assert write(form, iter([document]), target) == 1
    check(f"export-{form}.txt", target.getvalue())


def test_brat_is_as_it_should(document: Json, tmp_path: Path) -> None:
    assert write_files("brat", iter([document]), tmp_path) == 1
    assert (tmp_path / f"{'ab' * 8}.txt").read_bytes().decode() == TEXT
    check("export-brat.txt", (tmp_path / f"{'ab' * 8}.ann").read_text(encoding="utf-8"))


def test_labelling_interface_is_as_it_should() -> None:
    check("export-labelstudio-interface.txt", configuration())


def test_brat_quotes_stand_where_they_say(document: Json, tmp_path: Path) -> None:
    write_files("brat", iter([document]), tmp_path)
    lines = (tmp_path / f"{'ab' * 8}.ann").read_text(encoding="utf-8").splitlines()
    entities = [line.split("\t") for line in lines if line.startswith("T")]
    for _, places, quote in entities:
        spans = [tuple(map(int, each.split(" "))) for each in places.partition(" ")[2].split(";")]
        assert " ".join(TEXT[start:end] for start, end in spans) == quote
    assert any(";" in places for _, places, _ in entities)


def test_conll_offsets_hold_and_tags_follow_the_records(document: Json) -> None:
    target = io.StringIO()
    write("conll", iter([document]), target)
    rows = [line.split("\t") for line in target.getvalue().splitlines() if line and not line.startswith("# ")]
    assert all(TEXT[int(start) : int(end)] == token for token, start, end, *_ in rows)
    assert [row[0] for row in rows if row[4] != "O"] == ["tỉnh", "Đắk", "Lắk"]
    assert [row[4] for row in rows if row[4] != "O"] == ["B-province", "I-province", "I-province"]
    assert [row[7] for row in rows if row[7] != "O"] == ["B-recipient", "I-recipient", "B-reason"]


def test_web_annotations_select_quote_position_and_box(document: Json) -> None:
    target = io.StringIO()
    write(
        "webannotation", iter([document, {**document, "document": {**document["document"], "id": "cd" * 32}}]), target
    )  # type: ignore[dict-item]  # a JSON object
    page = json.loads(target.getvalue())
    assert (page["type"], page["@context"][0]) == ("AnnotationPage", "http://www.w3.org/ns/anno.jsonld")
    fragments = []
    for annotation in page["items"]:
        for selector in annotation["target"].get("selector", []):
            match selector["type"]:
                case "TextQuoteSelector":
                    assert selector["prefix"] + selector["exact"] + selector["suffix"] in TEXT
                case "TextPositionSelector":
                    exact = annotation["target"]["selector"][0]["exact"]
                    assert TEXT[selector["start"] : selector["end"]] == exact
                case "FragmentSelector":
                    fragments.append(selector["value"])
    assert fragments == ["page=1&viewrect=10.5,20,49.5,12.25"] * 2


def test_docbin_opens_in_plain_spacy_with_spans_in_place(document: Json, tmp_path: Path) -> None:
    file = tmp_path / "a.spacy"
    assert write_files("spacy", iter([document, document]), file) == 2
    docs = list(DocBin(store_user_data=True).from_disk(file).get_docs(spacy.blank("xx").vocab))
    assert [doc.text for doc in docs] == [TEXT, TEXT]
    for doc in docs:
        for kind in ("dates", "provinces", "figures", "awards"):
            spans = [(s.start_char, s.end_char, s.text, s.id_) for s in doc.spans[kind]]
            assert spans == [(r["start"], r["end"], r["text"], r["record_id"]) for r in document[kind]]  # type: ignore[union-attr,index]  # JSON
        assert [(s.label_, s.text) for s in doc.spans["parts"]] == [("recipient", "Đội\nĐặng"), ("reason", "rừng")]
        assert [s.kb_id_ for s in doc.spans["provinces"]] == ["dak-lak"]
        told = json.loads(doc.user_data["sovang"])
        assert [r["confidence"] for r in told["records"]] == [0.5] * 4
        assert told["records"][2]["parts"][0]["name"] == "UBND tỉnh"


def test_docbin_needs_nothing_of_ours_and_has_equal_bytes(document: Json, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_files("spacy", iter([document]), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    script = (
        "import sys; from spacy.tokens import DocBin; from spacy.vocab import Vocab; "
        "docs = list(DocBin(store_user_data=True).from_disk(sys.argv[1]).get_docs(Vocab())); "
        "assert [s.text for s in docs[0].spans['provinces']] == ['tỉnh Đắk Lắk']; "
        "assert not [name for name in sys.modules if name.split('.')[0] in {'pipeline', 'extractors'}]"
    )
    command = [sys.executable, "-W", "ignore", "-c", script, str(tmp_path / "one")]
    subprocess.run(command, check=True, cwd=tmp_path, timeout=120)
