"""The research pages: overview, map, time line and ready queries, all on the published dataset."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from extractors.domain.gazetteer import units
from pipeline.publish import explore
from pipeline.publish.explore import Query
from pipeline.store import SqlValue
from pipeline.web import charts, maps
from pipeline.web.charts import Mark
from pipeline.web.guard import Visit
from pipeline.web.published import Answer, Cells

TOPICS: Final = ("awards", "figures", "dates", "places", "collection", "trust")
MEASURES: Final = ("awards", "documents", "figures")
_SHOWN: Final = ("awards_by_year", "awards_by_form", "coverage_by_year", "dates_by_role")
_BARS: Final = 25
_LABELLED: Final = 8  # units of a map whose value is written on it
_LEVELS: Final = 5
_ECHOED: Final = frozenset({"from_year", "to_year", "place", "record_kind", "link"})  # columns for links only
# Figures and documents by unit: those that share a paragraph or a document with its name.
_COUNTS: Final[Mapping[str, str]] = {
    "documents": "SELECT p.{unit} AS unit_id, count(DISTINCT p.document) AS n FROM provinces p {join} "
    "WHERE p.counted {where} GROUP BY p.{unit}",
    "figures": "SELECT p.{unit} AS unit_id, count(*) AS n "
    "FROM (SELECT DISTINCT {unit}, document, paragraph FROM provinces WHERE counted) p "
    "JOIN figures g ON g.document = p.document AND g.paragraph = p.paragraph {join} "
    "WHERE g.counted {where} GROUP BY p.{unit}",
}
_DATED: Final = (
    "AND (:from_year = '' OR d.year >= CAST(:from_year AS INTEGER)) "
    "AND (:to_year = '' OR d.year <= CAST(:to_year AS INTEGER))"
)


async def overview_page(visit: Visit) -> Response:
    """Numbers of the release, its main plots, and the ready queries by topic."""
    if (missing := _missing(visit)) is not None:
        return missing
    told = await visit.desk.published.ask("SELECT name, value FROM release")
    about = {str(row["name"]): str(row["value"]) for row in told.rows}
    counts = await visit.desk.published.ask("SELECT kind, count(*) AS n FROM records WHERE counted GROUP BY kind")
    plots = []
    for name in _SHOWN:
        query = explore.queries()[name]
        answer = await visit.desk.published.ask(query.sql, dict.fromkeys(query.parameters, ""))
        plots.append((query, _plot(visit, query, answer, limit=12)))
    topics = [(topic, [each for each in explore.queries().values() if each.topic == topic]) for topic in TOPICS]
    return visit.page(
        "research/overview.html", {"about": about, "counts": counts.rows, "plots": plots, "topics": topics}
    )


async def query_page(visit: Visit) -> Response:
    """One ready query: its parameters as a form, its plot, its rows as a table."""
    if (missing := _missing(visit)) is not None:
        return missing
    query = explore.queries().get(str(visit.request.path_params["name"]))
    if query is None:
        raise HTTPException(404)
    values = _values(visit, query.parameters)
    is_asked = bool(visit.request.query_params) or not {"place", "noun", "words", "year"} & set(query.parameters)
    answer = await visit.desk.published.ask(query.sql, values) if is_asked else Answer(columns=(), rows=())
    asked = urlencode({name: value for name, value in values.items() if value})
    return visit.page(
        "research/query.html",
        {
            "query": query,
            "parameters": await _choices(visit, query.parameters),
            "values": values,
            "is_asked": is_asked,
            "plot": _plot(visit, query, answer),
            **_table(visit, query, answer),
            "csv": f"/data/{explore.DATABASE}/{query.name}.csv?{asked}",
            "sql": f"/data/{explore.DATABASE}/{query.name}?{asked}",
        },
    )


async def timeline_page(visit: Visit) -> Response:
    """The awards along the years, of one form where given, and the rows below."""
    if (missing := _missing(visit)) is not None:
        return missing
    values = _values(visit, ("form", "from_year", "to_year"))
    by_year, rows = explore.queries()["awards_by_year"], explore.queries()["award_rows"]
    counted = await visit.desk.published.ask(by_year.sql, {"form": values["form"]})
    chosen = {**dict.fromkeys(rows.parameters, ""), **values}
    answer = await visit.desk.published.ask(rows.sql, chosen)
    return visit.page(
        "research/timeline.html",
        {
            "parameters": await _choices(visit, tuple(values)),
            "values": values,
            "plot": _plot(visit, by_year, counted),
            **_table(visit, rows, answer),
        },
    )


async def map_page(visit: Visit) -> Response:
    """Awards, documents or figures by unit, on the 34 of today or the 63 before."""
    if (missing := _missing(visit)) is not None:
        return missing
    asked = visit.request.query_params
    borders = next((each for each in maps.BORDERS if each == asked.get("borders")), maps.BORDERS[0])
    measure = next((each for each in MEASURES if each == asked.get("measure")), MEASURES[0])
    values = _values(visit, ("form", "from_year", "to_year"))
    found = await _by_unit(visit, borders, measure, values)
    drawn = {shape.unit: _on_the_63(shape.unit, borders) for shape in maps.shapes(borders)}
    known = set(drawn.values()) | set(drawn)
    counts = {unit: sum(found.get(each, 0) for each in {unit, other}) for unit, other in drawn.items()}
    names = {shape.unit: shape.name for shape in maps.shapes(borders)}
    bounds = _bounds(list(counts.values()))
    labelled = sorted(counts, key=lambda unit: (-counts[unit], unit))[:_LABELLED]
    shades = {
        unit: maps.Shade(
            level=_level(count, bounds),
            value=visit.number(count),
            title=f"{names[unit]}: {visit.number(count)}",
            href=_rows_of_unit(unit, borders, measure, values),
            is_labelled=unit in labelled and count > 0,
        )
        for unit, count in counts.items()
    }
    rest = {unit: count for unit, count in found.items() if unit not in known}
    table = [
        (names.get(unit) or _dated_name(unit), visit.number(count), _rows_of_unit(unit, borders, measure, values))
        for unit, count in sorted({**counts, **rest}.items(), key=lambda pair: (-pair[1], pair[0]))
        if count
    ]
    return visit.page(
        "research/map.html",
        {
            "parameters": await _choices(visit, tuple(values)),
            "values": values,
            "borders": borders,
            "measure": measure,
            "measures": MEASURES,
            "map": maps.draw(borders, shades, visit.say(f"research.measure_{measure}")),
            "legend": _legend(bounds, visit),
            "table": table,
            "has_rest": bool(rest),
            "credit": maps.CREDIT,
        },
    )


async def _by_unit(visit: Visit, borders: str, measure: str, values: Mapping[str, str]) -> dict[str, int]:
    if measure == "awards":
        name = "awards_by_unit_today" if borders == "34" else "awards_by_unit_then"
        answer = await visit.desk.published.ask(explore.queries()[name].sql, values)
        return {str(row["unit_id"]): int(row["awards"] or 0) for row in answer.rows}
    has_years = bool(values["from_year"] or values["to_year"])
    sql = _COUNTS[measure].format(
        unit="today" if borders == "34" else "unit",
        join="JOIN documents d ON d.document = p.document" if has_years else "",
        where=_DATED if has_years else "",
    )
    answer = await visit.desk.published.ask(sql, values if has_years else None)
    return {str(row["unit_id"]): int(row["n"] or 0) for row in answer.rows if row["unit_id"]}


def _rows_of_unit(unit: str, borders: str, measure: str, values: Mapping[str, str]) -> str:
    if measure == "figures":
        place = {"place": unit, **{name: values[name] for name in ("from_year", "to_year")}}
        return _address("figures_of_place", place)
    column = "today" if borders == "34" else "unit"
    name = "award_rows" if measure == "awards" else "document_rows"
    kept = values if measure == "awards" else {each: values[each] for each in ("from_year", "to_year")}
    return _address(name, {column: unit, **kept})


def _dated_name(unit_id: str) -> str:
    """The name of a unit that a map lacks, with its years: several had the same name one after the other."""
    unit = units()[unit_id]
    return f"{unit.name} ({unit.valid_from[:4]} - {unit.valid_to[:4]})"


def _on_the_63(unit: str, borders: str) -> str:
    """Huế was a province of its old name until 2024; the map of the 63 has one shape for both."""
    return "hue" if borders == "63" and unit == "thua-thien-hue" else unit


# --- plots and tables --------------------------------------------------------------------------------


def _plot(visit: Visit, query: Query, answer: Answer, limit: int = _BARS) -> Markup | None:
    """The plot of a query's rows: bars, or years; rows with the same label are added up."""
    if not query.chart or not answer.rows:
        return None
    kind, label, *series = query.chart
    shown = _in_language(label, answer.columns, visit.language)
    sums: dict[SqlValue, list[float]] = {}
    links: dict[SqlValue, str] = {}
    for row in answer.rows:
        key = row[shown]
        if key is None or key == "":
            continue
        sums[key] = [
            old + float(row[name] or 0) for old, name in zip(sums.get(key, [0.0] * len(series)), series, strict=True)
        ]
        links[key] = "" if key in links and links[key] != _behind(query, row) else _behind(query, row)
    here = _address(query.name, {})
    heads = [_heading(name, visit.language) for name in series]
    marks = {
        key: Mark(
            label=f"{key!s}",
            values=tuple(values),
            href=links[key] or _of_label(query, label, key) or here,
            title=f"{key!s}: " + ", ".join(f"{head} {value:g}" for head, value in zip(heads, values, strict=True)),
        )
        for key, values in sums.items()
    }
    name = query.title[visit.language]
    if kind == "time":
        return charts.years(sorted((int(str(key)), mark) for key, mark in marks.items()), name)
    return charts.bars(sorted(marks.values(), key=lambda mark: -sum(mark.values))[:limit], name)


def _of_label(query: Query, label: str, key: SqlValue) -> str:
    """The rows behind a mark that several rows were added up in: those of its year."""
    if label != "year" or not query.rows:
        return ""
    return _address(query.rows[0], {"from_year": str(key), "to_year": str(key)})


def _table(visit: Visit, query: Query, answer: Answer) -> dict[str, object]:
    """Columns in the language of the visit, and each row with the address of the rows behind it."""
    columns = [name for name in answer.columns if not name.endswith(("_en", "_id")) and name not in _ECHOED]
    return {
        "heads": [_heading(name, visit.language) for name in columns],
        "rows": [
            (
                [_cell(name, row[_in_language(name, answer.columns, visit.language)]) for name in columns],
                _behind(query, row) or str(row.get("link") or ""),
            )
            for row in answer.rows
        ],
    }


def _cell(name: str, value: SqlValue) -> SqlValue:
    return f"{value:.0%}" if name == "confidence" and isinstance(value, float) else value


def _in_language(name: str, columns: Sequence[str], language: str) -> str:
    return f"{name}_en" if language == "en" and f"{name}_en" in columns else name


def _behind(query: Query, row: Cells) -> str:
    """The address of the rows behind a row, "" where the query has none."""
    if not query.rows:
        return ""
    name, *pairs = query.rows
    columns = dict(pair.split("=") for pair in pairs)
    if any(row[column] is None for column in columns.values()):
        return ""  # no condition can ask for what is missing
    return _address(name, {parameter: f"{row[column]!s}" for parameter, column in columns.items()})


def _address(name: str, values: Mapping[str, str]) -> str:
    asked = urlencode({key: value for key, value in values.items() if value})
    return f"/research/questions/{name}" + (f"?{asked}" if asked else "")


def _heading(name: str, language: str) -> str:
    words = explore.headings().get(name)
    return words[language] if words else name


def _bounds(counts: Sequence[int]) -> list[int]:
    """Upper bounds of the classes from 1 up, by even shares of the units that have something."""
    filled = sorted(count for count in counts if count)
    return sorted(
        {filled[min(len(filled) - 1, len(filled) * step // _LEVELS)] for step in range(1, _LEVELS + 1)}
        if filled
        else ()
    )


def _level(count: int, bounds: Sequence[int]) -> int:
    """Class 0 for nothing; the highest class always has the darkest shade."""
    if not count:
        return 0
    place = next(place for place, bound in enumerate(bounds) if count <= bound)
    return _LEVELS - len(bounds) + place + 1


def _legend(bounds: Sequence[int], visit: Visit) -> list[tuple[int, str]]:
    shown = [(0, "0")]
    low = 1
    for place, bound in enumerate(bounds):
        words = visit.number(bound) if low >= bound else f"{visit.number(low)} - {visit.number(bound)}"
        shown.append((_LEVELS - len(bounds) + place + 1, words))
        low = bound + 1
    return shown


# --- parameters --------------------------------------------------------------------------------------


def _missing(visit: Visit) -> Response | None:
    return visit.page("research/missing.html") if visit.desk.published.identity is None else None


def _values(visit: Visit, names: Sequence[str]) -> dict[str, str]:
    asked = visit.request.query_params
    return {name: asked.get(name, "").strip()[:200] for name in names}


async def _choices(visit: Visit, names: Sequence[str]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Name, words and values to choose from of each parameter; no values where any text may be typed."""
    shown = []
    for name in names:
        parameter = explore.parameters()[name]
        values = await _listed(visit, parameter.choices) if parameter.choices else []
        shown.append((name, parameter.words[visit.language], values))
    return shown


async def _listed(visit: Visit, choices: str) -> list[tuple[str, str]]:
    english = visit.language == "en"
    name = "name_en" if english else "name"
    sql = {
        "forms": f"SELECT id, {name} FROM award_forms WHERE id IN (SELECT form FROM awards) ORDER BY {name}",  # noqa: S608
        "units": f"SELECT id, {name} FROM units WHERE id IN (SELECT unit FROM provinces) ORDER BY {name}",  # noqa: S608
        "places": f"SELECT id, {name} FROM units WHERE id IN (SELECT unit FROM provinces) ORDER BY {name}",  # noqa: S608
        "today": f"SELECT id, {name} FROM units WHERE id IN (SELECT today FROM units) ORDER BY {name}",  # noqa: S608
        "years": "SELECT DISTINCT year AS id, year AS name FROM documents WHERE year IS NOT NULL "
        "UNION SELECT year, year FROM awards WHERE year IS NOT NULL ORDER BY 1",
    }.get(choices, f"SELECT code, {'en' if english else 'vi'} FROM labels WHERE list = :list ORDER BY 2")  # noqa: S608
    answer = await visit.desk.published.ask(sql, {"list": choices} if ":list" in sql else None)
    return [(str(row[answer.columns[0]]), str(row[answer.columns[1]])) for row in answer.rows]
