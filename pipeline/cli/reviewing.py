"""Commands of review: `serve`, and `user` for the accounts."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from extractors.domain.errors import UsageError
from pipeline.cli.group import cli, db_option, say
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.store import Store

_ROLES = ("reader", "reviewer", "adjudicator", "admin")


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8600, show_default=True)
@click.option("--name", "names", multiple=True, help="A further host name that the server is reached by.")
@click.option(
    "--certificate", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="TLS certificate (PEM)."
)
@click.option("--key", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="Its private key (PEM).")
@click.option("--plain-http", is_flag=True, help="Let people log in over the network without TLS.")
@db_option
@click.pass_obj
def serve(
    settings: Settings, host: str, port: int, names: tuple[str, ...], certificate: Path | None, key: Path | None,
    plain_http: bool, db: Path | None,
) -> None:  # fmt: skip
    """Serve the review pages and the JSON API, on this machine unless --host says otherwise.

    Beyond this machine at least one account must exist (`sovang user add`), and the network needs TLS.
    """
    import uvicorn

    from pipeline.review import users
    from pipeline.store import Store
    from pipeline.web.app import create_app
    from pipeline.web.shield import Reach

    if (certificate is None) != (key is None):
        raise UsageError("TLS needs both --certificate and --key", advice="Give both or neither")
    settings = replace(settings, db=db or settings.db)
    reach = Reach(
        host=host.lower(),
        names=frozenset(name.lower() for name in names),
        has_tls=certificate is not None,
        is_plain_allowed=plain_http,
    )
    with Store(settings.db) as store:
        has_users = bool(users(store))
    if not reach.is_loopback:
        if not has_users:
            raise UsageError(
                f"Others could reach {host}, but there is no account yet",
                advice="Run `sovang user add NAME --role admin` first",
            )
        if not reach.has_tls:
            _warn_about_tls(plain_http=plain_http)
    app = create_app(settings, reach)
    scheme = "https" if certificate else "http"
    shown = f"[{host}]" if ":" in host else host
    say(f"Serving {settings.db} at {scheme}://{shown}:{port}/ (Ctrl-C ends it)")
    if not has_users:
        say("There is no account yet: `sovang user add NAME --role admin`")
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=20,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )


def _warn_about_tls(*, plain_http: bool) -> None:
    say("WARNING: without TLS, passwords and documents cross the network in the clear")
    if plain_http:
        say("WARNING: --plain-http sends the session in the clear too. Use it only in a network that you trust")
    else:
        say("Give --certificate and --key, or put a proxy with TLS before it; without, nobody can log in from outside")


@cli.group()
def user() -> None:
    """Manage the accounts of reviewers."""


@user.command("list")
@db_option
@click.pass_obj
def list_users(settings: Settings, db: Path | None) -> None:
    """List the accounts with their roles."""
    from pipeline.review import users

    with _store(settings, db) as store:
        for account in users(store):
            state = "disabled" if account.is_disabled else "active"
            click.echo(f"{account.name}\t{account.role.value}\t{state}\t{account.created_at[:10]}")


@user.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(_ROLES), default="reviewer", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
@db_option
@click.pass_obj
def add_account(settings: Settings, name: str, role: str, password_stdin: bool, db: Path | None) -> None:
    """Add an account; the password is asked for twice."""
    from pipeline.review import Role, add_user

    password = _password(from_stdin=password_stdin)
    with _store(settings, db) as store:
        added = add_user(store, name, password, Role(role))
    say(f"Added {added.name} ({added.role.value})")


@user.command("password")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
@db_option
@click.pass_obj
def change_password(settings: Settings, name: str, password_stdin: bool, db: Path | None) -> None:
    """Give an account a new password and end its sessions."""
    from pipeline.review import find_user, set_password

    with _store(settings, db) as store:
        find_user(store, name)
        set_password(store, name, _password(from_stdin=password_stdin))
    say(f"Changed the password of {name}; all its sessions have ended")


@user.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(_ROLES))
@db_option
@click.pass_obj
def change_role(settings: Settings, name: str, role: str, db: Path | None) -> None:
    """Give an account another role; each role may what the ones before it may."""
    from pipeline.review import Role, set_role

    with _store(settings, db) as store:
        set_role(store, name, Role(role))
    say(f"{name} is {role} now")


@user.command("disable")
@click.argument("name")
@click.option("--undo", is_flag=True, help="Let the person in again.")
@db_option
@click.pass_obj
def disable_account(settings: Settings, name: str, undo: bool, db: Path | None) -> None:
    """Keep an account from logging in and end its sessions; what it decided stays."""
    from pipeline.review import disable_user

    with _store(settings, db) as store:
        disable_user(store, name, disabled=not undo)
    say(f"{name} may log in again" if undo else f"{name} is disabled")


@user.command("token")
@click.argument("name")
@click.argument("label")
@click.option("--revoke", is_flag=True, help="Take the token of that label back.")
@db_option
@click.pass_obj
def token(settings: Settings, name: str, label: str, revoke: bool, db: Path | None) -> None:
    """Print a new token for scripts of an account; it cannot be shown again."""
    from pipeline.review import add_token, revoke_token

    with _store(settings, db) as store:
        if revoke:
            revoke_token(store, name, label)
            say(f"Revoked the token {label!r} of {name}")
        else:
            click.echo(add_token(store, name, label))


def _store(settings: Settings, db: Path | None) -> "Store":
    from pipeline.store import Store

    return Store(db or settings.db)


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
