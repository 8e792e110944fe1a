"""Web archives: documents come out byte for byte; what is broken is one failure each and the rest is read."""

import gzip
import io
import random
import re
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from extractors.domain.errors import TooLarge, Unsupported
from pipeline.run import Order, run
from pipeline.settings import Settings
from pipeline.sources import LeftOut, Limits, Source, Unreadable, walk
from pipeline.store import Store
from pipeline.webarchive import Answer, Broken, Found, Skipped, answers

pytestmark = pytest.mark.filterwarnings(  # warcio's writer leaves its temporary files to the collector
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
LIMIT = 10_000_000
PAGE = "<html><body><p>Tỉnh Lạng Sơn, {}.</p>\r\n\r\n</body></html>"
LIMITS = Limits(file_bytes=LIMIT, zip_bytes=LIMIT, zip_entries=10)


class Maker:
    def __init__(self, *, packed: bool) -> None:
        self.bytes = io.BytesIO()
        self.writer = WARCWriter(self.bytes, gzip=packed)

    def add(
        self,
        url: str,
        body: bytes,
        mime: str = "text/html",
        status: str = "200 OK",
        kind: str = "response",
        **more: str,
    ) -> None:
        headers = [("Content-Type", mime), *((name.replace("_", "-"), value) for name, value in more.items())]
        http = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
        record = self.writer.create_warc_record(url, kind, payload=io.BytesIO(body), http_headers=http)
        self.writer.write_record(record)


def made(*, packed: bool, count: int = 5) -> bytes:
    maker = Maker(packed=packed)
    for number in range(count):
        maker.add(f"http://bao.example/{number}.html", PAGE.format(number).encode() * 30)
    return maker.bytes.getvalue()


def read(folder: Path, data: bytes, limit: int = LIMIT) -> list[Found]:
    (folder / "a.warc").write_bytes(data)
    return list(answers(folder / "a.warc", limit))


def pages(found: list[Found]) -> list[str]:
    return [each.url[-6] for each in found if isinstance(each, Answer)]


@pytest.mark.parametrize("packed", [False, True])
def test_bytes_come_out_exactly(tmp_path: Path, packed: bool) -> None:
    maker = Maker(packed=packed)
    body = PAGE.format("ở").encode()
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    pdf = b"%PDF-1.4 \x00\xff" + random.Random(1).randbytes(100_000)
    maker.add("https://a.example/plain", body)
    maker.add("https://a.example/gzip", gzip.compress(body), Content_Encoding="gzip")
    maker.add("https://a.example/chunks", chunked, Transfer_Encoding="chunked")
    maker.add("https://a.example/tep.pdf?x=1", pdf, "application/octet-stream")
    found = read(tmp_path, maker.bytes.getvalue())
    assert [each.payload for each in found if isinstance(each, Answer)] == [body, body, body, pdf]
    last = found[-1]
    assert isinstance(last, Answer)
    assert last.suffix == ".pdf"
    assert last.captured
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", last.captured)


def test_what_is_no_document_is_skipped_with_its_reason(tmp_path: Path) -> None:
    maker = Maker(packed=True)
    maker.add("http://a.example/", b"x", kind="request")
    maker.add("http://a.example/", b"gone", status="404 Not Found")
    maker.add("http://a.example/i.png", b"\x89PNG", "image/png")
    maker.add("http://a.example/", b"", kind="revisit")
    found = read(tmp_path, maker.bytes.getvalue())
    assert len(found) == 3
    assert all(isinstance(each, Skipped) for each in found)
    assert len({each.why for each in found if isinstance(each, Skipped)}) == 3


@pytest.mark.parametrize("length", ["9999", "1800", "400", "99999999999999", "-5", "x"])
def test_a_false_length_costs_one_record(tmp_path: Path, length: str) -> None:
    data = made(packed=False)
    second = list(re.finditer(rb"Content-Length: (\d+)", data))[1]
    found = read(tmp_path, data[: second.start(1)] + length.encode() + data[second.end(1) :])
    assert pages(found) == ["0", "2", "3", "4"] or pages(found) == ["0", "1", "2", "3", "4"]
    assert sum(isinstance(each, Broken) for each in found) == 1


def test_a_spoiled_member_costs_one_record(tmp_path: Path) -> None:
    data = bytearray(made(packed=True))
    members = [match.start() for match in re.finditer(b"\x1f\x8b\x08", bytes(data))]
    data[members[2] + 60] ^= 0xFF
    found = read(tmp_path, bytes(data))
    assert pages(found) == ["0", "1", "3", "4"]
    assert sum(isinstance(each, Broken) for each in found) == 1


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("cut", [1, 9, 60, 150])
def test_a_cut_off_archive_tells_so_once(tmp_path: Path, packed: bool, cut: int) -> None:
    found = read(tmp_path, made(packed=packed)[: -cut - 5])
    assert pages(found)[:4] == ["0", "1", "2", "3"]
    assert sum(isinstance(each, Broken) for each in found) == 1


def test_all_records_in_one_member(tmp_path: Path) -> None:
    assert pages(read(tmp_path, gzip.compress(made(packed=False)))) == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("packed", [False, True])
def test_bombs_and_unknown_packing_are_refused_one_by_one(tmp_path: Path, packed: bool) -> None:
    maker = Maker(packed=packed)
    maker.add("http://a.example/1.html", gzip.compress(b"<html>" + b" " * 300_000_000), Content_Encoding="gzip")
    maker.add("http://a.example/2.html", b"\x00\x01", Content_Encoding="compress")
    maker.add("http://a.example/3.html", b"<html>")
    first, second, third = read(tmp_path, maker.bytes.getvalue())
    assert isinstance(first, Broken)
    assert isinstance(first.error, TooLarge)
    assert isinstance(second, Broken)
    assert isinstance(second.error, Unsupported)
    assert isinstance(third, Answer)


@pytest.mark.parametrize(
    "data",
    [
        b"hello\n" * 1000,
        b"WARC/1.0\r\n" + b"A" * 20_000_000,
        gzip.compress(b"WARC/1.0\r\n" + b"A" * 200_000_000),
        b"WARC/1.0\r\nContent-Length: 99999999\r\n\r\n" * 20_000,
        b"\x1f\x8b\x08" * 200_000,
    ],
    ids=["junk", "header", "packed header", "lengths", "magic"],
)
def test_hostile_archives_are_read_to_their_end(tmp_path: Path, data: bytes) -> None:
    found = read(tmp_path, data)
    assert any(isinstance(each, Broken) for each in found)
    assert not any(isinstance(each, Answer) for each in found)


def test_the_walk_opens_an_archive(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(made(packed=True, count=2))
    met = list(walk([tmp_path], LIMITS))
    assert [each.name for each in met] == [f"{tmp_path}/a.warc.gz!/http://bao.example/{n}.html" for n in range(2)]
    assert isinstance(met[0], Source)
    for _ in range(2):
        with met[0].open() as stream:
            assert stream.read() == PAGE.format(0).encode() * 30
    (tmp_path / "b.warc").write_bytes(b"junk" * 30)
    assert isinstance(next(iter(walk([tmp_path / "b.warc"], LIMITS))), Unreadable)


def test_folders_of_saved_pages_are_left_out(tmp_path: Path) -> None:
    for name in ("Bài_files/ads.html", "Tin_tập tin/x.html", "Other_files/kept.html"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("<html>")
    for name in ("Bài.html", "Tin.htm"):
        (tmp_path / name).write_text("<html>")
    met = list(walk([tmp_path], LIMITS))
    assert {Path(each.name).name for each in met if isinstance(each, Source)} == {"Bài.html", "Tin.htm", "kept.html"}
    assert {each.why for each in met if isinstance(each, LeftOut)} == {"parts of saved pages"}


def test_the_moment_of_capture_is_kept_with_the_source(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(made(packed=True, count=1))
    settings = Settings(db=tmp_path / "out" / "a.db", workers=1)
    run(Order(sources=(tmp_path / "a.warc.gz",)), settings)
    with Store(settings.db) as store:
        (row,) = store.rows("SELECT source, captured FROM document_sources")
    assert str(row["source"]).endswith("!/http://bao.example/0.html")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", str(row["captured"]))
