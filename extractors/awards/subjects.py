"""The subject of a clause as recipients: what stands before `được tặng` or `đón nhận`, without adverbials."""

import re
from functools import cache

from extractors.awards.bodies import is_person
from extractors.awards.names import Name, body_span, capitals, has_family
from extractors.awards.recipients import Parsed, parse
from extractors.domain.award_tables import award_words
from extractors.domain.orthography import matching_key
from extractors.matching import PhraseMatcher
from extractors.view import TextView

_ADVERBS_BEHIND = re.compile(
    r"(?:[\s,]*(?<!\w)(?:đã|vừa|cũng|còn|từng|vinh dự|mới|đang|lại|đều|sẽ|xứng đáng|lần lượt|"
    r"liên tục|nhiều lần|luôn|vẫn|đã từng|là|"
    r"vừa qua|cùng|và|(?:\w+\s)?lần|(?:\w+\s)?năm liền|nhiều năm liền|nhiều năm|"
    r"năm thứ \w+ liên tiếp|\w+ năm liên tiếp|chính thức|long trọng|"
    r"tiếp tục|trực tiếp|thay mặt|đại diện|trước đó|sau đó|hiện|cụ thể|hết))+\s*$"
)
_FAMILY = re.compile(r",\s(gia đình (?:ông|bà|anh|chị|cụ)(?: [A-ZÀ-ỸĐ][^\W\d_]*){0,5})\s*$")
_SHORT_LEAD = re.compile(
    r"\s*(?:dịp này|đợt này|theo đó|ngoài ra|trong đó|cũng|tại đây|qua đó|trước đó|sau đó|riêng|"
    r"tổng cộng|hiện|đến nay|toàn tỉnh|"
    r"vinh dự hơn(?: cả)?|tự hào hơn(?: cả)?|hơn thế(?: nữa)?|không chỉ vậy|mới đây(?: nhất)?|gần đây(?: nhất)?|"
    r"đặc biệt|cùng dịp|nhân dịp này|và|nhưng|đồng thời|[a-zđ]{2,5}\s?-|\([a-zđ]{2,6}\)\s?-?)(?:\s|,|:)+(?:có\s+)?"
)
_ON_BEHALF = re.compile(
    r",?\s(?:lên\s)?(?:thay mặt|đại diện)(?:\scho)?\s(?:đơn vị|nhà trường|trường|tập thể|cơ quan|"
    r"công ty|địa phương|bệnh viện)"
    r"(?:\slên)?(?:\s(?:vinh dự|đã))?\s*$"
)
_GLAD = re.compile(
    r"(?:,?\s(?:cho biết|cho hay|chia sẻ|nói|tâm sự|bày tỏ|kể)(?:\srằng)?)?"
    r"(?:,?\s(?:mình|bản thân|anh|chị|ông|bà|em|cũng|rất|vô cùng|thật sự|hết sức|cảm thấy|sự|niềm)){0,4}"
    r"\s(?:vui|bất ngờ|vinh dự|tự hào|xúc động|hạnh phúc|phấn khởi|vui mừng|vui sướng)(?:\s[^\s,;.]+){0,4}\skhi\s*$"
)
_PLACE_LEAD = re.compile(r"\s*[\"'(]?(?:tại|ở|từ|cách|giữa|trên|dưới)\s")
_PLACE_GOES_ON = re.compile(
    r"\s*(?:tỉnh|huyện|quận|xã|phường|thị xã|thị trấn|thành phố|tp\.?|thôn|bản|ấp|nơi|vùng|cách)\s[^,;]{1,70},(?=\s*\w)"
)
_RELATIVE = re.compile(r"(?:,\s+(?:là\s+)?|\s+là\s+)(?P<who>người|đơn vị)\s*(?:đã|từng|vừa)?\s*$")
_NAME_AT_END = re.compile(r"([^\W\d_][\w'’]*(?: [^\W\d_][\w'’]*){1,3})\s*(?:\([^()]*\))?\s*$")


def _name_before(view: TextView, start: int, end: int) -> Name | None:
    """`... của cố nhạc sĩ Đỗ An, người được truy tặng`: the person right before a relative clause."""
    found = _NAME_AT_END.search(view.text, max(start, end - 60), end)
    if found is None:
        return None
    words = found[1].split(" ")
    names = award_words()["family_name"]
    for at, word in enumerate(words[:-1]):
        if word[0].isupper() and word.lower() in names and all(w[0].isupper() for w in words[at:]):
            begin = found.start(1) + sum(len(w) + 1 for w in words[:at])
            return Name(text=" ".join(words[at:]), start=begin, end=found.end(1), kind="person")
    return None


_WORK = re.compile(
    r"[^,;]{0,20},?\s?(?<!\w)(?:cụm tác phẩm|tác phẩm|vở|công trình|bài hát|ca khúc|cuốn|bộ phim|tiểu thuyết|"
    r"việc làm|hành động|nghĩa cử|cống hiến|đóng góp|nỗ lực)(?!\w)"
)
_AMONG = re.compile(
    r"\s(?:cũng\s|từng\s|vẫn\s)*là\s(?:một\s)?(?:trong|đơn vị|tập thể|doanh nghiệp|trường|số ít|tập đoàn)(?!\w)"
)
_HAS_COUNT = re.compile(
    r"(?<!\w)có\s+(?:thêm |tới |gần |hơn |trên |tổng số )?(?=(?:\d[\d.]*|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)\s"
    r"(?:tập thể|cá nhân|đơn vị|đồng chí|đảng viên|người|nhà giáo|giáo viên|thầy|cô|nghệ sĩ|nghệ sỹ|mẹ|bà mẹ|bác sĩ|"
    r"doanh nghiệp|học sinh|sinh viên|cán bộ|chiến sĩ|gia đình|hộ|xã|phường|trường|liệt sĩ|công nhân|thầy thuốc|"
    r"em|gương|nghệ nhân|hội viên|đoàn viên|nông dân|phụ nữ|tác giả|trường hợp|thôn|huyện|chi bộ|"
    r"doanh nhân|nhà khoa học|thương binh|cựu chiến binh|trường học|công trình)(?!\w))"
)
_NAMED = re.compile(
    r"(?:^|\s)(?:hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|\d{1,2})\s[^,;:.()]{2,60}?\s(?:là|gồm)\s:?\s?"
    r"(?=(?:ông|bà|anh|chị|em|cô|thầy|các|đồng chí)\s|[^\W\d_]+\s)"
)
_AMONG_THEM = re.compile(r"(?<!\w)trong (?:số )?đó,?\s(?:có\s)?(?=\w)")
_AGAIN = re.compile(r"\s*đây (?:cũng )?là (?:lần|năm)(?: thứ \w+| đầu(?: tiên)?)?(?: liên tiếp)?(?: mà)?\s")
_SUCH_AS = re.compile(r"(?<!\w)(?:như|trong đó có|gồm)(?::|\s)\s*")
_SAID = re.compile(
    r"(?<!\w)(?:chúc mừng|đánh giá|cho biết|cho hay|cho rằng|xét thấy|nhận thấy|khẳng định|chứng kiến|nhấn mạnh|"
    r"thông tin)\s+(?:việc\s+|rằng\s+|,\s*)?"
)
_YEAR_LEAD = re.compile(
    r"\s*(?:từ\s+)?(?:đầu\s+|cuối\s+)?(?:năm|ngày|tháng|sáng|chiều|tối|trưa)\s+[\d/.-]+[\d/.\-\s]*(?=\D)(?:,\s*)?"
)


@cache
def _adverbials() -> PhraseMatcher:
    return PhraseMatcher(tuple(award_words()["adverbial"]))


def subject(view: TextView, start: int, end: int) -> Parsed:
    """Returns whom the words of `[start, end)` before a verb name or count as its subject."""
    whole = end
    if behind := _ADVERBS_BEHIND.search(view.key, max(start, end - 80), end):
        end = behind.start()
    if glad := _GLAD.search(view.key, max(start, end - 120), end):
        end = glad.start()
    if (behalf := _ON_BEHALF.search(view.key, start, whole)) and (body := _body_led(view, start, behalf.start())):
        return Parsed(names=[body])
    relative = _RELATIVE.search(view.key, start, end)
    if relative and _skip_adverbials(view, start, relative.start() + 1) < relative.start():
        name = _name_before(view, start, relative.start()) if relative["who"] == "người" else None
        if name is not None:
            return Parsed(names=[name])
        end = relative.start()
    if (work := _WORK.match(view.key, start, end)) and (by := view.key.rfind(" của ", work.end(), end)) > 0:
        start = by + len(" của ")  # the author of the work receives
    if among := _AMONG.search(view.key, start, end):
        end = among.start()
    for inner in _AMONG_THEM.finditer(view.key, start, end):
        start = inner.end()
    if again := _AGAIN.match(view.key, start, end):
        start = again.end()
    if (named := _NAMED.search(view.key, start, end)) and view.text[named.end() : named.end() + 1].isupper():
        listed = parse(view, named.end(), end)
        if len(listed.names) > 1:
            return listed
    if held := _HAS_COUNT.search(view.key, start, end):
        start = held.end()
    if such := _SUCH_AS.search(view.key, start, end):
        parsed = parse(view, such.end(), end)
        if parsed.names:
            parsed.is_open = True
            return parsed
    for said in _SAID.finditer(view.key, start, end):
        start = said.end()
    start = _skip_adverbials(view, start, end)
    if start >= end:
        return Parsed()
    if family := _FAMILY.search(view.text, start, end):
        start = family.start(1)
    if (pronoun := _pronoun(view, start, end)) is not None:
        return Parsed(names=[pronoun])
    start = _last_counted(view, start, end)
    parsed = parse(view, start, end)
    if among and not parsed.names and (span := capitals(view, start, end)) is not None and has_family(view, span[0]):
        found = " ".join(view.text[slice(*span)].split())
        return Parsed(names=[Name(text=found, start=span[0], end=span[1], kind="person")])
    people = [n for n in parsed.names if not n.is_pronoun]
    if people:  # `Nhà máy A, đơn vị từng được`: the pronoun stands beside the name
        parsed.names = people
    return parsed


def _body_led(view: TextView, start: int, end: int) -> Name | None:
    """The body that somebody leads who stands for it: `Giám đốc Sở A Lê Văn B thay mặt đơn vị`."""
    posts = [(start + a, start + b) for _, a, b in _posts().find(view.key[start:end])]
    for _, stop in posts:
        at = stop + 1
        border = next(
            (m.start() for m in _SYLLABLE_START.finditer(view.text, at, end) if is_person(view, m.start(), end)), end
        )
        comma = view.key.find(",", at, border)
        span = body_span(view, at, comma if comma > 0 else border)
        if span is not None and view.text[span[0] : span[1]] != view.key[span[0] : span[1]]:
            text = " ".join(view.text[slice(*span)].split())
            return Name(text=text, start=span[0], end=span[1], kind="collective")
    return None


_SYLLABLE_START = re.compile(r"(?<=\s)[^\W\d_]")


@cache
def _posts() -> PhraseMatcher:
    return PhraseMatcher(tuple(award_words()["post"]))


def _pronoun(view: TextView, start: int, end: int) -> Name | None:
    """`Ông là hội viên ..., được tặng`: a pronoun that opens the clause is its subject, whatever follows."""
    for _, at, stop in _pronouns().find(view.key[start : min(end, start + 30)]):
        if view.key[start : start + at].strip(" \"'-"):
            return None
        follows = view.text[start + stop : end].lstrip()
        if follows[:1].isupper() or follows[:1].isdigit() or view.key[start + stop :].startswith((",", " và ")):
            return None
        text = view.text[start + at : start + stop]
        kind = award_words()["pronoun"][matching_key(text)] or "person"
        epithet = _EPITHET.match(view.key, start + stop, end)
        behind = epithet.end() if epithet else start + stop
        goes_on = _GOES_ON.match(view.key, behind, end) is not None
        if kind == "person" and view.text[behind:end].strip() and not goes_on:
            return None  # `Ông lão ...`
        if kind == "collective" and not goes_on:
            return None
        return Name(text=text, start=start + at, end=start + stop, kind=kind, is_pronoun=True)
    return None


_COUNTED_CLAUSE = re.compile(r"\s*(?:có |hơn |trên |gần )*\d[\d.]*\s(?:[^\s,]+\s){4,}[^\s,]*$")


_COUNTS = re.compile(r"\s?(?:có |hơn |trên |gần |cùng |và )*(?:\d|[^\W\d]+\s(?:mẹ|bà|cá|tập|đơn|người|em|đồng chí))")


def _last_counted(view: TextView, start: int, end: int) -> int:
    """`4.000 người bị thương, 719 bà mẹ được`: a longer counted clause before the last comma is no subject."""
    for separator in (", ", " và "):
        at = view.key.rfind(separator, start, end)
        if (
            at > 0
            and _COUNTS.match(view.key, at + len(separator))
            and _COUNTED_CLAUSE.search(view.key[max(start, view.key.rfind(", ", start, at) + 1) : at])
        ):
            return at + len(separator)
    return start


_EPITHET = re.compile(r"(?:\s(?:này|ấy|gạo cội|đình đám|kỳ cựu|nổi tiếng|trẻ|tài năng|dũng cảm|lão thành)(?!\w)){1,2}")
_GOES_ON = re.compile(
    r"\s+(?:là|đã|từng|vừa|cũng|còn|được|mới|luôn|sinh|có|nhiều|vinh dự|lại|hai|ba|\d|trở thành|"
    r"giữ|tham gia|công tác|làm|và)(?!\w)"
)


@cache
def _pronouns() -> PhraseMatcher:
    return PhraseMatcher(tuple(award_words()["pronoun"]))


def _skip_adverbials(view: TextView, start: int, end: int) -> int:
    """Leaves out `Năm 2012,`, `Tại hội nghị,`, `LSO-Sáng 25/12/2013,` and their like at the head of a clause."""
    for _ in range(6):
        if (short := _SHORT_LEAD.match(view.key, start, end)) and short.end() > start:
            start = short.end()
            continue
        hits = _adverbials().find(view.key[start : min(end, start + 30)])
        if not hits or view.key[start : start + hits[0][1]].strip(" \"'-("):
            break
        comma = _comma(view.key, start, end)
        if comma < 0:
            year = _YEAR_LEAD.match(view.key, start, end)
            if year is None or year.end() <= start:
                break
            start = year.end()
            continue
        is_place = _PLACE_LEAD.match(view.key, start, end)
        start = comma + 1
        while is_place and (more := _PLACE_GOES_ON.match(view.key, start, end)):
            start = more.end()  # `Tại xã A, huyện B, nơi chưa có điện, cô C`
    return start


def _comma(key: str, start: int, end: int) -> int:
    """The first comma outside brackets, -1 where there is none."""
    depth = 0
    for at in range(start, end):
        if key[at] == "(":
            depth += 1
        elif key[at] == ")":
            depth -= 1
        elif key[at] == "," and depth <= 0 and not key[at + 1 : at + 2].isdigit():
            return at
    return -1
