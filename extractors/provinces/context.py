"""What stands around a name: the words before it, whether it is a person, a list, a chain from small to large."""

import re
from dataclasses import dataclass, field
from enum import Enum, auto

from extractors.provinces.names import Form, body_openers, cues_by_phrase, surnames

_REACH = 64  # characters looked at before a name
_GENERIC = re.compile(
    r"(?<!\w)(?:tỉnh|thành\s{1,2}phố|thủ\s{1,2}đô|t\.?\s?p\.?|tinh|thanh\s{1,2}pho"
    r"|thị\s{1,2}xã|t\.?\s?x\.?|đặc\s{1,2}khu|khu\s{1,2}tự\s{1,2}trị|khu\s{1,2}vực|khu)[^\S\n]{0,3}(?:\n[^\S\n]{0,2})?\Z"
)
_KINDS = {"t": "city"}  # tp, thành phố, thủ đô; the rest is told by its full word
_OPENING = "([{\"'“‘«-–—•+*/"
_CLOSING = ",.;:!?)]}\"'”’»…"
_SMALLER = re.compile(
    r"(?<!\w)(?:huyện|quận|xã|phường|thị xã|thị trấn|thành phố|đảo|thôn|ấp|khu|đường|phố|[hqpx]\.|tp\.?|tx\.?|tt\.?)\s?"
    r"[^\n,;:()]{1,28}\s?(?:,|-|\()\s?(?:thuộc\s)?(?:tỉnh\s)?\Z"
)
_PLACE_PAIR = re.compile(r"(?<!\w)(?:[^\W\d_][^\W\d_]*\s){1,2}[^\W\d_]+\s?(?:,|\(|-)\s?\Z")
_CLAUSE_WORDS = frozenset(
    ("tại", "ở", "của", "từ", "đến", "về", "cho", "do", "là", "có", "được", "đã", "sẽ", "trên", "trong", "khi", "lần")
)


class Sense(Enum):
    """What the neighbours say a name is, where they say it is no first-level unit."""

    PERSON = auto()
    LESSER = auto()
    STREET = auto()
    RIVER = auto()
    SHIP = auto()
    CLUB = auto()
    FIRM = auto()
    ABROAD = auto()


@dataclass(slots=True)
class Candidate:
    """A name found in the text, with what its neighbours say; `quote_start` takes in the generic word."""

    start: int
    end: int
    form: Form
    quote_start: int
    generic: str = ""  # province, city, town, zone; "" where none stands before
    cue: str = ""  # class of the word directly before
    words: tuple[str, ...] = ()  # words before it (before its generic word), as written, last one last
    is_glued: bool = True  # no mark stands between the last of these words and the name
    is_upper: bool = False
    is_title: bool = True  # every syllable begins with a capital
    organ: str = ""  # organ or body, where the name stands inside the name of one
    sense: Sense | None = None
    linked: list["Candidate"] = field(default_factory=list)  # its neighbours in a list, at most two
    run: "Run | None" = None  # the list
    is_rival: bool = False  # in a score
    governed_by_lesser: bool = False  # `các xã A, B`: the class of the list goes on


@dataclass(slots=True)
class Run:
    """The names of one list in order, and what is worked out once for all of them."""

    members: list[Candidate]
    sure: frozenset[tuple[str, ...]] | None = None  # ids of the names that are sure on their own
    counts: dict[int, tuple[int, int]] | None = None  # announced and listed, by the start of a name


def before(text: str, key: str, start: int) -> tuple[list[str], list[str]]:
    """Returns the words before `start` on its line, as written and as keys."""
    low = max(0, start - _REACH)
    line = text.rfind("\n", low, start)
    if line >= 0 and text[line + 1 : start].strip():
        low = line + 1
    elif line >= 0:
        low = max(low, text.rfind("\n", low, line) + 1)
    return text[low:start].split(), key[low:start].split()


def look(text: str, key: str, start: int, end: int, form: Form) -> Candidate:
    """Returns the candidate with everything that the words before it and its letters tell."""
    written = text[start:end]
    syllables = written.replace("-", " ").replace("–", " ").split()
    found = Candidate(
        start=start,
        end=end,
        form=form,
        quote_start=start,
        is_upper=written.isupper(),
        is_title=all(s[0].isupper() for s in syllables),
    )
    match = _GENERIC.search(key, max(0, start - 18), start)
    if match:
        kind = _generic_kind(match.group(), form, text[match.start() : start])
        if kind:
            found.generic = kind
            found.quote_start = match.start()
    as_written, keys = before(text, key, found.quote_start)
    found.words = tuple(as_written[-6:])
    head = text[found.quote_start - 1 : found.quote_start]
    found.is_glued = bool(keys) and (
        (head.isspace() and keys[-1][-1] not in _CLOSING)
        or (keys[-1][-1] == "." and keys[-1].lstrip(_OPENING) in cues_by_phrase())  # P.Hòa Bình, H. Điện Biên
    )
    if found.is_glued:
        found.cue = _cue(keys)
        found.organ = "" if found.cue == "place" else _organ(keys)
    return found


def _generic_kind(key: str, form: Form, written: str) -> str:
    word = " ".join(key.split())
    if word in ("tỉnh", "thành phố", "thủ đô"):
        return "province" if word == "tỉnh" else "city"
    if word in ("tinh", "thanh pho"):
        return ("province" if word == "tinh" else "city") if form.lacks_marks or written.isupper() else ""
    if word.replace(".", "").replace(" ", "") == "tp":
        return "city"
    if word == "thị xã" or word.replace(".", "").replace(" ", "") == "tx":
        return "town"
    zone = "region" in form.doubts or "rare" in form.doubts or form.key in ("hồng gai", "hòn gai")
    return "zone" if zone else ""


def _cue(keys: list[str]) -> str:
    """The class of the longest known phrase that ends directly before the name."""
    table = cues_by_phrase()
    for length in (4, 3, 2, 1):
        if len(keys) >= length:
            phrase = " ".join(keys[-length:]).lstrip(_OPENING)
            if (cue := table.get(phrase)) is not None:
                return cue
    return ""


def _organ(keys: list[str]) -> str:
    """The class of the body whose name runs up to the province without a mark between; organ goes before body."""
    table = cues_by_phrase()
    found = ""
    for at in range(len(keys) - 1, max(-1, len(keys) - 10), -1):
        word = keys[at]
        if word[-1] in _CLOSING or word in _CLAUSE_WORDS:
            break
        if word.lstrip(_OPENING) not in body_openers():
            continue
        if at and table.get(f"{keys[at - 1]} {word}".lstrip(_OPENING)) == "other":  # thị trường, cơ sở
            continue
        phrases = (" ".join(keys[at : at + n]).lstrip(_OPENING) for n in (4, 3, 2, 1) if at + n <= len(keys))
        cue = next((table[phrase] for phrase in phrases if phrase in table), "")
        if cue == "organ":
            return cue
        if cue == "body":
            found = cue
    return found


def is_person(c: Candidate) -> bool:
    """Tells whether the name is part of a person's name: a family name, a middle name or a title before it."""
    if not c.is_glued or c.generic or not c.words:
        return _is_byline(c)
    last = c.words[-1].lstrip(_OPENING)
    bearable = bool(c.form.doubts & {"person", "noun", "rare", "famous"})
    if not last:
        return False
    if c.cue == "title":
        plural = len(c.words) > 1 and cues_by_phrase().get(c.words[-2].lower().lstrip(_OPENING)) == "plural"
        return bearable and not plural
    if not last[0].isupper():
        return False
    low = last.lower()
    certain = surnames().get(low)
    if not bearable:
        return bool(certain) and _has_title(c.words, 2)
    if certain is not None:
        return certain or (c.cue in ("", "middle") and not c.is_upper) or _has_title(c.words, 2)
    return c.cue == "middle" or (not c.cue and _has_surname_near(c.words, is_upper=c.is_upper))


def _has_title(words: tuple[str, ...], back: int) -> bool:
    """Tells whether the word `back` places from the name is a title: ông, bà, ca sĩ."""
    return len(words) >= back and cues_by_phrase().get(words[-back].lower().lstrip(_OPENING)) == "title"


def _has_surname_near(words: tuple[str, ...], *, is_upper: bool) -> bool:
    """A family name one or two capitalised words further left: Nguyễn Ngọc | Thái Bình.

    In a line of capitals every word looks like a name, so that a title must stand before it.
    """
    for back in (2, 3):
        if len(words) < back or words[1 - back][0] in _OPENING:
            return False
        word = words[-back].lstrip(_OPENING)
        if not word or not word[0].isupper() or word[-1] in _CLOSING:
            return False
        certain = surnames().get(word.lower(), word.lower() == "thị" or None)
        if (certain and not is_upper) or (certain is not None and _has_title(words, back + 1)):
            head = words[-back - 1].lower().lstrip(_OPENING) if len(words) > back else ""
            return cues_by_phrase().get(head) not in ("organ", "body", "street")
    return False


def _is_byline(c: Candidate) -> bool:
    """`Ảnh: Minh Hải`."""
    if c.generic or not c.words or not c.form.doubts & {"person", "noun", "rare"}:
        return False
    return c.words[-1].lower().lstrip(_OPENING) in ("ảnh:", "bài:", "tin:", "pv:", "ảnh,", "video:", "clip:", "đồ họa:")


_SIGNATURE = re.compile(r"\W*((?:[^\W\d_]+ ){2,4}?[^\W\d_]+)\W*")


def is_signature(c: Candidate, text: str) -> bool:
    """A line of its own with a family name first and the name in it: `HÀ GIANG SƠN` below an article."""
    start = text.rfind("\n", max(0, c.start - 40), c.start) + 1
    end = text.find("\n", c.end, c.end + 40)
    if c.start - start > 30 or (end < 0 and len(text) - c.end > 30):
        return False
    match = _SIGNATURE.fullmatch(text[start : end if end >= 0 else len(text)])
    if match is None or match.group(1) == text[c.start : c.end]:
        return False
    words = match.group(1).split()
    return words[0].lower() in surnames() and all(word[0].isupper() for word in words)


def is_street(c: Candidate, key: str) -> bool:
    """Tells whether a street of that name is meant and not the road to or between provinces."""
    if c.cue != "street" or c.generic:
        return False
    after = key[c.end : c.end + 24].lstrip()
    if after.startswith("-") or (after.startswith(("đi ", "đến ", "về ", "ra ", "vào ")) and c.linked):
        return False
    street = c.words[-1].lower().lstrip(_OPENING)
    head = c.words[-2].lower().lstrip(_OPENING) if len(c.words) > 1 else ""
    if street == "phố":
        return head not in ("con", "góc", "khu", "các", "những", "hè", "dãy", "đường")
    return head not in ("con", "những", "ra", "lên", "mạng", "giao")


def follows_smaller_unit(c: Candidate, text: str, key: str) -> bool:
    """Tells whether a smaller place stands before it: `huyện Kim Bôi, Hòa Bình`, `Kim Bôi (Hòa Bình)`."""
    low = max(0, c.quote_start - 56)
    before_it = key[low : c.quote_start].rstrip(" ")
    if not before_it.endswith((",", "-", "(", "thuộc")):
        return False
    if _SMALLER.search(key, low, c.quote_start):
        return True
    match = _PLACE_PAIR.search(key, low, c.quote_start)
    if not match:
        return False
    names = re.findall(r"[^\W\d_]+", text[match.start() : c.quote_start])[-2:]
    return len(names) == 2 and all(n[0].isupper() for n in names) and not surnames().get(names[0].lower())
