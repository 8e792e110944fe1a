"""The one table of columns agrees with the files, the labels with the codes that the program uses."""

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from extractors.domain.records import AwardStatus, DateRole, DocumentKind, Grain
from pipeline.publish.functions import form_in_english
from pipeline.publish.schema import RECORD_TABLES, column_of, read, tables, tables_of, views
from pipeline.store import IN_MEMORY, Store

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module")
def schema(dataset: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(f"{(dataset / 'sovang.db').as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        names = [
            row[0]
            for row in db.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' "
                "AND name NOT LIKE '%search%' ORDER BY name"
            )
        ]
        return {name: [row[1] for row in db.execute(f"PRAGMA table_xinfo({name})")] for name in names}


def test_every_table_and_column_is_described(schema: dict[str, list[str]]) -> None:
    assert set(schema) == {table.name for table in (*tables_of(with_texts=True), *views())}
    for table in (*tables_of(with_texts=True), *views()):
        for name in schema[table.name]:
            column = column_of(table, name)
            assert column, f"columns.csv does not know {table.name}.{name}"
            assert column.meaning
            assert column.meaning_vi
            assert column.origin


def test_no_column_is_described_that_is_not_there(schema: dict[str, list[str]]) -> None:
    for table in tables():
        if table.name in schema:
            assert {column.name for column in table.columns} <= set(schema[table.name]), table.name


def test_the_dictionary_of_the_release_has_them_all(schema: dict[str, list[str]], dataset: Path) -> None:
    with (dataset / "DICTIONARY.csv").open(encoding="utf-8", newline="") as lines:
        told = [(row["table_name"], row["column_name"]) for row in csv.DictReader(lines)]
    assert sorted(told) == sorted((table, name) for table, names in schema.items() for name in names)
    page = (dataset / "DICTIONARY.md").read_text(encoding="utf-8")
    assert all(f"\n## `{table}`" in page for table in schema)


def test_the_share_of_gaps_is_that_of_the_rows(dataset: Path) -> None:
    with (dataset / "DICTIONARY.csv").open(encoding="utf-8", newline="") as lines:
        missing = {(row["table_name"], row["column_name"]): row["missing"] for row in csv.DictReader(lines)}
    with (dataset / "csv" / "awards.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for name in rows[0]:
        share = sum(row[name] == "" for row in rows) / len(rows)
        assert float(missing["awards", name]) == pytest.approx(share, abs=1e-4)


def test_every_code_has_its_words() -> None:
    known = {(row["list"], row["code"]) for row in read("labels.csv")}
    assert all(row["vi"] and row["en"] for row in read("labels.csv"))
    for name, codes in {"status": AwardStatus, "role": DateRole, "grain": Grain, "document_kind": DocumentKind}.items():
        assert {(name, code.value) for code in codes} <= known
    assert {("record_kind", kind) for kind in RECORD_TABLES} <= known
    lists = {word for row in read("columns.csv") for word in row["key"].split()[1:] if row["key"].startswith("label")}
    assert lists <= {name for name, _ in known}


def test_every_code_of_the_release_has_its_words(dataset: Path) -> None:
    with closing(sqlite3.connect(f"{(dataset / 'sovang.db').as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        for row in read("columns.csv"):
            if "label" not in row["key"].split():
                continue
            name = row["key"].split()[-1]
            for table in row["tables"].split():
                if table == "contexts" or any(view.name == table for view in views()):
                    continue
                unknown = db.execute(
                    f'SELECT DISTINCT "{row["column"]}" FROM {table} WHERE "{row["column"]}" NOT IN '  # noqa: S608
                    "(SELECT code FROM labels WHERE list = ?)",
                    [name],
                ).fetchall()
                assert not unknown, (table, row["column"])


def test_every_award_form_has_an_english_name() -> None:
    with Store(IN_MEMORY) as store:
        forms = [str(row["id"]) for row in store.rows("SELECT id FROM award_forms")]
    assert len(forms) > 150
    assert [form for form in forms if form_in_english(form) == form] == []
    assert {row["id"] for row in read("award_forms_en.csv")} <= set(forms)


def test_the_readme_names_every_table() -> None:
    section = README.read_text(encoding="utf-8").split("\n## Research\n")[1].split("\n## ")[0]
    for table in tables():
        assert f"| `{table.name}`" in section


def test_a_spreadsheet_of_the_columns_is_whole() -> None:
    for row in read("columns.csv"):
        assert None not in row, row  # more cells than columns
        assert row["type"] in {"text", "integer", "number", "boolean", "date"}
        assert row["required"] in {"yes", "no"}
        json.dumps(row)


def test_parts_of_awards_lead_to_their_ink(dataset: Path) -> None:
    with closing(sqlite3.connect(f"{(dataset / 'sovang.db').as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        parts = db.execute(
            'SELECT p.part, p.value, substr(t.text, p.start + 1, p."end" - p.start) FROM award_parts p '
            "JOIN texts t USING (document) WHERE p.start IS NOT NULL"
        ).fetchall()
    assert {"grantor", "date"} <= {part for part, _, _ in parts}
    assert all(quote for _, _, quote in parts)
    assert all(value == quote for part, value, quote in parts if part in {"grantor", "decision_no"})


def test_honours_of_recipients_are_those_of_their_decisions(dataset: Path) -> None:
    with closing(sqlite3.connect(f"{(dataset / 'sovang.db').as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        told = dict(db.execute("SELECT id, honours FROM recipients"))
        counted = dict(
            db.execute("SELECT recipient, count(*) FROM recipient_honours WHERE status = 'granted' GROUP BY recipient")
        )
    assert any(told.values())
    assert told == {recipient: counted.get(recipient, 0) for recipient in told}
