"""Legacy codings come back whole, and what is right already is never touched."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from viparse.normalize.encodings import get_charmap

from pipeline.readers.encodings import decode, from_legacy, repair
from pipeline.readers.syllables import is_syllable
from pipeline.readers.viqr import from_viqr, is_viqr

FORMATS = Path(__file__).parent.parent / "formats"
FRENCH = """Le comité a remis hier à l'hôtel de ville les prix du concours d'été. Les élèves des écoles voisines
y ont été invités ; la maîtresse a lu leurs poèmes. Où étaient les pères ? Déjà près du théâtre, à
goûter les gâteaux préférés."""
SPANISH = """La señora alcaldesa entregó ayer los premios en el salón de la población. Había niños de varias
escuelas, también algún músico. ¿Quién pagó la excursión? Según la oposición, el año próximo será
más difícil; así acabó la sesión."""
GERMAN = """Die Bürgermeisterin überreichte gestern im großen Saal die Urkunden. Für die Schüler gab es Bücher
und Äpfel, für die Älteren süßes Gebäck. Natürlich hörte man später schöne Lieder; die Gäste fuhren
müde über die Brücke nach Hause."""
ENGLISH = """The committee's naïve protégé wrote a résumé at the café; the façade was “repaired” in 2019 — at £40
each. Señor Peña and Frau Müller signed the exposé (see p. 12), and the fiancée's cliché about Zoë's
soufflé went unread."""
LEGACY = {
    "tcvn3.txt": "TCVN3",
    "vni.txt": "VNI-Windows",
    "viscii.txt": "VISCII",
    "viqr.txt": "VIQR",
    "windows-1258.txt": "Windows-1258",
}


@pytest.mark.parametrize(("name", "coding"), LEGACY.items())
def test_legacy_coding_is_recognised_and_noted(name: str, coding: str) -> None:
    assert decode((FORMATS / name).read_bytes()).notes == (f"converted from {coding}",)


@pytest.mark.parametrize(
    "text",
    [
        "Ngày 2-9-1945, Chủ tịch Hồ Chí Minh đọc Tuyên ngôn Độc lập.",
        "UBND TỈNH ĐẮK NÔNG tặng Bằng khen cho buôn N’Jriêng, bon Bu N'Đơr",
        "The committee met in Đà Nẵng; café, naïve and façade stay as they are.",
        "L'été dernier, à Hà Nội, les élèves ont reçu des prix d'honneur très mérités.",
        "Für größere Flächen gilt die Übergangsregel, sagte Frau Müller über die Straße.",
        "El niño pequeño recibió un premio en la ceremonia de fin de año, dijo la señora Peña.",
        "Section (a): x^2 + y^2 = z^2; see page 12. What's new? It's (c) ~ 5.",
        *(FRENCH, SPANISH, GERMAN, ENGLISH),
        "12.500 35% 2020",
        "",
    ],
)
def test_text_that_is_right_comes_back_as_it_is(text: str) -> None:
    assert decode(text.encode()).text == text
    assert repair(text).text == text


@pytest.mark.parametrize("codec", ["latin-1", "cp1252"])
def test_western_bytes_are_read_as_western(codec: str) -> None:
    text = "Les élèves de l'école ont été reçus à la mairie, où le maire a prononcé un discours très applaudi."
    assert decode(text.encode(codec)).text == text


@given(st.binary(max_size=200))
def test_decode_never_fails(data: bytes) -> None:
    decode(data)
    decode(data, declared="no-such-codec", is_markup=True)


def test_declared_charset_is_believed() -> None:
    assert decode("Москва".encode("cp1251"), declared="windows-1251").text == "Москва"


def test_few_wrong_bytes_do_not_spoil_utf8() -> None:
    data = ("Quyết định khen thưởng " * 40).encode()
    decoded = decode(data[:100] + b"\xff" + data[100:])
    assert "khen thưởng" in decoded.text
    assert decoded.notes == ("1 bytes are no UTF-8 and were replaced",)


def test_capitals_of_the_vntimeh_font_come_back() -> None:
    data = (
        "CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM\n§éc lËp - Tù do - H¹nh phóc\nC¨n cø LuËt Thi ®ua khen th\u00adëng".encode(
            "latin-1"
        )
    )
    assert decode(data).text == (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nCăn cứ Luật Thi đua khen thưởng"
    )


def test_mixed_page_mends_only_the_lines_that_are_wrong() -> None:
    good, bad = "Tặng Bằng khen cho 5 tập thể", "Tiếng Việt giàu đẹp vô cùng"
    found = repair(f"{good}\n{bad.encode().decode('latin-1')}")
    assert found.text == f"{good}\n{bad}"


@pytest.mark.parametrize("word", ["nghiêng", "khuỷu", "quỳnh", "giếng", "gì", "ươm", "hoà", "hòa", "đặng", "yêu"])
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["été", "über", "hoµ", "tâp", "ngật̉", "xã̃", "kr", "école"])
def test_other_words_are_no_syllables(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize(
    ("viqr", "text"),
    [
        ("Vie^.t Nam", "Việt Nam"),
        ("DDo^.c la^.p - Tu+. do", "Độc lập - Tự do"),
        ("Anh ddi dda^u dda^'y? Ve^` nha`.", "Anh đi đâu đấy? Về nhà."),
        (r"Ho^m nay la\. Dde^'n \(5)?", "Hôm nay la. Đến (5)?"),
    ],
)
def test_viqr(viqr: str, text: str) -> None:
    assert from_viqr(viqr) == text


def test_ordinary_ascii_is_no_viqr() -> None:
    assert not is_viqr("What is this? It's a test (of sorts). f(x) = x^2 + a*b; see http://a.b/c?d=e. " * 20)


def test_vps_comes_back() -> None:
    pairs = {target: source for source, target in reversed(get_charmap("vps").pairs)}
    text = (FORMATS / "expected" / "viscii.txt.txt").read_text(encoding="utf-8")
    decoded = decode("".join(pairs.get(char, char) for char in text).encode("latin-1"))
    assert decoded.notes == ("converted from VPS",)
    assert decoded.text == text


@pytest.mark.parametrize("text", [FRENCH, SPANISH, GERMAN])
@pytest.mark.parametrize("codec", ["latin-1", "cp1252"])
def test_western_pages_in_one_byte_stay_western(text: str, codec: str) -> None:
    assert decode(text.encode(codec)).text == text


def test_tcvn3_sentences_begin_with_capitals() -> None:
    text = "Ủy ban xã đã họp. Ở thôn Đoài có mười hộ được khen\nở mức xuất sắc. Quyết định có hiệu lực từ ngày ký."
    pairs = {target: source for source, target in reversed(get_charmap("tcvn3").pairs)}
    data = "".join(pairs.get(char) or pairs.get(char.lower()) or char for char in text).encode("latin-1")
    assert decode(data).text == text


@pytest.mark.parametrize(
    "text", ["THƯ KÝ", "CÁ NHÂN", "LÊ HÀ GIANG", "chủ tịch Ủy ban nhân dân xã", "Sở VHTT", "5\tHỒ SĨ TẠO\tKỹ sư"]
)
def test_tcvn3_capitals_are_told_by_their_neighbours(text: str) -> None:
    pairs = {target: source for source, target in reversed(get_charmap("tcvn3").pairs)}
    whole = f"Hội đồng họp ở xã Bản Mây và khen thưởng mười hộ.\n{text}"
    data = "".join(pairs.get(char) or pairs.get(char.lower()) or char for char in whole).encode("latin-1")
    assert decode(data).text == whole


def test_a_word_known_by_its_font_gets_no_capital() -> None:
    assert from_legacy("TCVN3", "\u00eb") == "ở"
