"""Reads the traits of an award from its rows and the text around it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from typing import Final, cast

from extractors.domain.award_tables import award_words
from extractors.domain.orthography import matching_key
from extractors.domain.tables import rows as table_rows
from extractors.matching import PhraseMatcher
from pipeline.decisions.authorities import Authority, authority_of
from pipeline.decisions.hints import Around, Dated, Hints, bodies_in, hints_of, office, sentence_of
from pipeline.decisions.spelling import HERE, body_name, generic_names, is_office, name_key, place_of
from pipeline.decisions.traits import Party, Traits, number_of
from pipeline.store import Row

_GENERIC: Final = 2  # a name of one syllable is no name
_LOOKED_AT: Final = 3  # places of a name in the text
_BEFORE: Final = 60
_AFTER: Final = 120
_PARAGRAPH: Final = 1500  # characters on each side of the award that count as its paragraph
_MOST_NAMED: Final = 40
_LEFT_END: Final = re.compile(r"[\n.;:,()\"“”]|(?<!\w)(?:cho|tặng|trao|gồm|và|của|đối với|khen)(?!\w)")
_RIGHT_END: Final = re.compile(r"[\n;:\"“”]|\.(?=\s|$)")
_VERB: Final = re.compile(
    r"(?<!\w)(?:đã|được|vừa|vì|vinh dự|là|cùng|và|có|đón|nhận|hy sinh|hi sinh|đạt|do|với|vào|sau|hôm|ngày|trong)(?!\w)"
)
_APPOSITION: Final = re.compile(r"\s{0,2}(?:[,(–-]|(?:ở|thuộc|của|tại|quê|trú)(?!\w))")
_BORN: Final = re.compile(r"(?:sinh năm|sn)\s{0,2}:?\s{0,2}(1[89]\d\d|20[01]\d)(?!\d)")
_REASON: Final = re.compile(r"(?<!\w)(?:vì|thành tích|có công|phong trào|công tác|đóng góp|nhờ|do đã|đơn vị làm)(?!\w)")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_CAPITALISED: Final = re.compile(r"[^\W\d_]+")
_REAL_NAME: Final = re.compile(
    r"\s{0,2}[,(–-]\s{0,2}(?:tên thật|tên khai sinh|tên đầy đủ)(?: là)?:?\s((?:[^\W\d_]+\s?){2,5})"
)
_UNTOLD: Final = frozenset(("bk", "gk", "co"))  # forms that do not tell who confers them


@cache
def _every() -> frozenset[str]:
    """The words of every citation, whatever it is for."""
    return frozenset(name_key(row.needed("word")) for row in table_rows("citation_words.csv"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document as its awards are read: its row, the place of its issuer, and its mentions of first-level units."""

    row: Row
    home: str
    units: tuple[tuple[int, int, str], ...]  # start, end, id
    dates: tuple[Dated, ...] = ()
    awards: tuple[tuple[int, int], ...] = ()  # start and end of each, in order

    @property
    def text(self) -> str:
        """The text that all offsets count in."""
        return str(self.row["text"] or "")


def home_of(row: Row, units: Sequence[tuple[int, int, str]]) -> str:
    """Returns the first-level unit of a document: its issuer's, else the one it names three times in five."""
    issuer = body_name(_small(str(row["issuing_body"] or ""))).place
    if issuer and issuer != HERE:
        return issuer
    counts: dict[str, int] = {}
    for _, _, unit in units:
        counts[place_of(unit)] = counts.get(place_of(unit), 0) + 1
    if not counts:
        return ""
    best = max(sorted(counts), key=lambda unit: counts[unit])
    return best if counts[best] * 5 >= sum(counts.values()) * 3 else ""


def _small(name: str) -> str:
    return name if any(c.islower() for c in name) else name.lower()


def read_traits(award: Row, recipients: Sequence[Row], paper: Paper) -> Traits:
    """Returns what an award is compared by."""
    issued = paper.row["issued"] if paper.row["kind"] == "decision" else None
    around = Around(text=paper.text, dates=paper.dates, awards=paper.awards, home=paper.home)
    hints = hints_of(around, cast(int, award["start"]), cast(int, award["end"]))
    authority = _authority(award, paper, hints)
    home = authority.name if authority.kind == "tinh" and authority.name else paper.home
    parties = tuple(_parties(recipients, paper, home))
    names = {word for party in parties for word in party.core.split()}
    count = cast("int | None", award["count"])
    is_whole = bool(parties) and (count is None or count <= len(parties))
    return Traits(
        record_id=str(award["record_id"]),
        document=str(paper.row["id"]),
        kind=str(paper.row["kind"]),
        status=str(award["status"]),
        form=str(award["form"]),
        award_class=str(award["class"] or ""),
        authority=authority,
        number=number_of(_text(award["decision_no"])) or hints.number,
        decided=_text(award["decision_date"]) or _text(issued) or hints.decided,
        given=_text(award["date"]),
        told=_text(paper.row["published"] or paper.row["issued"] or paper.row["reference_date"]),
        period=_text(award["period"]),
        count=count if not parties or count != len(recipients) else len(parties),
        posthumous=bool(award["posthumous"]),
        parties=parties,
        topic=_topic(award, paper, names),
        named=() if is_whole else tuple(_named(award, paper)),
        near=hints.near,
    )


def _authority(award: Row, paper: Paper, hints: Hints) -> Authority:
    """Who confers: as the record says it, or, where the form does not tell, whose decision the text says it is."""
    form = str(award["form"])
    authority = authority_of(str(award["grantor"] or ""), form, paper.home)
    if not authority.name and authority.kind in ("huyen", "xa", "so", "ubnd", "dang"):
        issuer = authority_of(_small(str(paper.row["issuing_body"] or "")), form, paper.home)
        authority = issuer if issuer.kind == authority.kind else authority
    if hints.authority is not None and (not authority.kind or form in _UNTOLD):
        return hints.authority
    return authority


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _parties(recipients: Sequence[Row], paper: Paper, home: str) -> Iterator[Party]:
    """The recipients without words that name no one and without the place of the one before (`X, tỉnh Y`)."""
    before: Row | None = None
    for row in recipients:
        name = str(row["name"])
        key = name_key(name)
        if key in generic_names() or not key:
            continue
        if before is not None and _is_place_behind(row, before, paper.text, key):
            continue
        before = row
        yield _party(row, key, paper, home)


def _is_place_behind(row: Row, before: Row, text: str, key: str) -> bool:
    start, end = row["start"], before["end"]
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start - end <= 3:
        return False
    return text[end:start].strip() in (",", "(", "-") and key.split()[0] in ("tỉnh", "huyện", "xã", "thành", "tp")


def _party(row: Row, key: str, paper: Paper, home: str) -> Party:
    name, position = str(row["name"]), cast(int, row["position"])
    if row["kind"] != "person":
        body = body_name(name, str(row["province"] or ""))
        place = "" if body.place == HERE else body.place
        return Party(position=position, name=name, kind="collective", core=body.core, place=place, home=home)
    about, places, rank, born = _beside(name, row, paper)
    return Party(
        position=position,
        name=name,
        kind="person",
        core=_titles_off(_real_name(row, paper.text) or key),
        place=place_of(str(row["province"] or "")),
        home=home,
        about=about,
        places=places,
        rank=rank,
        born=born,
    )


def _real_name(row: Row, text: str) -> str:
    """The name that a paper says is the real one of who goes by another: `Tư Lúa (tên thật là ...)`."""
    name = str(row["name"])
    found = next((m for at in _places_of(name, row, text) if (m := _REAL_NAME.match(text, at + len(name)))), None)
    words = found[1].split() if found else []
    real = list(takewhile(lambda word: word[0].isupper(), words))
    return name_key(" ".join(real)) if len(real) >= _GENERIC else ""


@cache
def _titles() -> tuple[tuple[str, ...], ...]:
    words = award_words()
    keys = {tuple(name_key(phrase).split()) for role in ("honorific", "rank") for phrase in words[role]}
    return tuple(sorted(keys, key=lambda k: (-len(k), k)))


def _titles_off(key: str) -> str:
    """The name without what stands before it; two syllables at least stay (Y Khoang, Bé Ba)."""
    words = tuple(key.split())
    while (title := next((t for t in _titles() if words[: len(t)] == t), ())) and len(words) - len(title) >= _GENERIC:
        words = words[len(title) :]
    return " ".join(words)


@cache
def _ranks() -> PhraseMatcher:
    return PhraseMatcher(tuple(award_words()["rank"]))


@cache
def _common() -> PhraseMatcher:
    """Words beside a name that tell a post or a kind of body, not which."""
    words = award_words()
    heads = {matching_key(row.needed("head")) for row in table_rows("body_offices.csv")}
    return PhraseMatcher(
        tuple({*words["honorific"], *words["rank"], *words["post"], *words["body_head"], *words["count_noun"], *heads})
    )


def _beside(name: str, row: Row, paper: Paper) -> tuple[tuple[str, ...], tuple[str, ...], str, str]:
    """What is said of a person around the first places of the name: names, first-level units, rank, year of birth."""
    about: set[str] = set()
    places: set[str] = set()
    rank = born = ""
    for start in _places_of(name, row, paper.text):
        end = start + len(name)
        for first, last in _windows(paper.text, start, end):
            key = matching_key(paper.text[first:last])
            about |= _proper_words(paper.text[first:last], key, first, paper)
            places |= {place_of(unit) for s, e, unit in paper.units if first <= s and e <= last}
            found = [_ranks().phrases[i] for i, _, _ in _ranks().find(key)]
            rank = rank or (name_key(found[-1]) if found else "")
            year = _BORN.search(key)
            born = born or (year[1] if year else "")
    return tuple(sorted(about)), tuple(sorted(places)), rank, born


def _places_of(name: str, row: Row, text: str) -> list[int]:
    found: list[int] = []
    at = text.find(name)
    while at >= 0 and len(found) < _LOOKED_AT:
        found.append(at)
        at = text.find(name, at + len(name))
    start = row["start"]
    if isinstance(start, int) and start not in found and text[start : start + len(name)] == name:
        found.append(start)
    return found


def _windows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    before = text[max(0, start - _BEFORE) : start]
    cuts = [match.end() for match in _LEFT_END.finditer(matching_key(before))]
    yield start - len(before) + (cuts[-1] if cuts else 0), start
    after = text[end : end + _AFTER]
    if _APPOSITION.match(after):
        stop = _RIGHT_END.search(after)
        verb = _VERB.search(after)
        yield end, end + min(len(after), *(m.start() for m in (stop, verb) if m), _AFTER)


def _proper_words(window: str, key: str, offset: int, paper: Paper) -> set[str]:
    taken = [(s, e) for _, s, e in _common().find(key)]
    taken += [(s - offset, e - offset) for s, e, _ in paper.units]
    return {
        name_key(word.group())
        for word in _CAPITALISED.finditer(window)
        if word.group()[0].isupper() and len(word.group()) > 1 and not any(s <= word.start() < e for s, e in taken)
    }


def _topic(award: Row, paper: Paper, names: set[str]) -> tuple[str, ...]:
    """The words that tell what the award is for, from its reason or the sentence that it stands in."""
    text = str(award["reason"] or "")
    if not text:
        start = cast(int, award["start"])
        left = max(paper.text.rfind("\n", 0, start), paper.text.rfind(". ", 0, start)) + 1
        sentence = paper.text[left : left + 600]
        stop = re.compile(r"\.\s|\n|\.$").search(sentence, max(0, start - left))
        sentence = sentence[: stop.start()] if stop else sentence
        cue = _REASON.search(matching_key(sentence))
        text = sentence[cue.start() : cue.start() + 160] if cue else ""
    words = (name_key(word) for word in _WORD.findall(text.split("theo Quyết định")[0]))
    return tuple(sorted({word for word in words if word not in _every() and word not in names}))


def _named(award: Row, paper: Paper) -> Iterator[str]:
    """The names of two words or more in the paragraph of an award whose recipients are not all listed."""
    start, end = cast(int, award["start"]), cast(int, award["end"])
    left = max(paper.text.rfind("\n", 0, start) + 1, start - _PARAGRAPH)
    right = paper.text.find("\n", end)
    right = min(right if right >= 0 else len(paper.text), end + _PARAGRAPH)
    seen: dict[str, None] = {}
    for run in _runs(paper.text[left:right]):
        seen.setdefault(_titles_off(name_key(run)), None)
    yield from list(seen)[:_MOST_NAMED]
    first, last = sentence_of(paper.text, start, end)
    yield from sorted(set(bodies_in(paper.text[first:last], paper.home)) - seen.keys())[:_MOST_NAMED]


def spoken(party: Party) -> str:
    """Returns how `named` names a recipient: an office with its place, all others by their name alone."""
    return office(party.core, party.where) if party.kind == "collective" and is_office(party.core) else party.core


def _runs(text: str) -> Iterator[str]:
    words: list[str] = []
    last = 0
    for match in re.finditer(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text):
        if words and (not match.group()[0].isupper() or text[last : match.start()] != " "):
            if len(words) > 1:
                yield " ".join(words)
            words = []
        if match.group()[0].isupper():
            words.append(match.group())
        last = match.end()
    if len(words) > 1:
        yield " ".join(words)
