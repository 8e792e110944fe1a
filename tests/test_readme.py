"""The README names every command, setting, format, table and column, and every exit code."""

import dataclasses
import re
from pathlib import Path

import click
import pytest
import sqlite_utils

from extractors.domain.errors import ExitCode
from pipeline.cli import cli
from pipeline.migrations import MIGRATIONS
from pipeline.readers import READERS
from pipeline.settings import Settings

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
INTERNAL = re.compile(r"^(sqlite_|_|document_search_)")


@pytest.fixture(scope="module")
def schema() -> dict[str, list[str]]:
    db = sqlite_utils.Database(memory=True)
    MIGRATIONS.apply(db)
    return {
        name: [column.name for column in db[name].columns]
        for name in [*db.table_names(), *db.view_names()]
        if not INTERNAL.match(name)
    }


def test_every_command_with_its_options_is_documented() -> None:
    assert isinstance(cli, click.Group)
    for name, command in cli.commands.items():
        row = next((line for line in README.splitlines() if line.startswith(f"| `sovang {name}")), None)
        assert row, f"README has no row for `sovang {name}`"
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name not in {"help", "db"}:
                assert any(option in row for option in parameter.opts), f"{name}: {parameter.opts}"


def test_every_table_and_column_is_documented(schema: dict[str, list[str]]) -> None:
    section = README.split("## The database")[1].split("\n## ")[0]
    for table, columns in schema.items():
        rows = [line for line in section.splitlines() if line.startswith("|") and f"`{table}`" in line.split("|")[1]]
        assert rows, f"README has no row for table {table}"
        told = set(re.findall(r"`(\w+)`", " ".join(rows)))
        assert set(columns) <= told, f"{table}: {sorted(set(columns) - told)}"


def test_every_format_is_documented() -> None:
    section = README.split("## Formats")[1].split("\n## ")[0]
    for name in READERS:
        assert f"`{name}`" in section


def test_every_setting_is_documented() -> None:
    for field in dataclasses.fields(Settings):
        assert f"`{field.name}`" in README


def test_every_exit_code_is_documented() -> None:
    section = README.split("Exit codes:")[1].split("\nSettings")[0]
    assert re.findall(r"^\| (\d) ", section, re.MULTILINE) == [str(code.value) for code in ExitCode]
