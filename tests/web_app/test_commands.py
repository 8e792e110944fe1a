"""The commands `serve` and `user`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from extractors.domain.errors import UsageError
from pipeline.cli import cli
from pipeline.review import Refused, token_user
from pipeline.store import Store

Invoke = Callable[..., Result]


@pytest.fixture
def invoke(tmp_path: Path) -> Invoke:
    def call(*words: str, given: str | None = None) -> Result:
        return CliRunner().invoke(cli, [*words, "--db", str(tmp_path / "sovang.db")], input=given)

    return call


def add(invoke: Invoke, name: str, role: str = "reviewer") -> Result:
    return invoke("user", "add", name, "--role", role, "--password-stdin", given="mat khau dai\n")


def test_accounts_are_managed(invoke: Invoke, tmp_path: Path) -> None:
    assert add(invoke, "binh").exit_code == 0
    assert invoke("user", "role", "binh", "adjudicator").exit_code == 0
    assert invoke("user", "password", "binh", "--password-stdin", given="mot mat khau khac\n").exit_code == 0
    assert invoke("user", "disable", "binh").exit_code == 0
    assert invoke("user", "list").stdout.split("\t")[:3] == ["binh", "adjudicator", "disabled"]
    invoke("user", "disable", "binh", "--undo")
    made = invoke("user", "token", "binh", "script").stdout.strip()
    with Store(tmp_path / "sovang.db") as store:
        assert token_user(store, made) is not None
        assert invoke("user", "token", "binh", "script", "--revoke").exit_code == 0
        assert token_user(store, made) is None


def test_passwords_are_asked_for_twice_and_not_too_short(invoke: Invoke) -> None:
    asked = invoke("user", "add", "chi", given="mat khau dai\nmat khau dai\n")
    assert asked.exit_code == 0
    assert "mat khau dai" not in asked.output
    assert isinstance(invoke("user", "add", "em", "--password-stdin", given="ngan\n").exception, Refused)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the server would have been started with."""
    calls: list[dict[str, Any]] = []

    def run(app: Any, **options: Any) -> None:
        calls.append(options)
        for connections in (app.state.desk.reading, app.state.desk.writing, app.state.desk.doors):
            connections.close()

    monkeypatch.setattr("uvicorn.run", run)
    return calls


def test_it_serves_this_machine_alone_unless_told(invoke: Invoke, served: list[dict[str, Any]]) -> None:
    told = invoke("serve")
    assert (served[0]["host"], served[0]["port"]) == ("127.0.0.1", 8600)
    assert "sovang user add" in told.stderr
    assert "WARNING" not in told.stderr


def test_others_reach_it_only_where_there_are_accounts(invoke: Invoke, served: list[dict[str, Any]]) -> None:
    assert isinstance(invoke("serve", "--host", "10.0.0.7").exception, UsageError)
    add(invoke, "an", "admin")
    told = invoke("serve", "--host", "10.0.0.7")
    assert "without TLS" in told.stderr
    told = invoke("serve", "--host", "10.0.0.7", "--plain-http")
    assert "in the clear too" in told.stderr
    assert len(served) == 2


def test_tls_needs_both_halves(invoke: Invoke, tmp_path: Path) -> None:
    half = tmp_path / "cert.pem"
    half.touch()
    assert isinstance(invoke("serve", "--certificate", str(half)).exception, UsageError)
