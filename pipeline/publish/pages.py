"""The descriptions that people read: README, data dictionary, quality, changes, licence."""

import csv
import io
import sqlite3
from collections.abc import Sequence
from importlib import resources
from typing import Final

from pipeline.publish import changes
from pipeline.publish.about import About
from pipeline.publish.schema import Table, column_of, views

_SHOWN: Final = 40  # withdrawn rows named in CHANGELOG.md; all stand in the table `changes`
_CHANGES_HEAD: Final = "# Changes\n\nAll changed and withdrawn rows stand in the table `changes` of the release.\n\n"


def readme(about: About, tables: Sequence[Table], counts: dict[str, int]) -> str:
    """Returns `README.md` of the folder."""
    template = resources.files("pipeline.publish").joinpath("folder.md").read_text(encoding="utf-8")
    lines = [f"| `{table.name}` | {counts[table.name]:,} | {table.title} | {table.title_vi} |" for table in tables]
    lines += [f"| `{view.name}` | view | {view.title} | {view.title_vi} |" for view in views()]
    asked = about.conditions
    limits = []
    if asked.reviewed_only:
        limits.append("Only records that a person has decided on are in this release.")
    if asked.min_confidence:
        limits.append(
            f"Records that no person has decided on are in if their confidence is at least {asked.min_confidence:g}."
        )
    if not asked.with_texts:
        limits.append(
            "The texts of the documents are not in this release; `contexts` has a few words around each quote."
        )
    return template.format(
        title=about.title,
        version=about.version,
        date=about.date,
        documents=f"{about.documents:,}",
        records=f"{about.records:,}",
        limits="\n".join(limits) or "All records that no reviewer rejected are in this release.",
        tables="\n".join(lines),
        creator=about.made_by,
        program=about.program,
    )


def dictionary_rows(
    connection: sqlite3.Connection, tables: Sequence[Table], counts: dict[str, int]
) -> list[tuple[object, ...]]:
    """Returns the rows of the table `dictionary`: every column of tables and views, with its share of gaps."""
    rows: list[tuple[object, ...]] = []
    for table in tables:
        filled = connection.execute(
            "SELECT " + ", ".join(f'count("{column.name}")' for column in table.columns) + f" FROM {table.name}"  # noqa: S608
        ).fetchone()
        total = counts[table.name]
        for position, (column, present) in enumerate(zip(table.columns, filled, strict=True), 1):
            missing = round(1 - present / total, 4) if total else None
            rows.append((table.name, column.name, position, *_described(table, column.name), missing))
    for view in views():
        names = [row[1] for row in connection.execute(f"PRAGMA table_xinfo({view.name})")]
        rows += [(view.name, name, n, *_described(view, name), None) for n, name in enumerate(names, 1)]
    return rows


def _described(table: Table, name: str) -> tuple[str, str | None, str, str, str, str | None]:
    column = column_of(table, name)
    if column is None:
        raise LookupError(f"columns.csv does not know {table.name}.{name}")
    return column.type, column.unit or None, column.meaning, column.meaning_vi, column.origin, column.example or None


def dictionary_page(about: About, rows: Sequence[tuple[object, ...]], tables: Sequence[Table]) -> str:
    """Returns `DICTIONARY.md`."""
    titles = {table.name: f"{table.title_vi} · {table.title}" for table in (*tables, *views())}
    parts = [f"# Data dictionary · Từ điển dữ liệu\n\n{about.heading}, {about.date}\n"]
    for name, title in titles.items():
        parts.append(f"\n## `{name}`\n\n{title}\n\n")
        parts.append("| column | type | unit | meaning | ý nghĩa | source | example | missing |\n")
        parts.append("| --- | --- | --- | --- | --- | --- | --- | --- |\n")
        for row in rows:
            if row[0] == name:
                _, column, _, kind, unit, meaning, meaning_vi, origin, example, missing = row
                share = "" if missing is None else f"{float(str(missing)):.1%}"
                cells = (f"`{column}`", kind, unit, meaning, meaning_vi, origin, example, share)
                parts.append("| " + " | ".join(_cell(cell) for cell in cells) + " |\n")
    return "".join(parts)


def dictionary_csv(rows: Sequence[tuple[object, ...]], columns: Sequence[str]) -> str:
    """Returns `DICTIONARY.csv`."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(columns)
    writer.writerows(rows)
    return target.getvalue()


def quality_page(about: About, connection: sqlite3.Connection) -> str:
    """Returns `QUALITY.md`: the table `quality` with the wording of its measures."""
    rows = connection.execute(
        "SELECT k.en, m.en, q.measure, q.value, q.low, q.high, q.cases FROM quality q "
        "JOIN labels k ON k.list = 'record_kind' AND k.code = q.kind "
        "JOIN labels m ON m.list = 'measure' AND m.code = q.measure ORDER BY q.kind, q.rowid"
    ).fetchall()
    lines = [
        f"# Quality\n\n{about.heading}, {about.date}. Bounds are of 95 % (Wilson).\n",
        "| kind | measure | value | 95 % bounds | measured on |",
        "| --- | --- | --- | --- | --- |",
    ]
    for kind, wording, measure, value, low, high, cases in rows:
        shown = f"{value:,.0f}" if measure in {"rows", "counted"} else f"{value:.3f}"
        bounds = f"{low:.3f} to {high:.3f}" if low is not None else ""
        lines.append(f"| {kind} | {wording} | {shown} | {bounds} | {'' if cases is None else f'{cases:,}'} |")
    lines.append(
        "\nPrecision is the share of records that are right. What was not measured is not listed; recall is "
        "told in the README of the program. Reviewed records are no random sample: doubtful ones come first.\n"
    )
    return "\n".join(lines)


def licence_page(about: About) -> str:
    """Returns `LICENSE.md`."""
    texts = (
        "\nThe texts of the documents in `texts`, their titles and the quotes belong to their authors and publishers; "
        "this licence does not cover them.\n"
        if about.conditions.with_texts
        else "\nThe quotes and the words around them belong to the authors and publishers of the documents; this "
        "licence does not cover them.\n"
    )
    return (
        f"# Licence\n\n{about.licence.name} ({about.licence.id}): {about.licence.url}\n\n"
        f"{about.licence.statement}\n{texts}"
    )


def changelog(about: About, connection: sqlite3.Connection, before: str) -> str:
    """Returns `CHANGELOG.md`: what changed in this release above what the file of the release before says."""
    lines = [f"## {about.version} ({about.date})\n"]
    if not about.previous:
        lines.append(f"First release: {about.documents:,} documents, {about.records:,} records.\n")
    else:
        lines.append(f"Against version {about.previous}: {about.documents:,} documents, {about.records:,} records.\n")
        told = changes.summary(connection)
        lines += [f"* {table}: {count:,} {change}, {why}" for table, change, _, why, count in told]
        lines += [] if told else ["No row changed."]
        lines += _withdrawn_lines(connection)
        lines.append("")
    return _CHANGES_HEAD + "\n".join(lines) + ("\n" + before.removeprefix(_CHANGES_HEAD) if before else "")


def _withdrawn_lines(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT c.table_name, c.row, c.document, c.quote, coalesce(l.en, c.reason) FROM changes c "
        "LEFT JOIN labels l ON l.list = 'reason' AND l.code = c.reason WHERE c.change = 'withdrawn' "
        "ORDER BY c.table_name <> 'documents', c.table_name, c.row LIMIT ?",
        [_SHOWN],
    ).fetchall()
    if not rows:
        return []
    lines = ["\nWithdrawn:\n", "| table | row | document | quote | why |", "| --- | --- | --- | --- | --- |"]
    return lines + [
        f"| {table} | {row} | {document} | {_cell(quote)} | {why} |" for table, row, document, quote, why in rows
    ]


def _cell(value: object) -> str:
    """A value as it may stand in a cell of a Markdown table."""
    return "" if value is None else " ".join(str(value).replace("|", "\\|").split())
