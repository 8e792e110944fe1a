"""What the commands show on the terminal: progress on stderr, summaries and lists on stdout."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from pipeline.fetch import FetchReport
from pipeline.run import Report
from pipeline.settings import Settings
from pipeline.store import Failure, Linked, Overview, Row
from pipeline.trust import Audit
from pipeline.wording import STYLES, shown

_LISTED: Final = 20  # how many failures and left-out suffixes a summary shows
_HEADER: Final = (
    "id", "source", "status", "format", "kind", "title", "author", "publisher", "published", "number", "issued",
    "issuing_body", "subject", "signer", "pages", "ocr_confidence", "notes", "extractor",
)  # fmt: skip


def console() -> Console:
    """Returns the console of stdout, 120 columns wide where it is no terminal."""
    return Console(width=None if sys.stdout.isatty() else 120, highlight=False, soft_wrap=False)


class _Rate(ProgressColumn):
    """Documents a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.1f}/s" if speed else "", "dim")


class Bar:
    """A bar that is called for each thing dealt with, and can go over to another stage of the work."""

    def __init__(self, bar: Progress, what: str, total: int) -> None:
        self._bar = bar
        self._task = bar.add_task(what, total=total)

    def __call__(self, _name: str) -> None:
        """One more thing is dealt with."""
        self._bar.advance(self._task)

    def stage(self, what: str, done: int, total: int) -> None:
        """Shows how far another stage has come."""
        self._bar.update(self._task, description=what, completed=done, total=total)


@contextmanager
def progress(what: str, total: int) -> Iterator[Bar]:
    """Shows a bar with rate and time left on stderr while the block runs; silent where stderr is no terminal."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
    with bar:
        yield Bar(bar, what, total)


# --- run and retry ----------------------------------------------------------------------------------


def run_summary(report: Report, settings: Settings, provinces: Sequence[tuple[str, int]]) -> RenderableType:
    """Returns what a run did, what failed and why, and what to type next."""
    table = _plain_table()
    if report.interrupted:
        table.add_row("", Text("Stopped before the end; the same command goes on where it stopped.", "bold yellow"))
    done = report.done.total()
    if done or not (report.unchanged or report.has_failures):
        table.add_row("Read", _documents(done) + _listed(report.done))
    if report.records.total():
        table.add_row("Found", _listed(report.records, brackets=False))
    if report.unchanged:
        note = "nothing new to do" if not done and not report.has_failures else "known already"
        table.add_row("Unchanged", f"{_documents(report.unchanged)}, {note}")
    if report.outdated:
        table.add_row("Older", f"{report.outdated:,} read by an earlier version: `sovang run --renew` reads them again")
    if report.copies:
        table.add_row("The same twice", _copies(report.copies))
    if report.linked and report.linked.decisions:
        linked = report.linked
        table.add_row("Linked", f"{linked.tellings:,} tellings of {linked.decisions:,} award decisions")
    if report.left_out:
        table.add_row("Left out", f"{report.left_out.total():,} files of other kinds{_listed(report.left_out)}")
    if report.failures:
        table.add_row("Failed", Text(f"{_documents(len(report.failures))}, reasons below", "bold red"))
    if report.failed_before:
        table.add_row("Failed", Text(f"{_documents(report.failed_before)} in an earlier run: `sovang retry`", "red"))
    if provinces and done:
        table.add_row("Most named", ", ".join(f"{name} ({count})" for name, count in provinces))
    table.add_row("Database", shown(settings.db))
    parts: list[RenderableType] = [table]
    if report.failures:
        parts.append(Padding(failures_table(report.failures), (1, 0, 0, 0)))
    steps = ["sovang status", "sovang show NAME"] + ["sovang retry"] * report.has_failures
    parts.append(Padding(Text("Next: " + " · ".join(steps), "dim"), (1, 0, 0, 0)))
    return Group(*parts)


def plan_summary(report: Report) -> RenderableType:
    """Returns what a dry run would do, source by source."""
    table = _plain_table()
    for what, source in report.planned:
        table.add_row(what, shown(source))
    table.add_row("", "")
    table.add_row("to do", f"{sum(what != 'cannot be read' for what, _ in report.planned):,}")
    table.add_row("unchanged", f"{report.unchanged:,}")
    if report.failed_before:
        table.add_row("failed before", f"{report.failed_before:,}")
    if report.left_out:
        table.add_row("left out", f"{report.left_out.total():,}{_listed(report.left_out)}")
    return table


def failures_table(failures: Sequence[Failure]) -> Table:
    """Returns file, cause and advice of the first failures, and how many more there are."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("file", overflow="fold", ratio=2)
    table.add_column("what", overflow="fold", ratio=3)
    table.add_column("what to do", overflow="fold", ratio=3)
    table.expand = True
    for failure in sorted(failures, key=lambda f: f.source)[:_LISTED]:
        name = failure.source.rsplit("/", 1)[-1]
        table.add_row(shown(name), shown(f"{failure.error}: {failure.message}"), shown(failure.advice))
    if len(failures) > _LISTED:
        table.add_row(f"and {len(failures) - _LISTED:,} more", "see the table `failures`", "")
    return table


def fetch_summary(report: FetchReport) -> RenderableType:
    """Returns what was fetched, what was left and why, and where it lies."""
    table = _plain_table()
    if report.is_interrupted:
        table.add_row("", Text("Stopped before the end; what was fetched is kept.", "bold yellow"))
    table.add_row("Fetched", f"{report.fetched:,} page{'' if report.fetched == 1 else 's'}")
    left = {"unchanged": report.unchanged, "fetched before": report.known, "older": report.older}
    if any(left.values()):
        table.add_row("Left", _listed(Counter({name: count for name, count in left.items() if count}), brackets=False))
    if report.is_limited:
        table.add_row("Limit", "There is more; the same command goes on, --limit fetches more at once")
    if report.archive:
        table.add_row("Archive", shown(report.archive))
    if not report.failures:
        return table
    failures = [
        Failure(source=url, error=type(error).__name__, message=error.message, advice=error.advice)
        for url, error in report.failures
    ]
    table.add_row("Failed", Text(f"{len(failures):,}, reasons below", "bold red"))
    return Group(table, Padding(failures_table(failures), (1, 0, 0, 0)))


# --- status, show, doctor, verify -------------------------------------------------------------------


def status_page(state: Overview, settings: Settings) -> RenderableType:
    """Returns what the database holds and what waits."""
    table = _plain_table()
    table.add_row("Database", shown(settings.db))
    documents = Counter(state.documents)
    table.add_row("Documents", f"{documents.total():,}{_listed(documents)}")
    table.add_row("Records", _listed(Counter(state.records), brackets=False))
    table.add_row("Decided by people", f"{state.decided:,}")
    if state.unfinished:
        table.add_row("Unfinished", f"{state.unfinished:,}: the next `sovang run` or `sovang retry` goes on")
    if state.outdated:
        table.add_row("Read by an earlier version", f"{state.outdated:,}: `sovang run --renew SOURCE` reads them again")
    if state.copies:
        table.add_row("The same twice", _copies(state.copies))
    if state.provinces:
        table.add_row("Most named", ", ".join(f"{name} ({count})" for name, count in state.provinces))
    if state.last_run:
        run = state.last_run
        ended = str(run["ended_at"] or "not ended")
        table.add_row("Last run", f"{run['command']!s}, {run['state']!s}, {run['started_at']!s} to {ended}")
    table.add_row("Failures", Text(f"{len(state.failures):,}", "bold red" if state.failures else ""))
    if not state.failures:
        return table
    failures = [
        Failure(
            source=str(row["source"]),
            error=str(row["error"]),
            message=str(row["message"]),
            advice=str(row["advice"]),
        )
        for row in state.failures
    ]
    return Group(table, Padding(failures_table(failures), (1, 0, 0, 0)))


def audit_table(audits: Sequence[Audit], version: str) -> RenderableType:
    """Returns what passed unread and how right the audit found it; `version` is the one that reads now.

    `watch` tells how near the audit is to its alarm.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("kind", "threshold", "passed", "drawn", "read", "right", "at least", "watch", ""):
        table.add_column(name, justify="left" if name in ("kind", "") else "right", no_wrap=name != "")
    for audit in audits:
        held, note = audit.held, audit.warning or ""
        if held is None:
            table.add_row(audit.kind, *["-"] * 7, shown(note, "bold red"))
            continue
        if held.extractor != version and not note:
            note = "holds for an earlier version: certify anew with `sovang thresholds`"
        right = "-" if audit.precision is None else f"{audit.precision:.2%}"
        told = shown(note, "bold red" if audit.alarm else "")
        table.add_row(
            audit.kind, f"{held.threshold:.4f}", f"{audit.passed:,}", f"{audit.drawn:,}", f"{audit.read:,}", right,
            f"{audit.low:.2%}" if audit.read else "-", f"{audit.level:.0%}", told,
        )  # fmt: skip
    return table


def document_page(
    document: Row,
    sources: Sequence[str],
    links: Sequence[Linked],
    facts: Sequence[Row],
    records: Sequence[Row],
    *,
    as_text: bool,
) -> RenderableType:
    """Returns the header of a document and its records, as marks in the text or as a list with pages."""
    head = _plain_table()
    for name in _HEADER:
        if document[name] not in (None, "", "[]"):
            head.add_row(name.replace("_", " "), shown(document[name]))
    for other in sources[1:]:
        head.add_row("also", shown(other))
    for link in links:
        head.add_row(link.kind, shown(f"{link.source} ({link.similarity:.0%}{_counted(link)})"))
    body = _marked_text(document, records) if as_text else _record_list(records)
    return Group(head, Padding(_fact_list(facts), (1, 0, 0, 0)), Padding(body, (1, 0, 0, 0)))


def _fact_list(facts: Sequence[Row]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("page", "header", "quote", "value", "sure", "rule"):
        table.add_column(name, overflow="fold")
    for fact in facts:
        table.add_row(
            shown(fact["page"] or ""),
            shown(str(fact["field"]).replace("_", " "), "blue"),
            shown(fact["quote"]),
            shown(fact["value"]),
            f"{float(str(fact['confidence'])):.0%}" if fact["state"] == "machine" else str(fact["state"]),
            shown(fact["rule"], "dim"),
        )
    return table


def _counted(link: Linked) -> str:
    return "" if link.is_copy else ", whose facts are counted"


def _record_list(records: Sequence[Row]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("page", "kind", "quote", "value", "sure", "rule"):
        table.add_column(name, overflow="fold")
    for record in records:
        style = STYLES[str(record["kind"])] + (" dim" if record["copy_of"] else "")
        table.add_row(
            shown(record["page"] or ""),
            Text(str(record["kind"]), style),
            shown(record["quote"], style),
            shown(record["value"]),
            f"{float(str(record['confidence'])):.0%}" if record["state"] == "machine" else str(record["state"]),
            shown(record["rule"], "dim"),
        )
    return table


def _marked_text(document: Row, records: Sequence[Row]) -> Text:
    raw = str(document["text"] or "")
    text = Text("".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in raw))
    for record in records:  # longer ones come first, so that shorter ones show on top
        text.stylize(f"{STYLES[str(record['kind'])]} underline", int(str(record["start"])), int(str(record["end"])))
    return text


def faults_table(faults: Sequence[tuple[str, str]]) -> Table:
    """Returns where and what of each fault that `verify` found."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("where", overflow="fold", ratio=1)
    table.add_column("what", overflow="fold", ratio=1)
    for where, what in faults:
        table.add_row(shown(where), shown(what, "red"))
    return table


def doctor_page(facts: Sequence[tuple[str, str, bool]]) -> Table:
    """Returns what is installed and what is missing, one line each."""
    table = _plain_table()
    for name, state, is_well in facts:
        table.add_row(name, shown(state, "" if is_well else "yellow"))
    return table


def _plain_table() -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _documents(count: int) -> str:
    return f"{count:,} document{'' if count == 1 else 's'}"


def _copies(count: int) -> str:
    return f"{_documents(count)} that repeat{'s' * (count == 1)} another, not counted in the facts"


def _listed(counts: Counter[str], *, brackets: bool = True) -> str:
    items = [f"{count:,} {name}" for name, count in counts.most_common(_LISTED)]
    if not items:
        return ""
    return f" ({', '.join(items)})" if brackets else ", ".join(items)
