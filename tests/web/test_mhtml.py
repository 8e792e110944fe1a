"""Pages that a browser saved into one file."""

from email.message import EmailMessage

import pytest

from extractors.domain.errors import Damaged, NotText, ReadError, TooLarge
from pipeline.readers import read_bytes, recognise

SENTENCES = "Chiều 25/12/2013, tại Lạng Sơn, UBND tỉnh tặng Bằng khen cho 12 tập thể và 7 cá nhân của xã Hoa Sơn. "
PAGE = f"<html><head><title>Tin</title></head><body><h1>Tặng Bằng khen</h1><p>{SENTENCES * 3}</p></body></html>"


def saved(page: str = PAGE, charset: str = "utf-8", coding: str = "quoted-printable") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = "https://www.bao.example/tin/1.html"
    message["Subject"] = "Tin"
    message.add_related(b"\x89PNG", "image", "png", headers=["Content-Location: https://www.bao.example/i.png"])
    frame = EmailMessage()
    frame.set_content("<html><body>Quảng cáo</body></html>", subtype="html", cte="base64")
    frame["Content-Location"] = "https://ads.example/"
    message.attach(frame)
    part = EmailMessage()
    part.set_content(page, subtype="html", charset=charset, cte=coding)
    part["Content-Location"] = "https://www.bao.example/tin/1.html"
    message.attach(part)
    return message


@pytest.mark.parametrize(
    ("charset", "coding"), [("utf-8", "quoted-printable"), ("utf-8", "base64"), ("utf-16", "base64")]
)
def test_the_page_is_read_and_the_frames_are_not(charset: str, coding: str) -> None:
    data = saved(charset=charset, coding=coding).as_bytes()
    assert recognise(data, "trang.mhtml") == "mhtml"
    text = read_bytes(data, "trang.mhtml")
    whole = "\n".join(block.text for block in text.blocks)
    assert SENTENCES.strip() in whole
    assert "Quảng cáo" not in whole
    assert text.format == "mhtml"
    assert text.publisher is not None
    assert text.publisher.evidence in {"Content-Location", "title element"}
    assert "saved from https://www.bao.example/tin/1.html" in text.notes


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (saved("").as_bytes(), NotText),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n\nnothing\n--x--", NotText),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n" + b"--x\n\n" * 10_000, TooLarge),
        (saved().as_bytes()[:300], ReadError),
    ],
    ids=["empty", "no page", "many parts", "cut"],
)
def test_broken_pages(data: bytes, error: type[ReadError]) -> None:
    with pytest.raises((error, Damaged) if error is NotText else error):
        read_bytes(data, "trang.mht")
