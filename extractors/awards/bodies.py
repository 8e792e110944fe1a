"""Names of bodies and offices that confer awards: where the name ends, at which level the body stands.

The level (`kind`) decides the form: a bằng khen of a ministry is `bk-bo`, of a province `bk-tinh`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from extractors.domain.award_tables import award_forms, award_words, body_names, grantor_heads
from extractors.matching import PhraseMatcher, SpanIndex
from extractors.view import TextView


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A conferring body or office at `[start, end)`; `is_post` where only one of its people is named."""

    start: int
    end: int
    kind: str
    is_post: bool = False


TOKEN = re.compile(r"[^\W_]+(?:['’.&/-]?[^\W_]+)*[&]?(?:[^\W_]+)?")
_GAP = re.compile(r"[ \u00a0]{0,3}")
_JOINT = re.compile(r"[ \u00a0]?[-&][ \u00a0]?(?=\w)")
_POST_BEFORE = re.compile(
    r"(?:phó|nguyên|bí thư|phó bí thư|thứ trưởng|trưởng ban|phó ban|chánh văn phòng|giám đốc|"
    r"lãnh đạo|đại diện|ủy viên|trưởng phòng|"
    r"thành viên|cán bộ|chuyên viên|bí thư thứ nhất|thường trực|chủ tịch|phó trưởng ban|"
    r"tổng thư ký|trưởng|hiệu trưởng|phó chủ tịch)"
    r"(?:\s+thường trực)?\s+(?:của\s+)?$"
)
_CENTRAL_CITIES = ("hà nội", "hồ chí minh", "hcm", "tphcm", "hải phòng", "đà nẵng", "cần thơ", "sài gòn", "huế")
_COUNTRY = re.compile(
    r"\s+(?:của\s+)?(?:nước\s+)?(?:lào|cuba|nga|campuchia|pháp|trung quốc|hàn quốc|ba lan|đức|"
    r"ấn độ|nhật|mỹ|anh|úc|singapore|thái lan|ý|"
    r"ukraine|israel|indonesia|malaysia|philippines|triều tiên|đan mạch|thụy điển|bỉ)(?!\w)"
)
_COUNTRY_IN = re.compile(r"\s(?:cuba|campuchia|trung quốc|hàn quốc|ba lan|ấn độ|nhật|nhật bản|mỹ|nga|thái lan)(?:\s|$)")
_AWARD_WORD = re.compile(r"(?:ubnd|ảnh|bằng khen|huân chương|cờ thi|giấy khen|huy (?:chương|hiệu))(?!\w)")
_PLACE_WORD = re.compile(r"\s{0,2}(?:tỉnh|thành phố|tp\.?|huyện|quận|thị xã|tx\.?|xã|phường|thị trấn|khối)(?!\w)")
_LEVEL_BY_NAME = (
    (re.compile(r"việt nam|trung ương|tw(?!\w)|toàn quốc"), "doan-the"),
    (re.compile(r"(?<!\w)(?:tỉnh|thành phố|tp)(?!\w)"), "doan-the-tinh"),
    (re.compile(r"(?<!\w)(?:huyện|quận|thị xã|xã|phường|cơ sở)(?!\w)"), "doan-the-huyen"),
)
_FORM_OF_KIND = {
    "ttg": ("ttg", "chinh-phu"),
    "truong": ("hoc-sinh",),
    "doan-the-huyen": ("doan-the",),
    "doan-the-tinh": ("doan-the",),
    "hoi": ("doan-the",),
}


@cache
def _heads() -> tuple[PhraseMatcher, tuple[str, ...]]:
    phrases = tuple(grantor_heads())
    return PhraseMatcher(phrases), phrases


@cache
def _known() -> PhraseMatcher:
    return PhraseMatcher(tuple(body_names()))


def known_name_end(key: str, start: int) -> int:
    """Returns where the longest official name that begins at `start` ends, `start` where none does."""
    hits = _known().find(key[start : start + 90])
    return start + hits[0][2] if hits and hits[0][1] == 0 else start


def find_bodies(view: TextView, start: int, end: int, provinces: SpanIndex) -> list[Body]:
    """Returns the conferring bodies named in `[start, end)` in order, the longest head at each place."""
    matcher, phrases = _heads()
    bodies: list[Body] = []
    for index, at, head_end in matcher.find(view.key[start:end]):
        at, head_end = at + start, head_end + start
        if (bodies and at < bodies[-1].end) or view.key[at - 1 : at] in ("-", "/"):
            continue
        if body := _body(view, phrases[index], (at, head_end), end, provinces):
            bodies.append(body)
    return bodies


def body_at(view: TextView, start: int, end: int, provinces: SpanIndex) -> Body | None:
    """Returns the body whose name begins at `start`, None where none does."""
    matcher, phrases = _heads()
    for index, at, head_end in matcher.find(view.key[start : min(end, start + 60)]):
        if at == 0:
            return _body(view, phrases[index], (start, start + head_end), end, provinces)
        break
    return None


def _body(view: TextView, phrase: str, span: tuple[int, int], limit: int, provinces: SpanIndex) -> Body | None:
    head = grantor_heads()[phrase]
    start, end = span
    if phrase == "ttg" and view.text[start:end] not in ("TTg", "TTG"):
        return None
    if head.reach == "name":
        known = min(limit, known_name_end(view.key, start))
        is_bare = phrase == "bộ" and known <= end and view.text[end + 1 : end + 2].islower()
        end = end if is_bare else max(read_name(view, end, limit), known)  # `Bộ | báo cáo`
        if end > span[1]:
            end = max(end, read_place(view, end, limit) if phrase not in ("bộ", "bộ trưởng") else end)
    elif head.reach == "place":
        end = read_place(view, end, limit)
    kind = head.kind
    name = view.key[start:end]
    if kind == "bo":
        kind = _ministry_kind(name, end > span[1], phrase)
    elif kind == "thanh-pho":
        kind = "tinh" if end == span[1] or any(c in name for c in _CENTRAL_CITIES) else "huyen"
    elif kind == "ubnd":
        is_province = provinces.touches(span[1], end) if end > span[1] else False
        kind = "tinh" if is_province or any(c in name for c in _CENTRAL_CITIES) else "ubnd"
    elif kind == "hoi":
        kind = next((k for pattern, k in _LEVEL_BY_NAME if pattern.search(name)), "hoi")
        if kind == "hoi" and provinces.touches(start, end):
            kind = "doan-the-tinh"
    if kind != "skip" and "việt" not in name and (_COUNTRY.match(view.key, end) or _COUNTRY_IN.search(name)):
        kind = "foreign"
    if (
        phrase in ("tỉnh", "thành phố")
        and view.key.endswith("cảnh sát ", 0, start)
        and not provinces.touches(start, end)
    ):
        kind = "foreign"  # `cảnh sát thành phố Osaka`
    if kind == "skip":
        return None
    if phrase.startswith("chủ tịch ubnd") and view.key.endswith("phó ", 0, start):
        start += len("chủ tịch ")  # a vice-chairman's body
    return Body(start=start, end=end, kind=kind, is_post=bool(_POST_BEFORE.search(view.key, max(0, start - 40), start)))


def _ministry_kind(name: str, has_name: bool, phrase: str) -> str:
    if "công an" in name or "quốc phòng" in name:
        return "qd-ca"
    if not has_name and phrase == "bộ":
        return "bo"
    return "bo"


def read_name(view: TextView, at: int, limit: int) -> int:
    """Returns where the words of a name that goes on at `at` end: at a mark, a stop word or a person's name.

    The words `và` and `,` are crossed only inside names that the tables know.
    """
    stops = award_words()["stop"]
    end = at
    for _ in range(10):
        gap = _GAP.match(view.key, end)
        begin = gap.end() if gap else end
        if (
            end > at
            and (joint := _JOINT.match(view.key, end, limit))
            and view.text[joint.end()].isupper()
            and not view.key.startswith("ảnh", joint.end())
        ):
            begin = joint.end()  # `GD & ĐT`, `LĐ - TB`
        token = TOKEN.match(view.key, begin, limit)
        if token is None or begin == end:
            break
        if inner := _inner_name_end(view.key, begin):
            end = min(inner, limit)
            continue
        word = token.group()
        is_capital = view.text[begin].isupper() or view.text[begin].isdigit()
        if word in stops and not (is_capital and end > at):
            break
        if is_capital and is_person(view, begin, limit):
            break
        end = token.end()
    return end


@cache
def _inner_names() -> PhraseMatcher:
    """Names with `và` or a comma without their first word: `giáo dục và đào tạo`."""
    inner = {name.split(" ", 1)[1] for name in body_names() if (" và " in name or "," in name) and " " in name}
    extra = (
        "giáo dục - đào tạo",
        "y tế và dân số",
        "phụ nữ và trẻ em",
        "cán bộ và chiến sĩ",
        "đào tạo và bồi dưỡng",
        "chống tội phạm và ma túy",
        "phòng chống tội phạm và ma túy",
        "phòng chống ma túy và tội phạm",
        "phòng, chống ma túy và tội phạm",
        "phòng, chống tội phạm và ma túy",
        "chống ma túy và tội phạm",
        "cứu nạn và cứu hộ",
        "cứu nạn, cứu hộ",
        "phòng cháy, chữa cháy và cứu nạn, cứu hộ",
        "phòng cháy, chữa cháy",
        "phòng cháy chữa cháy và cứu nạn cứu hộ",
        "chữa cháy và cứu nạn, cứu hộ",
        "chữa cháy và cứu nạn cứu hộ",
    )
    return PhraseMatcher(sorted({*inner, *extra}))


def _inner_name_end(key: str, at: int) -> int | None:
    hits = _inner_names().find(key[at : at + 70])
    return at + hits[0][2] if hits and hits[0][1] == 0 else None


def inner_names(key: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yields the spans of coordinated names (`tài nguyên và môi trường`) that must not be split."""
    for _, at, stop in _inner_names().find(key[start:end]):
        yield start + at, start + stop


def read_place(view: TextView, at: int, limit: int) -> int:
    """Returns where the place name behind a body ends (`tỉnh Lam Hà`, `TP. Cần Thơ`, ` Hà Nội`), else `at`."""
    end = at
    for _ in range(2):
        if (word := _PLACE_WORD.match(view.key, end, limit)) is None:
            break
        named = _capital_run(view, word.end(), limit)
        if named == word.end():
            return (
                word.end()
                if view.key[end : word.end()].strip() in ("tỉnh", "thành phố", "huyện", "quận", "xã", "phường")
                else end
            )
        end = named
    return _capital_run(view, end, limit) if end == at else end


def _capital_run(view: TextView, at: int, limit: int) -> int:
    """Up to five capitalised syllables or a number (`Quận 3`), without a person's name behind the place."""
    end = at
    stops = award_words()["stop"]
    for count in range(5):
        gap = re.compile(r"[ .\u00a0]{0,3}(?:-\s?)?").match(view.text, end)
        begin = gap.end() if gap else end
        token = TOKEN.match(view.text, begin, limit)
        if token is None or (begin == end and count):
            break
        first = view.text[begin]
        if not (first.isupper() or (first.isdigit() and count == 0 and len(token.group()) < 3)):
            break
        is_title = view.text[begin : token.end()].istitle()
        is_title = is_title and (count > 0 or view.text[token.end() + 1 : token.end() + 2].isupper())
        if view.key[begin : token.end()] in stops and not is_title:  # `Ba Vì` is a place, `Ba tập thể` none
            break
        if not count and view.key.endswith("tỉnh ", 0, begin) and is_person(view, begin, limit):
            break  # `LĐLĐ tỉnh Nguyễn Văn A`
        if count and is_person(view, begin, limit) and not is_person(view, token.end() + 1, limit):
            break
        if _AWARD_WORD.match(view.key, begin):
            break
        end = token.end()
    return end


def is_person(view: TextView, at: int, limit: int) -> bool:
    """Tells whether a name of three capitalised syllables that opens with a family name begins at `at`."""
    words = []
    end = at
    for _ in range(3):
        token = TOKEN.match(view.text, end, limit)
        if token is None or not token.group()[0].isupper():
            return False
        if len(token.group()) > 1 and token.group().isupper():
            return False
        words.append(view.key[token.start() : token.end()])
        gap = _GAP.match(view.text, token.end())
        end = gap.end() if gap else token.end()
    return words[0] in award_words()["family_name"]


def form_for(family: str, kind: str | None) -> str:
    """Returns the id of the form that a body of this kind confers in a family: `bk` and `tinh` give `bk-tinh`."""
    if kind is None or (kind == "hoi" and family != "gk"):
        return family
    forms = award_forms()
    for name in (kind, *_FORM_OF_KIND.get(kind, ())):
        if (form := f"{family}-{name}") in forms and forms[form].in_scope:
            return form
    return family
