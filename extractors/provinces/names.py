"""The written forms of all units as one list of phrases, and what each phrase is."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from extractors.domain import gazetteer
from extractors.domain.orthography import fold, matching_key
from extractors.matching import PhraseMatcher

_NAME_KINDS = {"official name", "spelling variant", "spelling variant (tone placement)", "old name", "abbreviation"}
_SPOKEN = {"Huế", "Sài Gòn"}  # nicknames that are the usual name
_GENERIC = re.compile(
    r"(?:tỉnh|thành phố|tp\.?|t\.p\.?|thủ đô|đặc khu|khu tự trị|khu vực|khu|đô thành)(?:\s+|(?<=\.))(?=\S)",
    re.IGNORECASE,
)
_SEPARATORS = (" ", "-", " - ", " -", "- ", "  ", "   ", "\n", " \n", "\n ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One written form: its key with single spaces, the units it can name and the doubts about it."""

    key: str
    ids: tuple[str, ...]
    official_ids: tuple[str, ...] = ()  # those of `ids` whose own name this is, not a short or spoken one
    doubts: frozenset[str] = frozenset()
    is_abbreviation: bool = False
    lacks_marks: bool = False
    is_pair: bool = False  # two names of other units joined: one unit only while that unit lived
    is_former: bool = False  # no unit after 1976 bears the name; a town or district does today
    has_lesser_namesake: bool = False  # a district or commune bears the name
    has_town_elsewhere: bool = False  # a town of the name lies in another province


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """What a phrase of the matcher stands for: a form of a name, a blocker or a word of context."""

    form: Form | None = None
    blocks: frozenset[str] = field(default=frozenset())  # keys of the names it takes away; "any" for all
    context: str = ""


def spaced(key: str) -> str:
    """Returns a key with every run of white space and hyphens as one space."""
    return " ".join(key.replace("-", " ").split())


@cache
def cues_by_phrase() -> dict[str, str]:
    """Returns the cue words that stand before a name, by their key."""
    near = {"sport", "china", "reform", "surname", "surname_or_word"}
    return {matching_key(cue.phrase): cue.cue for cue in gazetteer.cues() if cue.cue not in near}


@cache
def body_openers() -> frozenset[str]:
    """Returns the first words of the cues that name a body."""
    return frozenset(phrase.split()[0] for phrase, cue in cues_by_phrase().items() if cue in ("organ", "body"))


@cache
def surnames() -> dict[str, bool]:
    """Returns family names by their key; True where the name is no common word."""
    kinds = {"surname": True, "surname_or_word": False}
    return {matching_key(cue.phrase): kinds[cue.cue] for cue in gazetteer.cues() if cue.cue in kinds}


@cache
def forms() -> tuple[Form, ...]:
    """Returns every written form that rules look for, generic words left off."""
    ids: dict[str, dict[str, None]] = {}
    short: dict[str, bool] = {}
    old: dict[str, bool] = {}
    for alias in gazetteer.aliases():
        usable = alias.kind in _NAME_KINDS and (alias.is_safe or alias.kind != "abbreviation" or alias.alias == "HCM")
        if not usable and alias.alias not in _SPOKEN:
            continue
        name = _without_generic(alias.alias)
        if "," in name:
            continue
        key = spaced(matching_key(name))
        ids.setdefault(key, {})[alias.id] = None
        short[key] = short.get(key, True) and alias.kind == "abbreviation"
        old[key] = old.get(key, True) and alias.kind == "old name"
    fixed = {spaced(matching_key(b.phrase)) for b in gazetteer.blockers() if b.is_phrase}
    whole = {spaced(matching_key(u.name)) for u in gazetteer.units().values()}
    names = {key for key in ids if key in whole or key not in fixed}
    marked = tuple(_form(key, tuple(ids[key]), is_abbreviation=short[key], is_old=old[key]) for key in sorted(names))
    return (*marked, *_without_marks(marked))


def _without_generic(alias: str) -> str:
    match = _GENERIC.match(alias)
    return alias[match.end() :] if match and match.end() < len(alias) else alias


@cache
def _doubts_by_name() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for doubt in gazetteer.doubts():
        found[spaced(matching_key(doubt.name))].add(doubt.doubt)
    return found


@cache
def _namesakes_by_name() -> dict[str, list[gazetteer.Namesake]]:
    found: dict[str, list[gazetteer.Namesake]] = defaultdict(list)
    for namesake in gazetteer.namesakes():
        found[spaced(matching_key(namesake.name))].append(namesake)
    return found


def _form(key: str, ids: tuple[str, ...], *, is_abbreviation: bool, is_old: bool) -> Form:
    units = [gazetteer.units()[unit_id] for unit_id in ids]
    known_as = {key, *(spaced(matching_key(unit.name)) for unit in units)}
    doubts = {doubt for name in known_as for doubt in _doubts_by_name().get(name, ())}
    if is_abbreviation and key != "hcm":
        doubts = set()
    if "famous" in doubts and key not in ("hồ chí minh", "hcm"):
        doubts.discard("famous")
    if "city" in doubts and "sài gòn" not in key:
        doubts.discard("city")
    namesakes = [n for name in known_as for n in _namesakes_by_name().get(name, ())]
    towns = [n for n in namesakes if n.namesake.startswith(("Thành phố", "Thị xã"))]
    ended = all(unit.period.last is not None and unit.period.last.year < 1977 for unit in units)
    return Form(
        key=key,
        ids=ids,
        official_ids=tuple(unit.id for unit in units if spaced(matching_key(unit.name)) == key),
        doubts=frozenset(doubts),
        is_abbreviation=is_abbreviation,
        is_pair=_is_pair(units),
        is_former=(is_old and ended) or not any(unit.name in _living_names() for unit in units),
        has_lesser_namesake=any(n not in towns for n in namesakes),
        has_town_elsewhere=bool(towns) and not any(n.is_inside_same_named for n in towns),
    )


def _is_pair(units: list[gazetteer.Unit]) -> bool:
    """Quảng Nam - Đà Nẵng, Gia Lai - Kon Tum: both halves name units that outlived the pair."""
    parts = units[0].name.split(" - ")
    return len(parts) == 2 and all(part in _living_names() for part in parts)


@cache
def _living_names() -> frozenset[str]:
    """The names of the units that existed in 1977 or later."""
    return frozenset(u.name for u in gazetteer.units().values() if u.period.last is None or u.period.last.year >= 1977)


def _without_marks(marked: tuple[Form, ...]) -> Iterator[Form]:
    """The forms as capital headings and typewriters without marks give them; `Hue` is too short to be told."""
    known = {form.key for form in marked}
    folded: dict[str, dict[str, None]] = {}
    sources: dict[str, Form] = {}
    for form in marked:
        key = fold(form.key)
        sources.setdefault(key, form)
        if key not in known and " " in key and not form.is_abbreviation:
            for unit_id in form.ids:
                folded.setdefault(key, {})[unit_id] = None
    for key, ids in sorted(folded.items()):
        if len({spaced(matching_key(gazetteer.units()[i].name)) for i in ids}) == 1:
            source = sources[key]
            yield Form(
                key=key,
                ids=tuple(ids),
                official_ids=source.official_ids,
                doubts=source.doubts,
                lacks_marks=True,
                is_pair=source.is_pair,
                is_former=source.is_former,
                has_lesser_namesake=source.has_lesser_namesake,
                has_town_elsewhere=source.has_town_elsewhere,
            )


@cache
def matcher() -> tuple[PhraseMatcher, tuple[Phrase, ...]]:
    """Returns one matcher for names, blockers and context words, and what each of its phrases is."""
    phrases: dict[str, Phrase] = {}
    for cue in gazetteer.cues():
        if cue.cue in ("sport", "china", "reform"):
            phrases[matching_key(cue.phrase)] = Phrase(context=cue.cue)
    for form in forms():
        for written in _spellings(form.key):
            phrases[written] = Phrase(form=form)
    names = {form.key for form in forms()}
    for blocker in gazetteer.blockers():
        key = matching_key(blocker.phrase)
        if blocker.is_phrase and spaced(key) not in names:
            blocked = frozenset(spaced(matching_key(name)) for name in blocker.names)
            for written in {key, key.replace(" ", "  "), key.replace(" - ", "-")}:
                phrases[written] = Phrase(blocks=blocked)
    return PhraseMatcher(tuple(phrases)), tuple(phrases.values())


def _spellings(key: str) -> Iterator[str]:
    """The key with the separators that print, typing and line ends put between its syllables."""
    syllables = key.split()
    for separator in _SEPARATORS:
        yield separator.join(syllables)
    if len(syllables) > 2:  # one hyphen at the joint: Thừa Thiên - Huế, Bà Rịa-Vũng Tàu, BR-VT
        for at, joint in itertools.product(
            range(1, len(syllables)), ("-", " - ", " -", "- ", "\n", " -\n", "-\n", "\n- ")
        ):
            yield " ".join(syllables[:at]) + joint + " ".join(syllables[at:])
