"""How a person reads a record: its value in one line, its reasons, its order in the text, its colour."""

from collections.abc import Iterator
from typing import Final, cast

from rich.text import Text

from extractors.domain.records import Json

KINDS: Final = ("dates", "provinces", "figures", "awards")
STYLES: Final = {"dates": "cyan", "provinces": "green", "figures": "yellow", "awards": "magenta"}


def records_in_order(document: Json) -> Iterator[tuple[str, Json]]:
    """Yields kind and record of a document, by place in the text, longer ones first."""
    found = [(kind, record) for kind in KINDS for record in cast(list[Json], document[kind])]
    yield from sorted(found, key=lambda f: (cast(int, f[1]["start"]), -cast(int, f[1]["end"]), KINDS.index(f[0])))


def value_line(kind: str, record: Json) -> str:
    """Returns the value of a record in one line: `2013-12-25`, `> 50 năm`, `co-bo proposed: A, B`."""
    if kind == "dates":
        return _joined(record["edtf"], record["mod"], record["calendar"])
    if kind == "provinces":
        today = cast(list[str], record["today"])
        return str(record["id"]) + (f" (today {', '.join(today)})" if today and today != [record["id"]] else "")
    if kind == "figures":
        value = record["value"]
        number = " to ".join(f"{v:,}" for v in value) if isinstance(value, list) else f"{value:,}"
        of = f" of {record['of']:,}" if record["of"] is not None else ""
        return _joined(record["mod"], number + of, record["unit"])
    names = [str(recipient["text"]) for recipient in cast(list[Json], record["recipients"])]
    grantor = cast("Json | None", record["grantor"])
    parts = [
        _joined(record["form"], record["class"], record["status"], "posthumous" if record["posthumous"] else None),
        f"by {grantor['text']}" if grantor else "",
        f"to {'; '.join(names)}" if names else "",
        f"count {record['count']}" if record["count"] is not None and not names else "",
        f"no. {record['decision_no']}" if record["decision_no"] else "",
        f"on {record['date']}" if record["date"] else "",
        f"for {record['period']}" if record["period"] else "",
    ]
    return ", ".join(part for part in parts if part)


def reasons(record: Json) -> str:
    """Returns the rule and the evidence of a record in one line."""
    evidence = "; ".join(str(reason) for reason in cast(list[str], record["evidence"]))
    return f"{record['rule']}: {evidence}" if evidence else str(record["rule"])


def _joined(*parts: object) -> str:
    return " ".join(str(part) for part in parts if part not in (None, ""))


def shown(value: object, style: str = "") -> Text:
    """Returns text of a document as it may stand on a terminal: one line, no control characters, no markup."""
    line = " ".join(str(value).split())
    return Text("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line), style)
