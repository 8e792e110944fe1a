"""The commands that bring the tellings of one award decision together, and keep what people say of it: `link`."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from extractors.domain.errors import UsageError
from pipeline.cli.group import cli, db_option
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.store import Store

_Kind = Literal["decision", "recipient"]


@cli.group(invoke_without_command=True)
@db_option
@click.pass_context
def link(context: click.Context, db: Path | None) -> None:
    """Link what several documents tell of one award decision, and the mentions of one recipient.

    Only what is new or changed since the last time is compared. `sovang run` ends with the same.
    """
    settings: Settings = replace(context.obj, db=db or context.obj.db)
    context.obj = settings
    if context.invoked_subcommand is not None:
        return
    from pipeline import terminal
    from pipeline.decisions import link_awards
    from pipeline.store import Store

    with (
        terminal.progress("Linking", 1) as bar,
        Store(settings.db, must_exist=True) as store,
        store.sole_writer(),
    ):
        report = link_awards(store, bar.stage)
    terminal.console().print(
        f"{report.compared:,} awards compared. {report.tellings:,} tellings of {report.decisions:,} decisions, "
        f"{report.contradicted:,} of them told in contradictory ways; {report.recipients:,} recipients; "
        f"{report.sequels:,} proposals granted or decisions revoked"
    )


@link.command()
@click.argument("group", metavar="DECISION|RECIPIENT")
@click.pass_obj
def show(settings: Settings, group: str) -> None:
    """Show a decision or recipient by its id, with what it stands on."""
    from pipeline import terminal
    from pipeline.decisions.browsing import read_decision, read_recipient

    with _store(settings) as store:
        found = read_decision(store, group) or read_recipient(store, group)
    if found is None:
        raise UsageError(
            f"There is no decision or recipient {group}", advice="Take the id from decisions or recipients"
        )
    terminal.console().print_json(data=found, indent=2)


@link.command()
@click.argument("member", metavar="RECORD[:POSITION]")
@click.argument("others", metavar="OTHER...", nargs=-1, required=True)
@click.option("--reason", help="Why.")
@click.option("--reviewer", default=getpass.getuser, help="Who says so [the user of this machine].")
@click.pass_obj
def accept(settings: Settings, member: str, others: tuple[str, ...], reason: str | None, reviewer: str) -> None:
    """Say that RECORD tells of the same decision as the OTHER records; with :POSITION, that a name is one recipient."""
    _settle(settings, "accepted", member, others, reason, reviewer)


@link.command()
@click.argument("member", metavar="RECORD[:POSITION]")
@click.argument("others", metavar="[OTHER]...", nargs=-1)
@click.option("--reason", help="Why.")
@click.option("--reviewer", default=getpass.getuser, help="Who says so [the user of this machine].")
@click.pass_obj
def reject(settings: Settings, member: str, others: tuple[str, ...], reason: str | None, reviewer: str) -> None:
    """Say that RECORD tells of another decision than the OTHER records, or than all it is linked with now."""
    _settle(settings, "rejected", member, others, reason, reviewer)


@link.command()
@click.argument("review", type=int)
@click.option("--reviewer", default=getpass.getuser, help="Who says so [the user of this machine].")
@click.pass_obj
def undo(settings: Settings, review: int, reviewer: str) -> None:
    """Take back what was said of a link, by the number of the review."""
    from pipeline import terminal
    from pipeline.decisions import undo_link

    with _store(settings) as store:
        number = undo_link(store, review, reviewer)
    terminal.console().print(f"Review {review} is taken back by review {number}")


def _settle(
    settings: Settings, verdict: Literal["accepted", "rejected"], member: str, others: tuple[str, ...],
    reason: str | None, reviewer: str,
) -> None:  # fmt: skip
    from pipeline import terminal
    from pipeline.decisions import settle_link
    from pipeline.decisions.browsing import group_of, others_of

    subject = _member(member)
    kind: _Kind = "recipient" if subject[1] else "decision"
    with _store(settings) as store, store.immediate():
        named = [_member(other) for other in others]
        if not named:
            group = group_of(store, kind, subject)
            named = others_of(store, kind, group, subject) or [] if group else []
        review = settle_link(store, kind, subject, named, verdict, reviewer, reason)
        group = group_of(store, kind, subject)
    terminal.console().print(f"Review {review}: {member} {verdict}; it belongs to {kind} {group} now")


def _member(written: str) -> tuple[str, int]:
    record, _, position = written.partition(":")
    if position and not position.isdecimal():
        raise UsageError(f"{written!r} names no record", advice="Write RECORD or RECORD:POSITION")
    return record, int(position or 0)


@contextmanager
def _store(settings: Settings) -> "Iterator[Store]":
    from pipeline.store import Store

    with Store(settings.db, must_exist=True) as store:
        yield store
