"""What Datasette is told of a release: titles, labels, ready queries in two languages, settings, counts."""

import csv
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from extractors.domain.records import Json
from pipeline.publish.about import About
from pipeline.publish.files import PublishedFile
from pipeline.publish.schema import Table, views

DATABASE: Final = "sovang"  # as Datasette calls the file, in its addresses too
SETTINGS: Final = {
    "default_page_size": 50,
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 500,
    "facet_suggest_time_limit_ms": 100,
    "max_returned_rows": 2000,
    "truncate_cells_html": 400,
    "default_cache_ttl": 0,
}
_FACETS: Final[Mapping[str, tuple[str, ...]]] = {
    "award_facts": ("form_name", "status_vi", "year"),
    "recipient_facts": ("kind_vi", "today_name", "form_name"),
    "date_facts": ("role_vi", "grain_vi"),
    "province_facts": ("today_name", "qualifies_vi"),
    "figure_facts": ("unit",),
    "documents": ("kind", "format", "year"),
}
_HIDDEN: Final = ("searched_texts", "searched_records")
_SEARCHED: Final = {"documents": ("document_search", "serial"), "records": ("record_search", "serial")}
_PARAMETER: Final = re.compile(r"(?<![:\w]):([a-z_]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A ready query: `chart` is its plot with the columns drawn, `rows` the query behind a row with its parameters."""

    name: str
    topic: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    chart: tuple[str, ...]
    rows: tuple[str, ...]
    sql: str

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters, in the order in which the SQL has them; an empty one sets no condition."""
        return tuple(dict.fromkeys(_PARAMETER.findall(self.sql)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of queries: its words, and the list that its values are chosen from, "" for free text."""

    name: str
    words: Mapping[str, str]
    choices: str


@cache
def queries() -> Mapping[str, Query]:
    """Returns the ready queries by name, in the order of `queries/queries.csv`."""
    return {
        row["name"]: Query(
            name=row["name"],
            topic=row["topic"],
            title=_both(row, "title_"),
            description=_both(row, "description_"),
            chart=tuple(row["chart"].split()),
            rows=tuple(row["rows"].split()),
            sql=_file(f"{row['name']}.sql"),
        )
        for row in _rows("queries.csv")
    }


@cache
def parameters() -> Mapping[str, Parameter]:
    """Returns the parameters of the ready queries by name."""
    return {
        row["name"]: Parameter(name=row["name"], words=_both(row), choices=row["choices"])
        for row in _rows("parameters.csv")
    }


@cache
def headings() -> Mapping[str, Mapping[str, str]]:
    """Returns the words of result columns by name."""
    return {row["column"]: _both(row) for row in _rows("headings.csv")}


def datasette_metadata(about: About, tables: Sequence[Table]) -> str:
    """Returns `metadata.json` for Datasette."""
    described: dict[str, Json] = {
        table.name: {"title": f"{table.title_vi} / {table.title}", "description": _columns_told(table)}
        for table in (*tables, *views())
    }
    for name, facets in _FACETS.items():
        described[name]["facets"] = list(facets)
    for name, (index, key) in _SEARCHED.items():
        described[name].update(fts_table=index, fts_pk=key)
    described.update({name: {"allow": False} for name in _HIDDEN})  # `hidden` is for tables only
    canned: Json = {
        query.name: {
            "sql": query.sql,
            "title": f"{query.title['vi']} / {query.title['en']}",
            "description": f"{query.description['vi']} / {query.description['en']}",
            "params": list(query.parameters),
            "hide_sql": True,
        }
        for query in queries().values()
    }
    told: Json = {
        "title": f"{about.title}, {about.version}",
        "description": (
            f"{about.documents:,} văn bản, {about.records:,} bản ghi, {about.date}. "
            f"{about.documents:,} documents, {about.records:,} records."
        ),
        "license": about.licence.id,
        "license_url": about.licence.url,
        "source": about.made_by,
        "databases": {DATABASE: {"tables": described, "queries": canned}},
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def datasette_settings() -> str:
    """Returns `settings.json` for Datasette."""
    return json.dumps(SETTINGS, indent=1) + "\n"


def datasette_inspection(database: PublishedFile, counts: Mapping[str, int]) -> str:
    """Returns `inspect-data.json`, by which Datasette takes the file as never changing and need not count its rows."""
    told = {
        DATABASE: {
            "hash": database.sha256,
            "size": database.bytes,
            "file": database.path,
            "tables": {name: {"count": count} for name, count in counts.items()},
        }
    }
    return json.dumps(told, indent=1) + "\n"


def _columns_told(table: Table) -> str:
    return ", ".join(column.name for column in table.columns) if table.is_view else ""


def _both(row: Mapping[str, str], prefix: str = "") -> Mapping[str, str]:
    return {language: row[f"{prefix}{language}"] for language in ("vi", "en")}


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(_file(name).splitlines()))


def _file(name: str) -> str:
    return files("pipeline.publish").joinpath("queries", name).read_text(encoding="utf-8")
