"""The descriptions that machines read are valid and agree with the files."""

import csv
import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml
from frictionless import Package
from pyarrow import parquet

from pipeline.publish import Release

Publisher = Callable[..., Release]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("with_texts", [True, False])
def test_the_data_package_is_valid(published: Publisher, tmp_path: Path, with_texts: bool) -> None:
    published(with_texts=with_texts)
    file = tmp_path / "dataset" / "datapackage.json"
    package = Package(str(file))
    report = package.validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])
    assert {f"csv/{resource.name}.csv" for resource in package.resources} == {
        path.relative_to(tmp_path / "dataset").as_posix() for path in (tmp_path / "dataset" / "csv").iterdir()
    }
    keys = {key["reference"]["resource"] for r in package.resources for key in r.schema.foreign_keys}
    assert keys <= {"", *(resource.name for resource in package.resources)}


@pytest.mark.filterwarnings("ignore")
def test_the_data_package_finds_what_was_changed_by_hand(published: Publisher, tmp_path: Path) -> None:
    published()
    file = tmp_path / "dataset" / "csv" / "awards.csv"
    file.chmod(0o644)
    file.write_text(file.read_text(encoding="utf-8").replace("granted", "giventh"), encoding="utf-8")
    assert not Package(str(tmp_path / "dataset" / "datapackage.json")).validate().valid


def test_the_crate_lists_every_file_with_its_hash(dataset: Path) -> None:
    graph = json.loads((dataset / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    by_id = {entity["@id"]: entity for entity in graph}
    assert len(by_id) == len(graph)
    root = by_id["./"]
    parts = {part["@id"] for part in root["hasPart"]}
    assert parts == {
        path.relative_to(dataset).as_posix()
        for path in dataset.rglob("*")
        if path.is_file() and path.name not in {"ro-crate-metadata.json", "SHA256SUMS"}
    }
    for part in parts:
        assert by_id[part]["sha256"] == hashlib.sha256((dataset / part).read_bytes()).hexdigest()
    assert by_id[root["license"]["@id"]]["identifier"] == "CC0-1.0"
    assert root["datePublished"] == date.fromisoformat(root["datePublished"]).isoformat()
    references = [value["@id"] for e in graph for value in e.values() if isinstance(value, dict) and "@id" in value]
    assert {r for r in references if r != "https://w3id.org/ro/crate/1.1"} <= set(by_id)


def test_the_sums_are_those_of_the_files(dataset: Path) -> None:
    lines = (dataset / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = dict(reversed(line.split("  ")) for line in lines)
    assert set(sums) == {
        path.relative_to(dataset).as_posix()
        for path in dataset.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    assert all(hashlib.sha256((dataset / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())


def test_provenance_speaks_of_things_that_it_names(published: Publisher, tmp_path: Path) -> None:
    published()
    published(version="2")
    said = json.loads((tmp_path / "dataset" / "prov.json").read_text(encoding="utf-8"))
    named = {*said["entity"], *said["activity"], *said["agent"]}
    for relation in ("wasDerivedFrom", "used", "wasGeneratedBy", "wasAssociatedWith", "wasAttributedTo"):
        for statement in said[relation].values():
            assert {value for key, value in statement.items() if key != "prov:type"} <= named
    assert "sovang:release-1" in said["entity"]


def test_the_citation_file_is_yaml_with_what_the_format_demands(published: Publisher, tmp_path: Path) -> None:
    published(title='Sổ "Vàng": #1', creator="Nhóm: Mẫu")
    cff = yaml.safe_load((tmp_path / "dataset" / "CITATION.cff").read_text(encoding="utf-8"))
    assert cff["title"] == 'Sổ "Vàng": #1'
    assert cff["authors"] == [{"name": "Nhóm: Mẫu"}]
    assert {"cff-version", "message", "title", "authors"} <= set(cff)
    assert (cff["version"], cff["license"], cff["date-released"]) == ("1", "CC-BY-4.0", "2026-11-24")


def test_the_licence_leaves_the_texts_to_their_publishers(dataset: Path) -> None:
    page = (dataset / "LICENSE.md").read_text(encoding="utf-8")
    assert "CC0-1.0" in page
    assert "belong to their authors and publishers" in page


def test_csv_and_parquet_hold_the_same_rows(dataset: Path) -> None:
    for file in (dataset / "csv").iterdir():
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
        table = parquet.read_table(dataset / "parquet" / f"{file.stem}.parquet")
        assert rows[0] == table.column_names
        assert len(rows) - 1 == table.num_rows, file.stem


def test_a_spreadsheet_computes_no_text(dataset: Path) -> None:
    with (dataset / "csv" / "documents.csv").open(encoding="utf-8", newline="") as lines:
        titles = [row["title"] for row in csv.DictReader(lines)]
    assert "'=HYPERLINK gió biển Đà Nẵng" in titles
    assert (
        "=HYPERLINK gió biển Đà Nẵng"
        in parquet.read_table(dataset / "parquet" / "documents.parquet")["title"].to_pylist()
    )
    for file in (dataset / "csv").iterdir():
        with file.open(encoding="utf-8", newline="") as lines:
            cells = [cell for row in csv.reader(lines) for cell in row]
        assert not [
            cell for cell in cells if cell.startswith(("=", "@", "+")) or (cell[:1] == "-" and cell[1:2].isalpha())
        ]


def test_parquet_is_typed(dataset: Path) -> None:
    schema = parquet.read_schema(dataset / "parquet" / "dates.parquet")
    assert (str(schema.field("earliest").type), str(schema.field("counted").type)) == ("date32[day]", "bool")
    assert str(schema.field("confidence").type) == "double"
    assert not schema.field("quote").nullable
    assert b"TIMEX" not in (schema.field("edtf").metadata or {})[b"meaning"]
