"""The tables of award forms, verbs, words, grantors and decision numbers, checked once when they are first read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from extractors.domain.errors import DomainDataError
from extractors.domain.orthography import matching_key
from extractors.domain.tables import Row, rows

SCOPES = ("law", "outside")  # outside: known, so that nothing shorter is read into it, but gives no record
VERB_ROLES = ("give", "hand", "receive", "propose", "revoke", "block", "law", "history", "delivery", "other")
STATUSES = ("granted", "proposed", "revoked", "none")
WORD_ROLES = (
    "honorific",
    "rank",
    "post",
    "family_name",
    "body_head",
    "body_level",
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
    for row in rows("awards.csv"):
        form = _form(row)
        if form.id in forms:
            raise row.wrong(f"id {form.id} stands twice")
        for phrase in (*form.phrases, *form.abbreviations):
            if (owner := owners.setdefault(phrase, form.id)) != form.id:
                raise row.wrong(f"{phrase!r} belongs to {owner} and {form.id}")
        forms[form.id] = form
    return forms


def _form(row: Row) -> AwardForm:
    if not _ID.fullmatch(row.text("id")):
        raise row.wrong(f"{row.text('id')!r} is no id")
    if row.text("scope") not in SCOPES:
        raise row.wrong(f"scope must be one of {SCOPES}")
    if not (_DAY.fullmatch(row.text("valid_from")) and _DAY.fullmatch(row.text("valid_to"))):
        raise row.wrong("validity must be years or days")
    phrases = dict.fromkeys(v for alias in row.several("aliases") for v in _variants(matching_key(alias)))
    return AwardForm(
        id=row.text("id"),
        name=row.text("name_vi"),
        family=row.text("id").split("-")[0],
        level=row.text("level") or None,
        classes=tuple(matching_key(c) for c in row.several("classes")),
        recipient_kind=row.text("recipient_kind"),
        valid_from=row.text("valid_from") or None,
        valid_to=row.text("valid_to") or None,
        phrases=tuple(phrases),
        abbreviations=row.several("abbr"),
        in_scope=row.text("scope") == "law",
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
    for row in rows("award_verbs.csv"):
        if row.text("role") not in VERB_ROLES or row.text("status") not in STATUSES:
            raise row.wrong(f"role or status is not one of {VERB_ROLES} and {STATUSES}")
        cues.append(
            Cue(
                phrase=matching_key(row.text("phrase")),
                role=row.text("role"),
                status=row.text("status"),
                is_posthumous=row.text("posthumous") == "yes",
            )
        )
    if len({c.phrase for c in cues}) != len(cues):
        raise DomainDataError("award_verbs.csv: a phrase stands twice")
    return tuple(sorted(cues, key=lambda c: (-len(c.phrase), c.phrase)))


@cache
def award_words() -> dict[str, dict[str, str]]:
    """Returns for each role its phrases (matching keys) with their kind (person, collective or nothing)."""
    words: dict[str, dict[str, str]] = {role: {} for role in WORD_ROLES}
    for row in rows("award_words.csv"):
        if row.text("role") not in words:
            raise row.wrong(f"role must be one of {WORD_ROLES}")
        words[row.text("role")][matching_key(row.text("phrase"))] = row.text("kind")
    return words


@cache
def grantor_heads() -> dict[str, GrantorHead]:
    """Returns the heads of grantors' names by matching key."""
    heads: dict[str, GrantorHead] = {}
    for row in rows("award_grantors.csv"):
        if row.text("reach") not in REACHES:
            raise row.wrong(f"reach must be one of {REACHES}")
        phrase = matching_key(row.text("head"))
        if phrase in heads:
            raise row.wrong(f"{phrase!r} stands twice")
        heads[phrase] = GrantorHead(phrase=phrase, kind=row.text("kind"), reach=row.text("reach"))
    return heads


@cache
def body_names() -> dict[str, str]:
    """Returns official names and abbreviations of bodies (`Sở TN&MT`) to their full names, keys in matching form."""
    names: dict[str, str] = {}
    for row in rows("organisations.csv"):
        full = row.text("expansion_vi").split(";")[0].split(" / ")[0].split("(")[0].strip()
        if not full:
            continue
        names[matching_key(full)] = full
        for short in row.several("abbreviation"):
            if " " in short:
                names[matching_key(short)] = full
    return names


@cache
def decision_numbers() -> tuple[NumberPattern, ...]:
    """Returns the shapes of document numbers, those that never confer an award first."""
    patterns = []
    for row in rows("decision_numbers.csv"):
        if row.text("award_decision") not in ("yes", "maybe", "no"):
            raise row.wrong("award_decision must be yes, maybe or no")
        try:
            pattern = re.compile(row.text("regex"))
        except re.error as error:
            raise row.wrong("the pattern does not compile") from error
        patterns.append(NumberPattern(name=row.text("pattern"), pattern=pattern, can_award=row.text("award_decision")))
    return tuple(patterns)
