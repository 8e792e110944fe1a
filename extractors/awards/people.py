"""Who `ông`, `đơn vị`, `thầy Nhã` and `Xí nghiệp` are: names that stand earlier in the same document."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, pairwise

from extractors.awards.mentions import ByPlace
from extractors.awards.names import Name, collective_at
from extractors.domain.award_tables import award_words
from extractors.view import TextView

_CAPITAL = re.compile(r"[^\W\d_][\w'’]*")
_HONORIFIC = re.compile(
    r"(?:^|[\s(,\"“-])(ông|bà|anh|chị|em|cô|thầy|cháu|cụ|bác|nghệ sĩ|nghệ sỹ|nhạc sĩ|ca sĩ|"
    r"học sinh|nam sinh|nữ sinh|cô giáo|thầy giáo|bác sĩ|"
    r"đồng chí|nsnd|nsưt|chú|giáo sư|gs|nhà văn|nhà thơ)\s+(?:\w+\s+)?$"
)
_NEUTRAL = frozenset(
    {
        "nsnd",
        "nsưt",
        "nghệ sĩ",
        "nghệ sỹ",
        "nhạc sĩ",
        "ca sĩ",
        "chú",
        "bác sĩ",
        "giáo sư",
        "gs",
        "đồng chí",
        "nhà văn",
        "nhà thơ",
    }
)
_ALIKE = {"nam sinh": "em", "học sinh": "em", "nữ sinh": "em", "cháu": "em", "cô giáo": "cô", "thầy giáo": "thầy"}
_TITLED_WORD = re.compile(r"(?<!\w)(ông|bà|anh|chị|em|cô|thầy|cụ)\s+")
_NO_NAME = re.compile(
    r"(?i)\s(?:huân chương|bằng khen|giấy khen|cờ thi|của|hỗ trợ|phải|không|nào|này|những|các|thì|sẽ)\s"
)
_TITLE_WORDS = frozenset({"ông", "bà", "anh", "chị", "em", "cô", "thầy", "cụ", "cháu", "chú", "bác", "đồng"})
_FAR = 2500
_SPEECH = 500  # characters back to whoever began to speak
_SPEAKER = re.compile(
    r"(?<!\w)(?:chỉ huy trưởng|(?:đồn|hiệu|viện|đội|trạm|cục|chi cục|tiểu đoàn|lữ đoàn|trung đoàn) ?trưởng|giám đốc|"
    r"chính ủy|chính trị viên|thủ trưởng|chủ tịch)\s(?P<body>[^,;:\"()\n]{4,70}?)\s?[,)-]?\s"
    r"(?:cho biết|cho hay|nói|chia sẻ|báo cáo|khẳng định|kể)(?!\w)"
)
_PAIRED = re.compile(
    r"(?:\s?\([^()]{0,80}\))?(?:(?:,[^,;.:]{0,60},?)?\s(?:và|cùng)\s(?:[^\W\d]+\s){0,3}|,\s(?:[^\W\d]+\s)?)"
)
_TWO_BEFORE = re.compile(r"(?<!\w)(?:hai|2|02)\s(?:[^\W\d]+\s){1,3}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    start: int
    text: str
    honorific: str | None


def _runs(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yields the runs of two to seven capitalised words that single spaces join, with their starts."""
    start, end = 0, -2
    words: list[str] = []
    for token in _CAPITAL.finditer(text):
        word = token.group()
        is_name = word[0].isupper() and (len(word) == 1 or not word.isupper())
        if is_name and token.start() == end + 1 and text[end] in " \u00a0":
            words.append(word)
        else:
            if 1 < len(words) < 8:
                yield start, words
            start, words = token.start(), [word] if is_name else []
        end = token.end() if is_name else -2
    if 1 < len(words) < 8:
        yield start, words


class People:
    """The persons and bodies of a document, found at the first question."""

    def __init__(self, view: TextView) -> None:
        self._view = view

    @cached_property
    def _persons(self) -> list[_Person]:
        names = award_words()["family_name"]
        text, key = self._view.text, self._view.key
        found: list[_Person] = []
        for start, words in _runs(text):
            if " ".join(words[:3]) == "Hồ Chí Minh":  # a city, a prize, a road, a union
                continue
            offset = 0
            titled = _HONORIFIC.search(key, max(0, start - 24), start)
            if titled and words[0].lower() not in names and 1 < len(words) <= 4:
                found.append(_Person(start=start, text=" ".join(words), honorific=titled[1]))
                continue
            for index, word in enumerate(words[:-1]):
                if index == 0 and word.lower() in _TITLE_WORDS and words[1].lower() in names and len(words) > 2:
                    offset += len(word) + 1  # `Ông Mạc Văn Củ` at the head of a sentence
                    continue
                if word.lower() in names and len(words) - index <= 5:
                    at = start + offset
                    honorific = _HONORIFIC.search(key, max(0, at - 24), at)
                    if len(words) - index >= 3 or honorific:
                        name = " ".join(words[index:])
                        found.append(_Person(start=at, text=name, honorific=honorific[1] if honorific else None))
                    break
                offset += len(word) + 1
        found.extend(self._given_names())
        return sorted(found, key=lambda p: p.start)

    @cached_property
    def _by_place(self) -> ByPlace[_Person]:
        return ByPlace(self._persons, lambda p: p.start)

    @cached_property
    def _by_given(self) -> dict[str, list[str]]:
        """Names in order by their last word; of many with one last word the last hundred."""
        names: dict[str, list[str]] = {}
        for person in self._persons:
            given = names.setdefault(person.text.split()[-1], [])
            if not given or given[-1] != person.text:
                given.append(person.text)
                del given[:-100]
        return names

    def _given_names(self) -> Iterator[_Person]:
        """`ông Poirier`, `thầy Nhã`: a title with one word, which a pronoun may stand for."""
        for match in _TITLED_WORD.finditer(self._view.key):
            word = _CAPITAL.match(self._view.text, match.end())
            if word is None or not word.group()[0].isupper() or word.group().isupper():
                continue
            after = self._view.text[word.end() : word.end() + 2]
            if not (len(after) == 2 and after[0] == " " and after[1].isupper()):
                yield _Person(start=word.start(), text=word.group(), honorific=match[1])

    def resolve(self, name: Name) -> Name:
        """Returns the name with the full text that the document gives for it, itself where it gives none."""
        if name.kind == "person":
            full = self._pronoun(name) if name.is_pronoun else self._short(name)
        else:
            full = self._body(name)
        return replace(name, text=full) if full else name

    def body_of_speaker(self, at: int) -> str | None:
        """The body of whoever speaks around `at`: `Trung tá A, đồn trưởng Đồn B, cho biết: "... đơn vị"`."""
        key = self._view.key
        spoken = list(_SPEAKER.finditer(key, max(0, at - _SPEECH), at))
        if not spoken or key.count('"', spoken[-1].end(), at) != 1:
            return None
        return collective_at(self._view, spoken[-1].start("body"))

    def pair_before(self, at: int) -> list[Name]:
        """The two persons named side by side before `at` for whom `hai em` stands.

        Of several pairs the last that a number introduces (`hai em A và B`); none where that is not plain.
        """
        near = self._by_place.within(max(0, at - _FAR), at)
        pairs, counted = {}, []
        for one, other in pairwise(near):
            between = self._view.key[one.start + len(one.text) : other.start]
            if _PAIRED.fullmatch(between) and " " in one.text and " " in other.text:
                pairs[one.text, other.text] = (one, other)
                if _TWO_BEFORE.search(self._view.key, max(0, one.start - 24), one.start):
                    counted.append((one, other))
        chosen = counted[-1] if counted else next(iter(pairs.values())) if len(pairs) == 1 else ()
        return [Name(text=p.text, start=p.start, end=p.start + len(p.text), kind="person") for p in chosen]

    def _pronoun(self, name: Name) -> str | None:
        word = name.text.lower()
        near = self._by_place.within(name.start - _FAR, name.start)
        word = _ALIKE.get(word, word)
        for person in reversed(near):
            honorific = _ALIKE.get(person.honorific or "", person.honorific)
            if honorific == word or honorific in _NEUTRAL:
                return self._full(person.text)
        return self._full(near[-1].text) if near else None

    def _full(self, text: str) -> str:
        """The last full name that ends with a given name, the given name itself where none does."""
        if " " in text:
            return text
        return next((full for full in reversed(self._by_given.get(text, [])) if " " in full), text)

    def _short(self, name: Name) -> str | None:
        """A given name alone, or with its middle name, stands for the last full name that ends with it."""
        parts = name.text.split()
        if len(parts) > 2:
            return None
        for full in reversed(self._by_given.get(parts[-1], [])):
            words = full.split()
            is_longer = len(words) > len(parts) and words[-len(parts) :] == parts
            if is_longer and words[0].lower() not in award_words()["honorific"]:
                return full
        return None

    def _body(self, name: Name) -> str | None:
        """`Xí nghiệp`, `trường`: the last full name that opens with the same word; `đơn vị` stays as it is."""
        word = name.text.lower().replace("này", "").strip()
        word = {"nhà trường": "trường"}.get(word, word)
        if word not in award_words()["pronoun"] or word == "đơn vị":
            return None
        key = self._view.key
        found: str | None = None
        for match in islice(re.finditer(rf"(?<!\w){re.escape(word)}\s", key), 40):
            if match.start() >= name.start and found:
                break
            full = collective_at(self._view, match.start())
            rest = full.split()[len(word.split()) :] if full else []
            is_long = 1 < len(rest) < 10 or (len(rest) == 1 and any(c.isdigit() for c in rest[0]))
            if full and is_long and any(w[0].isupper() for w in rest[:3]) and not _NO_NAME.search(full):
                found = full
                if match.start() > name.start:
                    break
        return found
