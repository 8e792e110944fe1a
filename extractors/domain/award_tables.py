"""The tables of award forms, verbs, words, grantors and decision numbers, checked once when they are first read."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from extractors.domain.errors import DomainDataError
from extractors.domain.orthography import matching_key, nfc

SCOPES = ("law", "outside")  # outside: known, so that nothing shorter is read into it, but gives no record
VERB_ROLES = ("give", "hand", "receive", "propose", "revoke", "block", "law", "history", "delivery", "other")
STATUSES = ("granted", "proposed", "revoked", "none")
WORD_ROLES = (
    "honorific",
    "rank",
    "post",
    "family_name",
    "body_head",
    "count_noun",
    "pronoun",
    "stop",
    "reason",
    "adverbial",
)
REACHES = ("none", "name", "place")  # what may follow the head of a grantor's name
_ID = re.compile(r"[a-z]+(?:-[a-z0-9]+)*")
_DAY = re.compile(r"(?:\d{4}(?:-\d{2}-\d{2})?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardForm:
    """A form of award; `phrases` are matching keys of its written forms, `abbreviations` are case-sensitive."""

    id: str
    name: str
    family: str  # hc, hch, dh, td, co, bk, gk, gt, hh, knc ...
    level: str | None
    classes: tuple[str, ...]
    recipient_kind: str
    valid_from: str | None
    valid_to: str | None
    phrases: tuple[str, ...]
    abbreviations: tuple[str, ...]
    in_scope: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A verb or phrase that tells what happens with an award; `phrase` is a matching key."""

    phrase: str
    role: str
    status: str
    is_posthumous: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantorHead:
    """How the name of a conferring body or office begins, its kind, and what may follow the head."""

    phrase: str
    kind: str
    reach: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberPattern:
    """A shape of document numbers and whether it can be the number of an award decision (yes, maybe, no)."""

    name: str
    pattern: re.Pattern[str]
    can_award: str


@cache
def award_forms() -> dict[str, AwardForm]:
    """Returns the forms by id; raises `DomainDataError` where the table is wrong."""
    forms: dict[str, AwardForm] = {}
    owners: dict[str, str] = {}
    for where, row in _rows("awards.csv"):
        form = _form(where, row)
        if form.id in forms:
            raise DomainDataError(f"{where}: id {form.id} stands twice")
        for phrase in (*form.phrases, *form.abbreviations):
            if (owner := owners.setdefault(phrase, form.id)) != form.id:
                raise DomainDataError(f"{where}: {phrase!r} belongs to {owner} and {form.id}")
        forms[form.id] = form
    return forms


def _form(where: str, row: dict[str, str]) -> AwardForm:
    if not _ID.fullmatch(row["id"]):
        raise DomainDataError(f"{where}: {row['id']!r} is no id")
    if row["scope"] not in SCOPES:
        raise DomainDataError(f"{where}: scope must be one of {SCOPES}")
    if not (_DAY.fullmatch(row["valid_from"]) and _DAY.fullmatch(row["valid_to"])):
        raise DomainDataError(f"{where}: validity must be years or days")
    phrases = dict.fromkeys(v for alias in _list(row["aliases"]) for v in _variants(matching_key(alias)))
    return AwardForm(
        id=row["id"],
        name=row["name_vi"],
        family=row["id"].split("-")[0],
        level=row["level"] or None,
        classes=tuple(matching_key(c) for c in _list(row["classes"])),
        recipient_kind=row["recipient_kind"],
        valid_from=row["valid_from"] or None,
        valid_to=row["valid_to"] or None,
        phrases=tuple(phrases),
        abbreviations=tuple(_list(row["abbr"])),
        in_scope=row["scope"] == "law",
    )


def _variants(key: str) -> Iterator[str]:
    """The phrase, with sĩ and kỷ as they are also spelled, and with the name of a medal in quotes."""
    spellings = [key]
    for one, other in (("sĩ", "sỹ"), ("kỷ niệm", "kỉ niệm")):
        spellings += [s.replace(one, other) for s in spellings if one in s]
    for spelling in spellings:
        yield spelling
        for head in ("kỷ niệm chương ", "kỉ niệm chương ", "huy chương ", "huy hiệu ", "bằng ", "cờ "):
            if spelling.startswith(head) and spelling != head.strip():
                yield f'{head}"{spelling[len(head) :]}'
                yield f"{head}'{spelling[len(head) :]}"


@cache
def award_verbs() -> tuple[Cue, ...]:
    """Returns the cues of events, longest phrase first; raises `DomainDataError` where the table is wrong."""
    cues = []
    for where, row in _rows("award_verbs.csv"):
        if row["role"] not in VERB_ROLES or row["status"] not in STATUSES:
            raise DomainDataError(f"{where}: role or status is not one of {VERB_ROLES} and {STATUSES}")
        cues.append(
            Cue(
                phrase=matching_key(row["phrase"]),
                role=row["role"],
                status=row["status"],
                is_posthumous=row["posthumous"] == "yes",
            )
        )
    if len({c.phrase for c in cues}) != len(cues):
        raise DomainDataError("award_verbs.csv: a phrase stands twice")
    return tuple(sorted(cues, key=lambda c: (-len(c.phrase), c.phrase)))


@cache
def award_words() -> dict[str, dict[str, str]]:
    """Returns for each role its phrases (matching keys) with their kind (person, collective or nothing)."""
    words: dict[str, dict[str, str]] = {role: {} for role in WORD_ROLES}
    for where, row in _rows("award_words.csv"):
        if row["role"] not in words:
            raise DomainDataError(f"{where}: role must be one of {WORD_ROLES}")
        words[row["role"]][matching_key(row["phrase"])] = row["kind"]
    return words


@cache
def grantor_heads() -> dict[str, GrantorHead]:
    """Returns the heads of grantors' names by matching key."""
    heads: dict[str, GrantorHead] = {}
    for where, row in _rows("award_grantors.csv"):
        if row["reach"] not in REACHES:
            raise DomainDataError(f"{where}: reach must be one of {REACHES}")
        phrase = matching_key(row["head"])
        if phrase in heads:
            raise DomainDataError(f"{where}: {phrase!r} stands twice")
        heads[phrase] = GrantorHead(phrase=phrase, kind=row["kind"], reach=row["reach"])
    return heads


@cache
def body_names() -> dict[str, str]:
    """Returns official names and abbreviations of bodies (`Sở TN&MT`) to their full names, keys in matching form."""
    names: dict[str, str] = {}
    for _, row in _rows("organisations.csv"):
        full = row["expansion_vi"].split(";")[0].split(" / ")[0].split("(")[0].strip()
        if not full:
            continue
        names[matching_key(full)] = full
        for short in _list(row["abbreviation"]):
            if " " in short:
                names[matching_key(short)] = full
    return names


@cache
def decision_numbers() -> tuple[NumberPattern, ...]:
    """Returns the shapes of document numbers, those that never confer an award first."""
    patterns = []
    for where, row in _rows("decision_numbers.csv"):
        if row["award_decision"] not in ("yes", "maybe", "no"):
            raise DomainDataError(f"{where}: award_decision must be yes, maybe or no")
        try:
            pattern = re.compile(row["regex"])
        except re.error as error:
            raise DomainDataError(f"{where}: the pattern does not compile") from error
        patterns.append(NumberPattern(name=row["pattern"], pattern=pattern, can_award=row["award_decision"]))
    return tuple(patterns)


def _list(cell: str) -> list[str]:
    return [item.strip() for item in cell.split(";") if item.strip()]


def _rows(name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yields `(file and line, row)`; every cell is text in NFC."""
    with resources.files("extractors.domain").joinpath(name).open(encoding="utf-8") as lines:
        for number, row in enumerate(csv.DictReader(lines), 2):
            where = f"{name} line {number}"
            if any(value is None for value in row.values()) or None in row:
                raise DomainDataError(f"{where}: the row has too few or too many cells")
            if any(value != nfc(value) for value in row.values()):
                raise DomainDataError(f"{where}: the row is not in NFC")
            yield where, row
