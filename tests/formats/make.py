"""Makes the binary samples of this folder and the legacy encodings; run once, the results are kept in the repository.

Usage: python tests/formats/make.py. Needs reportlab, python-docx, Pillow, pypdfium2 and the Liberation 2 fonts.
All texts are invented; persons and bodies do not exist.
"""

import io
import random
import unicodedata
import zipfile
from pathlib import Path

import docx
import pypdfium2
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from viparse.normalize.encodings import get_charmap

HERE = Path(__file__).parent
EXPECTED = HERE / "expected"
FONTS = Path("/usr/share/fonts/truetype/liberation2")

SAMPLE = (HERE / "utf8.txt").read_text(encoding="utf-8")
W = nsdecls("w")


# --- plain text -----------------------------------------------------------------------------------


def legacy(text: str, table: str, extra: tuple[tuple[str, str], ...] = ()) -> bytes:
    """The text in a one-byte coding; TCVN3 has no accented capitals and writes the small letter."""
    pairs = {target: source for source, target in reversed([*get_charmap(table).pairs, *extra])}
    out = []
    for char in text:
        out.append(pairs.get(char) or (pairs.get(char.lower()) if not char.isascii() else None) or char)
    return "".join(out).encode("latin-1")


def viqr(text: str) -> bytes:
    """The text in VIQR, marks of punctuation behind letters escaped as RFC 1456 wants it."""
    marks = {
        "\u0301": "'",
        "\u0300": "`",
        "\u0309": "?",
        "\u0303": "~",
        "\u0323": ".",
        "\u0302": "^",
        "\u0306": "(",
        "\u031b": "+",
    }
    out = ""
    for char in text:
        if char in "đĐ":
            out += "dd" if char == "đ" else "DD"
            continue
        base, *tones = unicodedata.normalize("NFD", char)
        if tones:
            out += base + "".join(sorted((marks[tone] for tone in tones), key=lambda mark: mark in "'`?~."))
        elif (char in "'`?~.^(+*" and out[-1:].isalpha()) or (char in "?.'" and out[-1:] in "^(+'`?~."):
            out += "\\" + char
        else:
            out += char
    return out.encode("ascii")


def windows_1258(text: str) -> bytes:
    out = ""
    for char in text:
        base, *rest = unicodedata.normalize("NFD", char)
        tones = [mark for mark in rest if mark in "\u0300\u0301\u0303\u0309\u0323"]
        shaped = unicodedata.normalize("NFC", base + "".join(mark for mark in rest if mark not in tones))
        out += shaped + "".join(tones)
    return out.encode("cp1258")


def texts() -> None:
    plain = SAMPLE.replace("“", '"').replace("”", '"').replace("–", "-")
    for name, data in {
        "tcvn3.txt": legacy(plain, "tcvn3"),
        "vni.txt": legacy(plain, "vni", (("aú", "ẳ"), ("AÚ", "Ẳ"))),
        "viscii.txt": legacy(plain, "viscii"),
        "viqr.txt": viqr(plain),
        "windows-1258.txt": windows_1258(plain),
    }.items():
        (HERE / name).write_bytes(data)
        (EXPECTED / f"{name}.txt").write_text(plain, encoding="utf-8")
    for name, data in {
        "utf8.txt": SAMPLE.encode(),
        "nfd.txt": unicodedata.normalize("NFD", SAMPLE).encode(),
        "bom-crlf.txt": b"\xef\xbb\xbf" + SAMPLE.replace("\n", "\r\n").encode(),
        "utf16le.txt": SAMPLE.encode("utf-16-le"),
        "utf16.txt": SAMPLE.encode("utf-16"),
        "mojibake.txt": SAMPLE.encode().decode("latin-1").encode(),
    }.items():
        (HERE / name).write_bytes(data)
        (EXPECTED / f"{name}.txt").write_text(SAMPLE, encoding="utf-8")


# --- Word -----------------------------------------------------------------------------------------


def word() -> None:
    document = docx.Document()
    for style in document.styles:
        if style.name == "Normal":
            style.font.name = "Times New Roman"
    section = document.sections[0]
    section.header.paragraphs[0].text = "Hồ sơ khen thưởng năm 2022"
    section.footer.paragraphs[0].text = "Lưu hành nội bộ"
    head = document.add_table(rows=1, cols=2)
    left, right = head.rows[0].cells
    left.paragraphs[0].text = "HỘI ĐỒNG THI ĐUA - KHEN THƯỞNG"
    left.add_paragraph("HUYỆN MƯỜNG KHOAI")
    left.add_paragraph("Số: 09/BB-HĐTĐKT")
    right.paragraphs[0].text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    right.add_paragraph("Độc lập - Tự do - Hạnh phúc")
    document.add_paragraph("BIÊN BẢN", style="Title")
    document.add_paragraph("Họp xét khen thưởng năm 2022", style="Heading 1")
    changed = document.add_paragraph("Cuộc họp bắt đầu hồi 8 giờ ngày ")
    changed._p.append(
        parse_xml(f'<w:del {W} w:id="1" w:author="a"><w:r><w:delText>11/01/2023</w:delText></w:r></w:del>')
    )
    changed._p.append(parse_xml(f'<w:ins {W} w:id="2" w:author="a"><w:r><w:t>12/01/2023</w:t></w:r></w:ins>'))
    changed.add_run(", có mặt 9/11 thành viên")
    changed._p.append(parse_xml(f'<w:r {W}><w:footnoteReference w:id="2"/></w:r>'))
    changed.add_run(".")
    for item in ("Bà Lò Thị Xuyến, chủ trì;", "Ông Vàng A Sử, thư ký."):
        document.add_paragraph(item, style="List Number")
    table = document.add_table(rows=1, cols=3, style="Table Grid")
    for cell, text in zip(table.rows[0].cells, ("STT", "Họ và tên", "Số phiếu"), strict=True):
        cell.text = text
    for row in (("1", "Giàng Thị Pla", "9/9"), ("2", "Tẩn Láo Lở", "")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    table.rows[1].cells[1].add_paragraph("(thôn Nậm Cưởm)")
    boxed = document.add_paragraph("Sau khi bỏ phiếu, Hội đồng thống nhất như sau.")
    boxed._p.append(parse_xml(TEXT_BOX))
    broken = document.add_paragraph("Đề nghị tặng Giấy khen cho bà")
    broken.add_run().add_break()
    broken.add_run("và gia đình Giàng Thị Pla.")
    signatures = document.add_paragraph("THƯ KÝ")
    signatures.add_run().add_tab()
    signatures.add_run().add_tab()
    signatures.add_run("CHỦ TRÌ")
    buffer = io.BytesIO()
    document.save(buffer)
    (HERE / "parts.docx").write_bytes(with_footnotes(buffer.getvalue()))
    (HERE / "truncated.docx").write_bytes(buffer.getvalue()[:9000])
    (HERE / "encrypted.docx").write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(504)
        + "EncryptionInfo".encode("utf-16-le")
        + bytes(100)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(512)
    )
    random.seed(7)
    (HERE / "random.docx").write_bytes(random.randbytes(3000))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(60_000_000))
    (HERE / "bomb.docx").write_bytes(bomb.getvalue())


TEXT_BOX = """<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
 xmlns:v="urn:schemas-microsoft-com:vml"><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>
 <w:txbxContent><w:p><w:r><w:t>Kết quả kiểm phiếu: 9 phiếu hợp lệ</w:t></w:r></w:p></w:txbxContent></wps:txbx></wps:wsp>
 </w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent><w:p><w:r>
 <w:t>Kết quả kiểm phiếu: 9 phiếu hợp lệ</w:t>
 </w:r></w:p></w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"""

FOOTNOTES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes {W}>
<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
<w:footnote w:id="2"><w:p><w:r><w:t>Hai thành viên vắng mặt có lý do.</w:t></w:r></w:p></w:footnote></w:footnotes>"""


def with_footnotes(data: bytes) -> bytes:
    """python-docx writes no footnotes: the part, its type and its relation are added to the package."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    content = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith(("docProps/thumbnail", "customXml")):
                pass
            if name == "[Content_Types].xml":
                part = part.replace(
                    b"</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{content}"/></Types>'.encode()
                )
            elif name == "word/_rels/document.xml.rels":
                part = part.replace(
                    b"</Relationships>",
                    f'<Relationship Id="rIdNotes" Type="{kind}" Target="footnotes.xml"/></Relationships>'.encode(),
                )
            new.writestr(name, part)
        new.writestr("word/footnotes.xml", FOOTNOTES)
    return out.getvalue()


# --- PDF and pictures -----------------------------------------------------------------------------


def fonts() -> None:
    pdfmetrics.registerFont(TTFont("Serif", FONTS / "LiberationSerif-Regular.ttf"))
    pdfmetrics.registerFont(TTFont("SerifBold", FONTS / "LiberationSerif-Bold.ttf"))


def wrap(text: str, width: float, size: float, indent: float = 0) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        room = width if lines else width - indent
        if line and pdfmetrics.stringWidth(longer, "Serif", size) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def two_columns() -> None:
    """A newspaper page: title over two columns whose lines are drawn across, a running head, a page number."""
    paragraphs = (EXPECTED / "two-columns.pdf.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    canvas = Canvas(str(HERE / "two-columns.pdf"), pagesize=A4, invariant=1)
    lines = [(line, at == 0) for text in paragraphs[1:] for at, line in enumerate(wrap(text, 230, 11, 12))]
    half = 40
    pages = [lines[at : at + 2 * half] for at in range(0, len(lines), 2 * half)]
    for number, page in enumerate(pages, start=1):
        top = 790.0
        if number == 1:
            canvas.setFont("SerifBold", 16)
            canvas.drawCentredString(A4[0] / 2, top, paragraphs[0])
            top -= 34
        middle = min(half, (len(page) + 1) // 2) if number == len(pages) else half
        left, right = page[:middle], page[middle:]
        canvas.setFont("Serif", 11)
        for at in range(middle):
            for x, column in ((50, left), (315, right)):
                if at < len(column):
                    canvas.drawString(x + (12 if column[at][1] else 0), top - at * 14.5, column[at][0])
        canvas.setFont("Serif", 10)
        canvas.drawCentredString(A4[0] / 2, 30, str(number))
        canvas.showPage()
    canvas.save()


def minutes() -> None:
    """Minutes: letterhead, ruled table over a page break, running foot, signatures side by side."""
    canvas = Canvas(str(HERE / "minutes.pdf"), pagesize=A4, invariant=1)
    foot = "Biên bản xét khen thưởng xã Nà Lầu"

    def end_page(number: int) -> None:
        canvas.setFont("Serif", 9)
        canvas.drawString(60, 24, foot)
        canvas.drawRightString(535, 24, f"Trang {number}/3")
        canvas.showPage()
        canvas.setFont("Serif", 12)

    canvas.setFont("SerifBold", 11)
    for at, (left, right) in enumerate(
        [
            ("ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            ("XÃ NÀ LẦU", "Độc lập - Tự do - Hạnh phúc"),
            ("Số: 21/BB-UBND", "Nà Lầu, ngày 20 tháng 11 năm 2024"),
        ]
    ):
        if at == 2:
            canvas.setFont("Serif", 11)
        canvas.drawCentredString(140, 790 - at * 16, left)
        canvas.drawCentredString(400, 790 - at * 16, right)
    canvas.setFont("SerifBold", 13)
    canvas.drawCentredString(A4[0] / 2, 720, "BIÊN BẢN")
    canvas.drawCentredString(A4[0] / 2, 702, "Họp xét khen thưởng phong trào xây dựng nông thôn mới")
    y = 670.0
    canvas.setFont("Serif", 12)
    for text in MINUTES:
        for at, line in enumerate(wrap(text, 465, 12, 18)):
            canvas.drawString(60 + (18 if at == 0 else 0), y, line)
            y -= 17
    y -= 6
    number = 1
    for row in ROWS:
        if y < 70:
            end_page(number)
            number += 1
            y = 800.0
        x = 60.0
        for width, text in zip((40, 220, 130, 85), row, strict=True):
            canvas.rect(x, y - 6, width, 20)
            canvas.drawString(x + 4, y, text)
            x += width
        y -= 20
    y -= 14
    for line in wrap(CLOSING, 465, 12):
        canvas.drawString(60, y, line)
        y -= 17
    y -= 10
    for left, right in (("THƯ KÝ", "CHỦ TRÌ"), ("", ""), ("", ""), ("Nông Văn Tả", "Hoàng Thị Sìn")):
        canvas.drawCentredString(150, y, left)
        canvas.drawCentredString(430, y, right)
        y -= 17
    end_page(number)
    canvas.drawString(60, 790, "Phụ lục: không có.")
    end_page(3)
    canvas.save()


MINUTES = (
    "Hôm nay, hồi 14 giờ ngày 20 tháng 11 năm 2024, tại trụ sở Ủy ban nhân dân xã Nà Lầu, Hội đồng Thi đua - Khen "
    "thưởng xã họp xét khen thưởng các hộ gia đình có thành tích trong phong trào xây dựng nông thôn mới.",
    "1. Thành phần: có mặt 7/8 thành viên, vắng 01 người có lý do.",
    "2. Kết quả bỏ phiếu kín đối với 40 hộ như sau:",
)
PEOPLE = ["Nông Thị Dìn", "Lục Văn Pảo", "Mã Thị Khe", "Hà Văn Tếnh", "Bế Thị Lả"]
ROWS = [("STT", "Chủ hộ", "Xóm", "Số phiếu")] + [
    (str(n), PEOPLE[n % 5], ("Bản Cuôn", "Nà Phạ", "")[n % 3], f"{7 - n % 3}/7") for n in range(1, 41)
]
CLOSING = (
    "Hội đồng đề nghị Chủ tịch Ủy ban nhân dân xã tặng Giấy khen cho 40 hộ có tên trên. Cuộc họp kết thúc hồi 16 giờ "
    "cùng ngày."
)


def pictures() -> None:
    """Scans of the first page of the minutes: grey PNG, JPEG, a PDF of one picture, a TIFF of two bi-level pages."""
    pages = pypdfium2.PdfDocument(HERE / "minutes.pdf")
    grey = [pages[at].render(scale=150 / 72, grayscale=True).to_pil() for at in range(2)]
    rng = random.Random(3)
    tilted = grey[0].rotate(0.8, expand=False, fillcolor=255, resample=Image.Resampling.BICUBIC)
    tilted = tilted.point(lambda value: 30 + value * 205 // 255).quantize(16)
    tilted.save(HERE / "scan.png", optimize=True)
    rng.random()
    grey[0].save(HERE / "scan.jpg", quality=40, dpi=(150, 150))
    grey[0].save(HERE / "scan.pdf", resolution=150)
    bits = [page.point(lambda value: 255 * (value > 150)).convert("1") for page in grey]
    bits[0].save(HERE / "pages.tiff", save_all=True, append_images=bits[1:], compression="group4", dpi=(150, 150))
    grey[1].crop((0, 0, 1240, 520)).save(HERE / "picture-called.pdf", format="PNG")
    Image.new("L", (600, 800), 255).save(HERE / "blank.png")
    data = (HERE / "scan.png").read_bytes()
    (HERE / "truncated.png").write_bytes(data[: len(data) // 3])


def broken_pdfs() -> None:
    data = (HERE / "minutes.pdf").read_bytes()
    (HERE / "truncated.pdf").write_bytes(data[:700])
    (HERE / "empty.pdf").write_bytes(b"")
    from reportlab.lib.pdfencrypt import StandardEncryption

    lock = StandardEncryption("mật khẩu", canPrint=0)
    canvas = Canvas(str(HERE / "encrypted.pdf"), pagesize=A4, encrypt=lock)
    canvas.drawString(60, 780, "locked")
    canvas.save()


if __name__ == "__main__":
    fonts()
    texts()
    word()
    two_columns()
    minutes()
    pictures()
    broken_pdfs()
