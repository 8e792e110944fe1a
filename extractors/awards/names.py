"""Names of recipients: where a body or a person begins and ends, without titles, ranks, posts and what follows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from extractors.awards.bodies import inner_names, is_person, known_name_end
from extractors.domain.award_tables import award_words
from extractors.domain.orthography import fold
from extractors.matching import PhraseMatcher
from extractors.view import TextView
from extractors.words import tagged_words

_CUT = re.compile(
    r"\s+(?:đã|vì|do|bởi|nhờ|về|khi|trong|tại|nhân (?:dịp|ngày|kỷ)|nhằm|để|với|đạt|kèm|đang|sẽ|luôn|đoạt|giành|"
    r"vừa|từng|được|bị|là|có|nơi|sau|trước|trên|ở|thuộc|"
    r"ngay|hiện|tổ chức|long trọng|kỷ niệm|đón nhận|nhận|trao|tặng|phối hợp|thống nhất|nhất trí|"
    r"bỏ phiếu|vinh dự|lần lượt|liên tục|hai lần|nhiều lần|đồng ý|diễn ra|đánh giá|trực tiếp|tham gia|"
    r"thực hiện|hoàn thành|lập|tiêu biểu|xuất sắc|dũng cảm|nguyên là|vào|nói|cho|theo|mà|cứu(?!\s(?:nạn|hộ)(?!\w))|bắt|"
    r"phá|"
    r"trị giá|mỗi|sinh năm|ngụ|quê|trú(?<!nội trú)(?<!bán trú)|năm)(?!\w)|"
    r"\s+-\s+|\s*[(:\[“\"]|\./|(?<!(?<!\w)tp)(?<![tgb]s)[.…](?=\s|$)"
)
_BRAND = re.compile(r"[ \u00a0]?[-–—][ \u00a0]?([A-Z][A-Za-z]+)(?![\w.-])")
_SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu?|r|s|th?|tr|v|x)?[aeiouy]{1,3}(?:ch?|m|ng?|nh|p|t)?"
)
_MARK = re.compile(r"[A-ZĐ][\w&.]{1,24}(?<!\.)(?:[ \u00a0][A-ZĐ][\w&]{0,24}){0,4}(?=\s*$|\s+[a-zà-ỹđ]|[,;(])")
_BEFORE_GIVEN = frozenset({"ông", "bà", "anh", "chị", "em", "cô", "thầy", "cháu", "cụ", "bác", "chú"})
_POSTS = ("giám đốc", "chủ tịch", "trưởng", "bí thư", "chủ nhiệm", "thủ trưởng")
_SHORT_FORM = re.compile(r"\s*\([A-ZĐ&]{2,8}\)\s(?=[A-ZĐ]|tỉnh|huyện|xã|phường|quận)")
_OF_COUNTRY = re.compile(r"(?:nước\s+)?(?:cuba|nga|mỹ|lào|pháp|nhật bản|trung quốc|hàn quốc|campuchia|ấn độ)\s+(?=\w)")
_DATED = re.compile(r"\s(?:vào\s)?(?:năm|tháng|ngày)\s[\d/.-]+\s*$")
_PLACE_HEADS = frozenset(
    {"xã", "phường", "thị trấn", "huyện", "quận", "thị xã", "tỉnh", "thành phố", "thôn", "bản", "ấp", "làng", "vùng"}
)
_COUNTRIES = frozenset(
    {"cuba", "nga", "mỹ", "lào", "pháp", "nhật", "nhật bản", "trung quốc", "hàn quốc", "việt nam", "campuchia"}
)
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
    }
)
STRAY = " \t\u00a0.,;:-–\"'“”)("
_PAIRS = re.compile(
    r"(?:nhân dân|cán bộ|đảng bộ|chính quyền|quân|chiến sĩ|công nhân|viên chức|đoàn viên|"
    r"lực lượng vũ trang|các tầng lớp nhân dân|các (?:bộ|ban|sở|tỉnh))"
    r"(?:\s?(?:,|và)\s(?:nhân dân|cán bộ|chính quyền|chiến sĩ|dân|công nhân viên|công nhân|"
    r"người lao động|viên chức|đoàn viên|thanh niên|"
    r"lực lượng vũ trang|quân và dân|các tầng lớp nhân dân|(?:ban, )?ngành|thành phố|thành)(?!\w)){1,4}"
)
_NAME_TOKEN = re.compile(r"[^\W\d_][^\W\d_'’-]*(?:['’-][^\W\d_]+)*")
_TITLES = re.compile(
    r"(?:(?:ông|bà|anh|chị|em|cháu|cụ|đồng chí|đ/c|liệt sĩ|liệt sỹ|cố|thầy|cô|cô giáo|thầy giáo|"
    r"bác sĩ|bs|ts|ths|pgs|gs|"
    r"(?:trung|đại|thượng|thiếu|hạ|chuẩn)\s(?:tá|úy|tướng|sĩ|sỹ))[.:]?\s+)+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A recipient's name; `text` is filled in where coordination left a part out."""

    text: str
    start: int
    end: int
    kind: str  # person, collective
    is_pronoun: bool = False
    is_short: bool = False  # a given name alone: counts only where the document gives the full one


@cache
def lead_words() -> PhraseMatcher:
    """Matches titles, ranks and posts."""
    words = award_words()
    return PhraseMatcher(tuple({*words["honorific"], *words["rank"], *words["post"]}))


@cache
def heads() -> PhraseMatcher:
    """Matches the words that a body's name opens with."""
    return PhraseMatcher(tuple(award_words()["body_head"]))


@cache
def counted() -> PhraseMatcher:
    """Matches the nouns that recipients are counted by."""
    return PhraseMatcher(tuple(award_words()["count_noun"]))


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Returns the span without the white space at both ends."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def pairs(key: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of collective names that are pairs by themselves: `Nhân dân và cán bộ xã A` is one recipient."""
    for match in _PAIRS.finditer(key, start, end):
        yield match.span()


def body_span(view: TextView, at: int, stop: int) -> tuple[int, int] | None:
    """The span of a body's name that begins at `at`, None where the piece is no body."""
    hits = heads().find(view.key[at : min(stop, at + 40)])
    if not hits or hits[0][1] != 0:
        return None
    head_end = at + hits[0][2]
    if any(first_end(m, view.key, at, stop) > head_end for m in (lead_words(), counted())):
        return None  # `hội viên`, `đội trưởng`
    end = max(cut(view, head_end, stop), min(stop, known_name_end(view.key, at)))
    end = with_brand(view, end, stop)
    while end > at and view.text[end - 1] in STRAY:
        end -= 1
    end = _before_verb(view, at, end)
    head = view.key[at:head_end]
    if end <= head_end and (view.text[at].islower() or head not in award_words()["pronoun"]):
        return None  # a bare `đơn vị`, `Bộ`
    rest = view.text[head_end:end].strip()
    if head in _PLACE_HEADS and not rest[:1].isupper() and not rest[:1].isdigit():
        return None
    if not any(c.isupper() or c.isdigit() for c in rest) and view.text[at].islower() and len(rest.split()) > 6:
        return None
    return (at, end) if end > at else None


def with_brand(view: TextView, end: int, stop: int) -> int:
    """Where a name ends whose last part stands behind a dash and is no Vietnamese word: `Văn Phú - Invest`."""
    brand = _BRAND.match(view.text, end, stop)
    return end if brand is None or _SYLLABLE.fullmatch(brand[1].lower()) else brand.end()


def _before_verb(view: TextView, at: int, end: int) -> int:
    """Ends a name before a verb that follows a proper name: `Công ty Tân Vinh Hưng | đóng cửa im ỉm`.

    Only names of which two capitalised words have two or more small ones behind them are tagged.
    """
    name = view.text[at:end]
    words = name.split(" ")
    small = next((i for i, w in enumerate(reversed(words)) if w[:1].isupper() or not w[:1].isalpha()), len(words))
    before = words[: len(words) - small]
    if small < 2 or len(before) < 3 or not (before[-1][:1].isupper() and before[-2][:1].isupper()):
        return end
    tail = len(" ".join(before))
    for start, _, tag in tagged_words(name):
        if start > tail and tag == "V":
            return at + len(name[:start].rstrip())
    return end


def first_end(matcher: PhraseMatcher, key: str, at: int, stop: int) -> int:
    """Where the longest phrase that begins at `at` ends, `at` where none does."""
    hits = matcher.find(key[at : min(stop, at + 40)])
    return at + hits[0][2] if hits and hits[0][1] == 0 else at


def cut(view: TextView, start: int, stop: int) -> int:
    """Where a name ends that is followed by a verb, a preposition or a bracket, all in small letters."""
    for match in _CUT.finditer(view.key, start, stop):
        word = view.text[match.start() : match.end()].strip(" \u00a0-")
        if word[:1].isupper() or (word == "" and view.text[match.end() : match.end() + 1].isupper()):
            continue
        if _SHORT_FORM.match(view.text, match.start(), stop):
            continue  # `Bộ Chỉ huy Bộ đội Biên phòng (BĐBP) Lạng Sơn`
        return match.start()
    return stop


def brand_in(view: TextView, at: int, stop: int) -> Name | None:
    """A piece of capitalised words that opens with a mark which is no Vietnamese word: `T&T Group`, `SUNHOUSE`."""
    mark = _MARK.match(view.text, at, cut(view, at, stop))
    if mark is None:
        return None
    words = mark.group().split()
    end = mark.end()
    follows = view.text[end : end + 2].strip()[:1].islower()
    if follows and len(words) > 1 and _SYLLABLE.fullmatch(fold(words[-1]).lower()):
        return None  # `CĐCS Công ty`
    if follows and len(words) == 1 and words[0].isupper() and len(words[0]) < 7:
        return None  # `CB nữ công`
    is_foreign = any("&" in w or not (_SYLLABLE.fullmatch(w.lower()) or not w.isascii()) for w in words)
    if not is_foreign or words[0].lower() in award_words()["family_name"] or mark.group().lower() in _COUNTRIES:
        return None
    return Name(text=" ".join(words), start=mark.start(), end=mark.end(), kind="collective")


def person_in(view: TextView, at: int, stop: int, previous: Name | None, joined: str) -> Name | None:
    """The person named in a piece behind titles, ranks and posts; None for an apposition or no name."""
    words = award_words()
    first = at
    titled = False
    for index, begin, end in lead_words().find(view.key[at : min(stop, at + 60)]):
        if at + begin > first + 1:
            break
        phrase = lead_words().phrases[index]
        is_name = view.text[at + begin].isupper() and phrase in words["family_name"] and phrase not in ("ông",)
        if is_name and phrase not in words["rank"]:
            break
        if (
            phrase in words["post"]
            and phrase not in words["honorific"]
            and previous is not None
            and previous.kind == "person"
            and joined == ","
        ):
            return None
        titled = True
        first = at + end
        gap = re.compile(r"[ .:\u00a0]{0,3}").match(view.text, first, stop)
        first = gap.end() if gap else first
    country = _OF_COUNTRY.match(view.key, first, stop) if titled else None
    if country and view.text[country.end()].isupper():
        first = country.end()  # `Chủ tịch Cuba Diego Canela`
    if titled and first_end(heads(), view.key, first, stop) > first and not _has_family(view, first):
        behind = _behind_office(view, first, stop)  # `Thứ trưởng Bộ Y tế Trần Văn A`
        if behind == first and view.key[at:first].rstrip().endswith(_POSTS) and len(view.key[first:stop].split()) > 2:
            return None  # `Giám đốc Bệnh viện Sông Mơ` names nobody
        first = behind
    span = _capitals(view, first, stop, is_titled=titled)
    if span is None:
        key = _DATED.sub("", view.key[at:stop]).strip(STRAY)
        if key in words["pronoun"]:
            lead = len(view.text[at:stop]) - len(view.text[at:stop].lstrip(STRAY))
            text = view.text[at + lead : at + lead + len(key)]
            return Name(
                text=text,
                start=at + lead,
                end=at + lead + len(key),
                kind=words["pronoun"][key] or "person",
                is_pronoun=True,
            )
        return None
    start, end = span
    name = view.text[start:end]
    syllables = len(name.split())
    gap_words = view.key[first:start].split()
    is_president = view.key[at:start].rstrip().endswith("chủ tịch nước")
    if gap_words and (len(gap_words) > 5 or gap_words[-1] in _NOT_BEFORE_NAME) and not is_president:
        return None
    if first_end(heads(), view.key, start, end) > start and not _has_family(view, start):
        return None  # `học sinh Trường THPT A`
    leads = view.key[at:start].split()
    if not gap_words and leads and leads[-1] in _NOT_BEFORE_NAME and not is_president:
        return None
    is_brand = gap_words == ["tập", "thể"] and syllables == 1 and not _SYLLABLE.fullmatch(fold(name).lower())
    if is_brand:
        return Name(text=name, start=start, end=end, kind="collective")  # `tập thể Vinacam`
    if name.lower() in _COUNTRIES or (syllables == 1 and gap_words):
        return None
    is_behind = previous is not None and previous.kind == "person" and joined == ","
    if syllables == 1 and is_behind and leads and leads[-1] not in _BEFORE_GIVEN:
        return None  # `Trung tá A, giáo viên Dù`
    if syllables == 1 and name.lower() in words["body_head"] and view.key[at:start].rstrip().endswith("đơn vị"):
        return None  # `22 đơn vị Đoàn`
    if not titled and (branded := with_brand(view, end, stop)) > end:
        return Name(text=" ".join(view.text[start:branded].split()), start=start, end=branded, kind="collective")
    is_mark = syllables == 1 and sum(c.isupper() for c in name) > 1
    if is_mark and 1 < len(name) < 16:
        return Name(text=name, start=start, end=end, kind="collective")  # an abbreviation: PVC
    is_short = syllables == 1 and not titled and "'" not in name
    if is_short and (name.lower() in words["stop"] or name.lower() in words["adverbial"]):
        return None
    if is_short and (start != at or end != at + len(view.text[at:stop].rstrip(STRAY))):
        return None
    is_second = previous is not None and previous.kind == "person" and joined == ","
    is_stage = is_second and previous is not None and len(previous.text.split()) == 2
    if syllables == 2 and start == at and is_second and not is_stage and not _has_family(view, start):
        return None  # `Điện Bàn, Quảng Nam` behind a person's school
    end = with_brand(view, end, stop)
    name = view.text[start:end]
    return Name(text=" ".join(name.split()), start=start, end=end, kind="person", is_short=is_short)


def _behind_office(view: TextView, first: int, stop: int) -> int:
    """Where the person's name behind the body of an office begins, `first` where none of three syllables stands."""
    for token in _NAME_TOKEN.finditer(view.text, first, min(stop, first + 120)):
        if token.start() > first and is_person(view, token.start(), stop):
            return token.start()
    return first


def _has_family(view: TextView, start: int) -> bool:
    token = _NAME_TOKEN.match(view.text, start)
    return token is not None and token.group().lower() in award_words()["family_name"]


def _capitals(view: TextView, at: int, stop: int, *, is_titled: bool = False) -> tuple[int, int] | None:
    """The name-like run of capitalised words before a mark; a run with a family name is preferred.

    Right behind a title a run of up to four words is the name, whatever it opens with.
    """
    runs: list[tuple[int, int]] = []
    position = at
    border = cut(view, at, stop) if at < stop else stop
    while position < border:
        token = _NAME_TOKEN.search(view.text, position, border)
        if token is None:
            break
        if not token.group()[0].isupper():
            if runs and runs[0][0] == at and len(view.text[slice(*runs[0])].split()) == 1 and len(runs) == 1:
                runs = []  # the capital of a sentence: `Tiền đạo Nguyễn Quang Hải`
            if runs:
                break
            position = token.end()
            continue
        start, end = token.span()
        while (
            (more := re.compile(r"[ \u00a0]{1,2}").match(view.text, end))
            and (nxt := _NAME_TOKEN.match(view.text, more.end(), border))
            and nxt.group()[0].isupper()
        ):
            end = nxt.end()
        runs.append((start, end))
        position = end
    for start, end in runs:
        if is_titled and start == at and 2 <= len(view.text[start:end].split()) <= 4:
            return start, end
        family = _family_start(view, start, end)
        if family is not None:
            return family, end
    return next(((s, e) for s, e in runs if len(view.text[s:e].split()) <= 5), None)


def _family_start(view: TextView, start: int, end: int) -> int | None:
    """Where in a run of capitals a family name with two or more syllables behind begins."""
    tokens = list(_NAME_TOKEN.finditer(view.text, start, end))
    names = award_words()["family_name"]
    for index, token in enumerate(tokens):
        left = len(tokens) - index
        first, *rest = token.group().lower().split("-")  # Trần-thị-Nhạn, as was written until the 1970s
        if first in names and (2 <= left <= 5 or len(rest) >= 1):
            return token.start()
    return None


def collective_at(view: TextView, at: int) -> str | None:
    """Returns the name of the body that begins at `at` when it holds a capitalised word, None otherwise."""
    stop = min(len(view.text), at + 90)
    for mark in re.finditer(r"[,;\n:]", view.key[at:stop]):
        if not any(a <= at + mark.start() < b for a, b in inner_names(view.key, at, stop)):
            stop = at + mark.start()
            break
    span = body_span(view, at, stop)
    if span is None or not any(w[0].isupper() for w in view.text[span[0] : span[1]].split()[1:]):
        return None
    return " ".join(view.text[span[0] : span[1]].split())


def row_name(view: TextView, start: int, end: int) -> Name | None:
    """Returns the recipient named in a cell or at the head of a numbered item; titles are taken off."""
    start, end = trimmed(view.text, start, end)
    titles = _TITLES.match(view.key, start, end)
    begin = titles.end() if titles else start
    if begin >= end:
        return None
    stop = _item_end(view, begin, end)
    person = _capitals(view, begin, stop)
    whole = view.text[begin:stop].strip(STRAY)
    if titles is None and body_span(view, begin, stop) is not None:
        person = None
    if person is not None and (titles or person == (begin, begin + len(whole))) and person[0] == begin:
        return Name(text=" ".join(view.text[slice(*person)].split()), start=person[0], end=person[1], kind="person")
    if not whole:
        return None
    at = view.text.index(whole, begin)
    return Name(text=" ".join(whole.split()), start=at, end=at + len(whole), kind="collective")


def _item_end(view: TextView, begin: int, end: int) -> int:
    """Where the name at the head of an item ends: at a mark, or where the next column shows without its tab.

    Such a column is a date, a large number or, behind a person's name, an office (`Vi Mơ Giám đốc Sở A`).
    """
    closed = [*inner_names(view.key, begin, end), *pairs(view.key, begin, end)]
    for mark in _ITEM_MARK.finditer(view.key, begin, end):
        at = mark.start()
        if at > begin and not any(a <= at < b for a, b in closed):
            end = at
            break
    if not _has_family(view, begin):
        return end
    for index, start, _ in lead_words().find(view.key[begin:end]):
        is_office = lead_words().phrases[index] in award_words()["post"]
        if is_office and len(view.text[begin : begin + start].split()) >= 2:
            return begin + start
    return end


_ITEM_MARK = re.compile(
    r"\s*[(;:\t\n]|[.](?=\s|$)|,\s|\s{3,}|\s[-–—]\s|\s(?=\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,3}(?:[.,]\d+)+\s|\d{4}\s)"
)
