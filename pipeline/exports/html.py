"""One self-contained page: each text with its records marked by kind, reasons on hover and focus, a list below.

The page loads nothing from anywhere, runs no script, and says so in its own content policy.
"""

from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources
from itertools import pairwise
from typing import Final, TextIO, cast

from extractors.domain.records import Json
from pipeline.wording import KINDS, reasons, records_in_order, value_line

_LABELS: Final = {
    "dates": "Ngày tháng · Dates",
    "provinces": "Tỉnh, thành phố · Provinces",
    "figures": "Số liệu · Figures",
    "awards": "Khen thưởng · Awards",
}
_HEADER: Final = {
    "kind": "Loại · Kind",
    "number": "Số, ký hiệu · Number",
    "issuing_body": "Cơ quan ban hành · Issued by",
    "issued": "Ngày ban hành · Issued",
    "subject": "Trích yếu · Subject",
    "signer": "Người ký · Signer",
    "author": "Tác giả · Author",
    "publisher": "Nguồn · Publisher",
    "published": "Ngày đăng · Published",
    "source": "Tệp · File",
}


def write(documents: Iterable[Json], target: TextIO) -> int:
    """Writes the page, document by document; returns how many."""
    style = resources.files("pipeline.exports").joinpath("html.css").read_text(encoding="utf-8")
    legend = "".join(f'<span class="mark {kind}">{_LABELS[kind]}</span> ' for kind in KINDS)
    target.write(
        '<!doctype html>\n<html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Sổ Vàng</title><style>\n{style}</style></head>\n"
        f"<body><header><h1>Sổ Vàng</h1><p>{legend}</p></header>\n"
    )
    count = 0
    for count, document in enumerate(documents, 1):
        target.writelines(_document(document, count))
    target.write("</body></html>\n")
    return count


def _document(document: Json, position: int) -> Iterator[str]:
    head = cast(Json, document["document"])
    title = head["title"] or head["subject"] or head["source"] or ""
    yield f'<article id="d{position}"><h2>{_line(title)}</h2>\n<dl>'
    for name, label in _HEADER.items():
        if head.get(name):
            yield f"<dt>{label}</dt><dd>{_line(head[name])}</dd>"
    yield '</dl>\n<div class="text" lang="vi">'
    found = list(records_in_order(document))
    yield from _marked(str(document["text"]), found, position)
    yield "</div>\n"
    for kind in KINDS:
        yield from _list(kind, [record for k, record in found if k == kind], position)
    yield "</article>\n"


def _marked(text: str, found: list[tuple[str, Json]], position: int) -> Iterator[str]:
    """The text cut at every border of a record; a piece takes the look of the shortest record over it."""
    spans = [(cast(int, r["start"]), cast(int, r["end"]), kind, r) for kind, r in found]
    borders = sorted({0, len(text), *(s for s, *_ in spans), *(e for _, e, *_ in spans)})
    coming = sorted(spans, key=lambda s: s[0], reverse=True)
    over: list[tuple[int, int, str, Json]] = []
    seen: set[str] = set()
    for start, end in pairwise(borders):
        over = [span for span in over if span[1] > start]
        while coming and coming[-1][0] <= start:
            over.append(coming.pop())
        piece = escape(text[start:end], quote=False)
        if not over:
            yield piece
            continue
        _, _, kind, record = min(over, key=lambda s: (s[1] - s[0], KINDS.index(s[2])))
        rid = escape(f"{position}-{record['record_id']}")
        anchor = "" if rid in seen else f' id="m{rid}"'
        seen.add(rid)
        why = "\n".join(_why(k, r) for *_, k, r in sorted(over, key=lambda s: s[1] - s[0]))
        yield f'<a class="mark {kind}"{anchor} href="#r{rid}" data-why="{escape(why)}">{piece}</a>'


def _why(kind: str, record: Json) -> str:
    return f"{_one_line(value_line(kind, record))} · {_sure(record)} · {_one_line(reasons(record))}"


def _list(kind: str, records: list[Json], position: int) -> Iterator[str]:
    if not records:
        return
    yield f'<details open><summary>{_LABELS[kind]} ({len(records)})</summary><table class="{kind}"><tbody>\n'
    for record in records:
        rid = escape(f"{position}-{record['record_id']}")
        page = f"tr. {record['page']}" if record["page"] else ""
        yield (
            f'<tr id="r{rid}"><td><a href="#m{rid}">{_line(record["text"])}</a></td>'
            f"<td>{_line(value_line(kind, record))}</td><td>{_sure(record)}</td><td>{page}</td>"
            f"<td>{_line(reasons(record))}</td></tr>\n"
        )
    yield "</tbody></table></details>\n"


def _sure(record: Json) -> str:
    return f"{cast(float, record['confidence']):.0%}"


def _one_line(value: object) -> str:
    return " ".join(str(value).split())


def _line(value: object) -> str:
    return escape(_one_line(value))
