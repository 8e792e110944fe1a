"""What two tellings of an award are compared by, read from its rows and its document once and kept as JSON."""

import json
import re
from dataclasses import dataclass, fields
from functools import cache
from typing import Final

from pipeline.decisions.authorities import Authority
from pipeline.store import to_json

_NUMBER: Final = re.compile(r"(\d{1,6})\s*[a-z]?\s*[-/ .]*\s*(.*)")
_SYMBOL: Final = re.compile(r"[^a-zđ]+")
_ONCE: Final = frozenset(("hc", "hch", "dh", "gt", "hh", "knc", "bang"))


@cache
def family_of(form: str) -> str:
    """Returns the family of a form: `bk` of `bk-tinh`."""
    return form.split("-")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One recipient as it is compared; `place` is said by the name, `home` only by the document."""

    position: int
    name: str
    kind: str  # person, collective
    core: str  # the name in one spelling, of a body without its place
    place: str
    home: str
    about: tuple[str, ...] = ()  # of a person: the names of bodies and places said beside the name
    places: tuple[str, ...] = ()  # of a person: the first-level units said beside the name
    rank: str = ""
    born: str = ""

    @property
    def where(self) -> str:
        """The place that tells namesakes apart, as far as known."""
        return self.place or self.home


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """The number of a decision: its digits and the letters of its symbol in small letters."""

    digits: str
    symbol: str

    def agrees(self, other: "Number") -> bool:
        """Whether both are one number, one of them perhaps with a shorter symbol."""
        if self.digits != other.digits:
            return False
        one, two = sorted((self.symbol, other.symbol), key=len)
        return not one or two.startswith(one) or two.endswith(one)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """One telling of an award. Times are EDTF; `document` is the document's SHA-256."""

    record_id: str
    document: str
    kind: str  # of the document
    status: str
    form: str
    award_class: str
    authority: Authority
    number: Number | None
    decided: str | None
    given: str | None
    told: str | None
    period: str | None
    count: int | None
    posthumous: bool
    parties: tuple[Party, ...]
    topic: tuple[str, ...]
    named: tuple[str, ...]  # names in the paragraph, where the list of recipients is not whole
    near: tuple[str, ...] = ()  # days of its sentence that no slot holds

    @property
    def family(self) -> str:
        """The family of the form: `bk`, `hc`."""
        return family_of(self.form)

    @property
    def is_once(self) -> bool:
        """Whether one recipient gets the form, in one class, hardly ever twice."""
        return self.family in _ONCE

    def as_json(self) -> str:
        """Returns the traits as JSON of one line."""
        value = {name: getattr(self, name) for name in _TRAITS}
        value["authority"] = {name: getattr(self.authority, name) for name in _AUTHORITY}
        value["number"] = {name: getattr(self.number, name) for name in _NUMBER_PARTS} if self.number else None
        value["parties"] = [{name: getattr(party, name) for name in _PARTY} for party in self.parties]
        return to_json(value)

    @classmethod
    def of_json(cls, text: str) -> "Traits":
        """Reads what `as_json` wrote."""
        value = json.loads(text)
        value["authority"] = Authority(**value["authority"])
        value["number"] = Number(**value["number"]) if value["number"] else None
        value["parties"] = tuple(
            Party(**{**party, "about": tuple(party["about"]), "places": tuple(party["places"])})
            for party in value["parties"]
        )
        for name in ("topic", "named", "near"):
            value[name] = tuple(value[name])
        return cls(**value)


_TRAITS, _AUTHORITY, _NUMBER_PARTS, _PARTY = (
    tuple(field.name for field in fields(kind)) for kind in (Traits, Authority, Number, Party)
)


def number_of(written: str | None) -> Number | None:
    """Reads `512/QĐ-UBND`, `Số 318-KT/HĐNN`; None where no digits stand in it."""
    key = (written or "").lower().replace("ð", "đ")
    digits = re.search(r"\d", key)
    match = _NUMBER.match(key, digits.start()) if digits else None
    if match is None:
        return None
    return Number(digits=match[1].lstrip("0") or "0", symbol=_SYMBOL.sub("", match[2]).replace("đ", "d"))
