"""The person named in a piece of a list, behind titles, ranks and posts."""

import re

from extractors.awards.bodies import is_person, known_name_end
from extractors.awards.names import (
    COUNTRIES,
    NAME_TOKEN,
    STRAY,
    SYLLABLE,
    Name,
    capitals,
    first_end,
    has_family,
    heads,
    lead_words,
    with_brand,
)
from extractors.domain.award_tables import award_words
from extractors.domain.orthography import fold
from extractors.view import TextView

_DATED = re.compile(r"\s(?:vào\s)?(?:năm|tháng|ngày)\s[\d/.-]+\s*$")
_OF_COUNTRY = re.compile(r"(?:nước\s+)?(?:cuba|nga|mỹ|lào|pháp|nhật bản|trung quốc|hàn quốc|campuchia|ấn độ)\s+(?=\w)")
_EPITHET = re.compile(
    r"(?:dũng cảm|tiêu biểu|xuất sắc|gương mẫu|ưu tú|tài năng|trẻ|giỏi|nghèo(?: vượt khó)?|vượt khó|hiếu học|hiếu thảo|"
    r"tình nguyện|khuyết tật|kỳ cựu|gạo cội|lão thành)\s(?=\w)"
)
_POSTS = ("giám đốc", "chủ tịch", "trưởng", "bí thư", "chủ nhiệm", "thủ trưởng")
_BEFORE_GIVEN = frozenset({"ông", "bà", "anh", "chị", "em", "cô", "thầy", "cháu", "cụ", "bác", "chú"})
_NOT_BEFORE_NAME = frozenset(
    {
        "người",
        "tỉnh",
        "huyện",
        "xã",
        "ở",
        "tại",
        "của",
        "nước",
        "ngụ",
        "trú",
        "quê",
        "ấp",
        "thôn",
        "bản",
        "phường",
        "quận",
        "thuộc",
        "lớp",
        "từ",
        "trường",
        "dân",
        "gốc",
        "buôn",
        "làng",
        "xóm",
        "khóm",
        "phum",
        "sóc",
        "đảo",
    }
)


def person_in(view: TextView, at: int, stop: int, previous: Name | None, joined: str) -> Name | None:
    """The person named in a piece behind titles, ranks and posts; None for an apposition or no name."""
    follows = previous is not None and previous.kind == "person" and joined == ","
    first = _behind_titles(view, at, stop, follows)
    if first is None:
        return None
    titled = first > at
    span = capitals(view, first, stop, is_titled=titled)
    if span is None:
        return _pronoun(view, at, stop)
    start, end = span
    if _is_elsewhere(view, (at, first, start), end):
        return None
    name = view.text[start:end]
    syllables = len(name.split())
    if syllables == 2 and name[-2] == " " and view.text[end : end + 1] == ".":
        return None  # `bí thư Đoàn P. Long Hoa`: a ward
    gap_words = view.key[first:start].split()
    if gap_words == ["tập", "thể"] and syllables == 1 and not SYLLABLE.fullmatch(fold(name).lower()):
        return Name(text=name, start=start, end=end, kind="collective")  # `tập thể Vinacam`
    if name.lower() in COUNTRIES or (syllables == 1 and (gap_words or _is_office_word(view, at, start, follows))):
        return None
    if not titled and (branded := with_brand(view, end, stop)) > end:
        return Name(text=" ".join(view.text[start:branded].split()), start=start, end=branded, kind="collective")
    if syllables == 1 and sum(c.isupper() for c in name) > 1 and 1 < len(name) < 16:
        return Name(text=name, start=start, end=end, kind="collective")  # an abbreviation: PVC
    is_short = syllables == 1 and not titled and "'" not in name
    if is_short and not _stands_alone(view, (at, stop), (start, end)):
        return None
    is_stage = previous is not None and len(previous.text.split()) == 2
    if syllables == 2 and start == at and follows and not is_stage and not has_family(view, start):
        return None  # `Điện Bàn, Quảng Nam` behind a person's school
    end = with_brand(view, end, stop)
    return Name(text=" ".join(view.text[start:end].split()), start=start, end=end, kind="person", is_short=is_short)


def _behind_titles(view: TextView, at: int, stop: int, follows: bool) -> int | None:
    """Where the words behind titles, ranks and posts begin; None where they only tell a person's office."""
    words = award_words()
    first = at
    for index, begin, end in lead_words().find(view.key[at : min(stop, at + 60)]):
        if at + begin > first + 1:
            break
        phrase = lead_words().phrases[index]
        is_name = view.text[at + begin].isupper() and phrase in words["family_name"] and phrase not in ("ông",)
        if is_name and phrase not in words["rank"]:
            break
        if phrase in words["post"] and phrase not in words["honorific"] and follows:
            return None
        first = at + end
        gap = re.compile(r"[ .:\u00a0]{0,3}").match(view.text, first, stop)
        first = gap.end() if gap else first
    if first == at:
        return at
    if (epithet := _EPITHET.match(view.key, first, stop)) and has_family(view, epithet.end()):
        return epithet.end()  # `Nữ sinh dũng cảm Lò Thị A`
    country = _OF_COUNTRY.match(view.key, first, stop)
    if country and view.text[country.end()].isupper():
        first = country.end()  # `Chủ tịch Cuba Diego Canela`
    if first_end(heads(), view.key, first, stop) > first and not has_family(view, first):
        behind = _behind_office(view, first, stop)  # `Thứ trưởng Bộ Y tế Trần Văn A`
        if behind == first and view.key[at:first].rstrip().endswith(_POSTS) and len(view.key[first:stop].split()) > 2:
            return None  # `Giám đốc Bệnh viện Sông Mơ` names nobody
        first = behind
    return first


def _pronoun(view: TextView, at: int, stop: int) -> Name | None:
    """`ông`, `đơn vị này`: a piece that is a pronoun and nothing else."""
    key = _DATED.sub("", view.key[at:stop]).strip(STRAY)
    kind = award_words()["pronoun"].get(key)
    if kind is None:
        return None
    start = at + len(view.text[at:stop]) - len(view.text[at:stop].lstrip(STRAY))
    end = start + len(key)
    return Name(text=view.text[start:end], start=start, end=end, kind=kind or "person", is_pronoun=True)


def _is_elsewhere(view: TextView, starts: tuple[int, int, int], end: int) -> bool:
    """Tells whether capitals behind a title name where somebody comes from or a body, and no person."""
    at, first, start = starts
    gap_words, leads = view.key[first:start].split(), view.key[at:start].split()
    is_president = view.key[at:start].rstrip().endswith("chủ tịch nước")
    if gap_words and (len(gap_words) > 5 or gap_words[-1] in _NOT_BEFORE_NAME) and not is_president:
        return True
    if first_end(heads(), view.key, start, end) > start and not has_family(view, start):
        return True  # `học sinh Trường THPT A`
    if any(view.text[first + b].isupper() for _, b, _ in heads().find(view.key[first:start])):
        return True  # `học sinh lớp 12 Trường THPT Nguyễn Văn A`
    if leads[-2:-1] in (["già"], ["trưởng"], ["phó"]):
        return False  # `già làng`, `trưởng bản`
    return not gap_words and bool(leads) and leads[-1] in _NOT_BEFORE_NAME and not is_president


def _is_office_word(view: TextView, at: int, start: int, follows: bool) -> bool:
    """Tells whether one capitalised word belongs to an office: `Trung tá A, giáo viên Dù`, `22 đơn vị Đoàn`."""
    leads = view.key[at:start].split()
    if follows and leads and leads[-1] not in _BEFORE_GIVEN:
        return True
    return first_end(heads(), view.key, start, start + 12) > start and leads[-2:] == ["đơn", "vị"]


def _stands_alone(view: TextView, piece: tuple[int, int], name: tuple[int, int]) -> bool:
    """Tells whether a lone given name is all that its piece holds and no word of another kind."""
    words = award_words()
    key = view.key[slice(*name)]
    if key in words["stop"] or key in words["adverbial"]:
        return False
    return name == (piece[0], piece[0] + len(view.text[slice(*piece)].rstrip(STRAY)))


def _behind_office(view: TextView, first: int, stop: int) -> int:
    """Where the person's name behind the body of an office begins, `first` where none of three syllables stands.

    A name of two syllables counts behind the full name of a ministry: `Thứ trưởng Bộ Y tế Lê Quân`.
    """
    known = known_name_end(view.key, first)
    if known > first and view.text[known + 1 : known + 2].isupper() and has_family(view, known + 1):
        return known + 1
    for token in NAME_TOKEN.finditer(view.text, first, min(stop, first + 120)):
        if token.start() > first and is_person(view, token.start(), stop):
            return token.start()
    return first
