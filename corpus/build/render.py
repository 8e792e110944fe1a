"""Renders the gold texts to the files of `corpus/documents` and writes `corpus/sources.csv`.

Run as `python corpus/build/render.py`, with a word to render only the files whose names hold it. What is rendered
stands in `plan.csv`: one row for each file, with the gold texts it shows, its form and the options of that form
(`key=value` words). Fonts, seeds and dates are fixed: a second run on the same machine writes the same bytes.
"""

import csv
import hashlib
import io
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import codings
import layout
import pages
import scans
import web
import word

CORPUS: Final = Path(__file__).resolve().parents[1]
GOLD: Final = CORPUS / "gold"
DOCUMENTS: Final = CORPUS / "documents"
_COLUMNS: Final = ("file", "gold", "format", "origin", "date", "licence", "sha256", "purpose")
_WRITTEN: Final = "2026-01"


@dataclass(frozen=True)
class Job:
    """One row of the plan."""

    file: str
    gold: tuple[str, ...]
    form: str
    options: dict[str, str]
    purpose: str

    def text(self) -> str:
        """The gold text of the first document."""
        return (GOLD / f"{self.gold[0]}.txt").read_text(encoding="utf-8")

    def option(self, name: str, default: str) -> str:
        """An option of the row, or what is usual."""
        return self.options.get(name, default)

    @property
    def is_article(self) -> bool:
        """Articles are laid out as newspaper pages, all else as official papers."""
        return self.gold[0].startswith("bao-")


def render_text(job: Job) -> bytes:
    """A plain text file in the coding that the row names."""
    text, coding = job.text(), job.option("coding", "utf-8")
    match coding:
        case "tcvn3":
            return codings.tcvn3(text)
        case "vni":
            return codings.vni(text)
        case "viqr":
            return codings.viqr(text)
        case "windows-1258":
            return codings.windows_1258(text)
        case "utf-8-nfd":
            return unicodedata.normalize("NFD", text).encode("utf-8-sig")
        case _:
            return text.replace("\n", "\r\n").encode(coding) if coding == "utf-16" else text.encode(coding)


def render_html(job: Job) -> bytes:
    """A saved news page."""
    return web.saved_page(layout.article(job.text()), name=job.gold[0])


def render_docx(job: Job) -> bytes:
    """A Word file."""
    header, footer = job.option("header", ""), job.option("footer", "")
    return word.docx(_blocks(job), title=job.gold[0], header=header.replace("_", " "), footer=footer.replace("_", " "))


def render_pdf(job: Job) -> bytes:
    """A PDF with its text."""
    font, size = job.option("font", "liberation"), float(job.option("size", "12"))
    if job.is_article:
        masthead = job.option("masthead", "TIN SÔNG LÀNH").replace("_", " ")
        return pages.newspaper_pdf(layout.article(job.text()), font=font, size=size, masthead=masthead)
    return pages.official_pdf(_blocks(job), font=font, size=size, title=job.gold[0])


def render_scan(job: Job) -> bytes:
    """A PDF of page images."""
    dpi, quality = int(job.option("dpi", "200")), int(job.option("quality", "50"))
    return scans.scanned_pdf(_worn(job, dpi), quality=quality, dpi=dpi, title=job.gold[0])


def render_png(job: Job) -> bytes:
    """One PNG of all pages."""
    dpi = int(job.option("dpi", "200"))
    return scans.png(_worn(job, dpi), dpi)


def render_jpg(job: Job) -> bytes:
    """A JPEG of the first page; a paper that needs two is refused."""
    dpi, quality = int(job.option("dpi", "200")), int(job.option("quality", "55"))
    images = _worn(job, dpi)
    if len(images) != 1:
        raise ValueError(f"{job.file}: {len(images)} pages do not go into one JPEG")
    return scans.jpeg(images[0], quality, dpi)


def render_tif(job: Job) -> bytes:
    """A TIFF of all pages."""
    dpi = int(job.option("dpi", "200"))
    return scans.tiff(_worn(job, dpi), dpi)


def render_zip(job: Job) -> bytes:
    """A zip of text files, one in a folder with a Vietnamese name."""
    parts = [(f"Hồ sơ/{name}.txt", (GOLD / f"{name}.txt").read_bytes()) for name in job.gold]
    return word.zipped(parts)


FORMS: Final[dict[str, Callable[[Job], bytes]]] = {
    "txt": render_text,
    "html": render_html,
    "docx": render_docx,
    "pdf": render_pdf,
    "scan": render_scan,
    "png": render_png,
    "jpg": render_jpg,
    "tif": render_tif,
    "zip": render_zip,
}


def read_plan() -> list[Job]:
    """The rows of `plan.csv` in its order."""
    with (Path(__file__).parent / "plan.csv").open(encoding="utf-8", newline="") as file:
        return [
            Job(
                file=row["file"],
                gold=tuple(row["gold"].split(" ")),
                form=row["form"],
                options=dict(part.split("=", 1) for part in row["options"].split(" ") if part),
                purpose=row["purpose"],
            )
            for row in csv.DictReader(file)
        ]


def sources_csv(rendered: list[tuple[Job, bytes]]) -> bytes:
    """The table of the files, sorted by name."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(_COLUMNS)
    for job, data in sorted(rendered, key=lambda pair: pair[0].file):
        coding = job.options.get("coding")
        form = f"{job.form} {coding}" if coding else job.form
        digest = hashlib.sha256(data).hexdigest()
        table.writerow((job.file, " ".join(job.gold), form, "own text", _WRITTEN, "CC0-1.0", digest, job.purpose))
    return out.getvalue().encode()


def main() -> None:
    """Renders the whole plan, removes files that are no longer in it, and writes the table."""
    only = sys.argv[1:]
    rendered = []
    for job in read_plan():
        target = DOCUMENTS / job.file
        if only and not any(word_ in job.file for word_ in only):
            rendered.append((job, target.read_bytes()))
            continue
        data = FORMS[job.form](job)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        rendered.append((job, data))
        print(f"{len(data):>9,}  {job.file}")
    planned = {DOCUMENTS / job.file for job, _ in rendered}
    for path in sorted(DOCUMENTS.rglob("*")):
        if path.is_file() and path not in planned:
            path.unlink()
            print(f"  removed  {path.relative_to(DOCUMENTS)}")
    (CORPUS / "sources.csv").write_bytes(sources_csv(rendered))
    print(f"{sum(len(data) for _, data in rendered):>9,}  in {len(rendered)} files")


def _blocks(job: Job) -> list[layout.Block]:
    merged = frozenset(int(column) for column in job.option("merged", "").split("+") if column)
    return layout.official(job.text(), merged)


def _worn(job: Job, dpi: int) -> list[scans.Grey]:
    wear = scans.WEARS[job.option("wear", "office")]
    return scans.worn(scans.page_images(render_pdf(job), dpi), wear, seed=job.gold[0])


if __name__ == "__main__":
    main()
