"""Rules of the provinces family: one pass over all names, then what the neighbours decide.

The order of the tests is that of their strength: longest match and fixed phrases, the generic word,
the body, the list, the chain from small to large, the time, the case.
"""

import bisect
import re
from collections.abc import Iterable, Sequence
from datetime import date

from extractors.domain import gazetteer
from extractors.domain.records import ProvinceRecord
from extractors.matching import SpanIndex
from extractors.provinces.context import (
    Candidate,
    follows_smaller_unit,
    look,
)
from extractors.provinces.lists import PLURALS, announced, is_governed_by_provinces, is_in_list, link
from extractors.provinces.names import Form, matcher
from extractors.provinces.senses import Scene, near, other_sense, spread_lesser
from extractors.provinces.spelling import misspelt
from extractors.provinces.values import Moment, existed, is_central_city, moment, resolve
from extractors.view import TextView

_YEAR = re.compile(r"(?<!\d)(?:19[4-9]\d|20[0-4]\d)(?!\d)")
_HYPHENATED = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)+")  # Thừa-thiên, as printed until the 1970s
_YEAR_AFTER = re.compile(r"[^\n,.;:()\d]{0,24}?(19[4-9]\d)(?!\d)")
_YEAR_BEFORE = re.compile(r"(?<!\d)(19[4-9]\d)\s?,?\s(?:tại|ở|trên)\s(?:[^\W\d_]{1,8}\s){0,3}\Z")
_BIRTH = re.compile(r"(?<!\w)(?:sinh|quê|sn)(?!\w)")
_NEAR_REFORM = 140

# What each rule reads.
EVIDENCE = {
    "provinces.name_with_generic_word": "generic word directly before the name",
    "provinces.city_of_same_name": "city or town inside the province of its name",
    "provinces.abbreviation": "fixed abbreviation of the unit",
    "provinces.name_in_body": "inside the name of a body",
    "provinces.name_in_list": "in a list with other provinces",
    "provinces.name_after_smaller_unit": "after a smaller place",
    "provinces.bare_name": "name that means nothing else",
    "provinces.doubtful_name": "name with another sense, a place by its neighbours",
    "provinces.spoken_name": "usual other name of the unit",
    "provinces.former_unit": "unit of an earlier time",
    "provinces.name_without_marks": "written without marks",
    "provinces.misspelt_name": "one letter or mark away from a name, after the word tỉnh",
}


def find(view: TextView, day: date | None = None, years: Sequence[int] = ()) -> list[ProvinceRecord]:
    """Returns the provinces of the text in order.

    `day` is the day of the document where known, `years` the years its dates name; both choose among
    units that bore one name at different times.
    """
    when = moment(day, years)
    hits, scene = _scan(view, when)
    candidates = _candidates(scene, hits)
    link(candidates, scene.key)
    for candidate in candidates:
        candidate.sense = other_sense(candidate, scene)
    spread_lesser(candidates)
    alive = [c for c in candidates if c.sense is None]
    named = {c.form.ids for c in alive if "noun" in c.form.doubts and _names_the_unit(c, scene)}
    records = [record for c in alive if (record := _record(c, scene, named)) is not None]
    taken = SpanIndex([*records, *candidates])
    slips = [_slip_record(slip, scene) for slip in misspelt(view.text, view.key) if not taken.touches(slip[1], slip[2])]
    return sorted([*records, *slips], key=lambda record: record.start) if slips else records


def _names_the_unit(c: Candidate, scene: Scene) -> bool:
    """Tells whether a doubtful name is beyond doubt here, so that the text speaks of the unit elsewhere too."""
    if c.generic or c.organ == "organ" or c.cue == "place" or is_in_list(c):
        return True
    return follows_smaller_unit(c, scene.text, scene.key)


# --- names ----------------------------------------------------------------------------------------

_Hit = tuple[int, int, Form]


def _scan(view: TextView, when: Moment) -> tuple[list[_Hit], Scene]:
    """One pass: the names that no fixed phrase takes away, and the places of the words of context."""
    phrase_matcher, phrases = matcher()
    names: list[_Hit] = []
    blocks: list[tuple[int, int, frozenset[str]]] = []
    contexts: dict[str, list[int]] = {"sport": [], "china": [], "reform": []}
    for index, start, end in phrase_matcher.find(view.key, longest=False):
        phrase = phrases[index]
        if phrase.form is not None:
            names.append((start, end, phrase.form))
        elif phrase.context:
            contexts[phrase.context].append(start)
        else:
            blocks.append((start, end, phrase.blocks))
    scene = Scene(view.text, view.key, when, contexts["sport"], contexts["china"], contexts["reform"])
    return [hit for hit in names if not _is_blocked(hit, blocks)], scene


def _is_blocked(hit: _Hit, blocks: list[tuple[int, int, frozenset[str]]]) -> bool:
    start, end, form = hit
    at = bisect.bisect_right(blocks, start, key=lambda b: b[0])
    for begin, finish, names in blocks[max(0, at - 4) : at + 2]:
        if begin <= start and end <= finish and ("any" in names or form.key in names):
            return True
    return False


def _candidates(scene: Scene, hits: list[_Hit]) -> list[Candidate]:
    """Leftmost-longest choice among the names that are written like names; old pairs fall apart after their time."""
    chosen: list[Candidate] = []
    last = 0
    for at, (start, end, form) in enumerate(hits):
        if start < last or not scene.text[start].isupper() or _is_cut(at, hits, scene.text):
            continue
        candidate = look(scene.text, scene.key, start, end, form)
        if not _is_written_like_a_name(candidate, scene):
            continue
        if form.is_pair and not _is_one_unit(candidate, scene):
            continue
        chosen.append(candidate)
        last = end
    return chosen


def _is_cut(at: int, hits: list[_Hit], text: str) -> bool:
    """`Bắc Thái Bình`: the next name begins inside this one and ends after it, in capitals to the end."""
    start, end, _ = hits[at]
    for other_start, other_end, _ in hits[at + 1 : at + 6]:
        if start < other_start < end < other_end:
            return all(s[0].isupper() for s in text[other_start:other_end].split())
    return False


def _is_written_like_a_name(c: Candidate, scene: Scene) -> bool:
    written = scene.text[c.start : c.end]
    if c.form.is_abbreviation:
        return written[:2].isupper() or bool(c.generic)
    if c.form.lacks_marks:
        return _stands_without_marks(c, scene)
    if "\n" in written and not (c.generic or c.organ or _is_wrapped(c, scene)):
        return False
    if c.is_title or c.generic or _HYPHENATED.fullmatch(written):
        return True
    if len(written.split()) > 2 and "word" not in c.form.doubts:  # Bà Rịa - Vũng tàu
        return True
    surely_place = c.organ == "organ" or c.cue == "place" or scene.text[c.start - 1 : c.start] == "("
    return surely_place and not c.form.doubts & {"word", "noun", "rare", "region", "famous"}  # Sở Y tế Vĩnh phúc


def _is_wrapped(c: Candidate, scene: Scene) -> bool:
    """A long line that breaks inside the name, with no other name running into it."""
    line_start = scene.text.rfind("\n", max(0, c.start - 200), c.start) + 1
    runs_in = c.is_glued and bool(c.words) and c.words[-1][0].isupper()
    return c.start - line_start >= 40 and c.is_title and not c.form.doubts and not runs_in


def _stands_without_marks(c: Candidate, scene: Scene) -> bool:
    """The line round the name has no marked letter: a typewriter, a telegram, a heading in plain capitals."""
    if not c.is_title or "\n" in scene.text[c.start : c.end]:
        return False
    start = scene.text.rfind("\n", max(0, c.start - 60), c.start)
    end = scene.text.find("\n", c.end, c.end + 60)
    around = scene.text[start + 1 if start >= 0 else max(0, c.start - 60) : end if end >= 0 else c.end + 60]
    if not around.isascii():
        return False
    return bool(c.generic) or (c.is_upper and around.isupper() and len(around.split()) > len(c.form.key.split()))


def _is_one_unit(c: Candidate, scene: Scene) -> bool:
    """`Quảng Nam - Đà Nẵng` is one unit while it lived or where `tỉnh` stands before it, else two."""
    head = c.words[-1].lower() if c.words else ""
    if c.generic == "province" and head not in PLURALS and not head.isdigit():
        return True
    return scene.when.is_known and existed(c.form, scene.when)


# --- records --------------------------------------------------------------------------------------


def _record(c: Candidate, scene: Scene, named: set[tuple[str, ...]]) -> ProvinceRecord | None:
    rule = _rule(c, scene, named)
    if rule is None:
        return None
    acts = _years_near(c, scene) if near(scene.reform, c.start, _NEAR_REFORM) else ()
    ids = c.form.official_ids if c.generic == "province" and c.form.official_ids else c.form.ids
    unit_id = resolve(ids, scene.when, reform_years=acts, own_year=_own_year(c, scene))
    qualifies = "place"
    if c.generic in ("city", "town") and not is_central_city(unit_id, scene.when):
        qualifies = "city"
        if rule == "provinces.name_with_generic_word":
            rule = "provinces.city_of_same_name"
    elif c.organ:
        qualifies = "body"
    return ProvinceRecord(
        start=c.quote_start,
        end=c.end,
        text=scene.text[c.quote_start : c.end],
        rule=rule,
        evidence=(EVIDENCE[rule], *_more_evidence(c, scene, unit_id)),
        id=unit_id,
        today=gazetteer.today(unit_id),
        qualifies=qualifies,
    )


def _own_year(c: Candidate, scene: Scene) -> int | None:
    """The year of what happened there: `đất Quảng Trị mùa hè năm 1972`, `năm 1972 tại Quảng Trị`.

    Where somebody was born or comes from, the unit of today is meant.
    """
    low = max(0, c.quote_start - 44)
    if _BIRTH.search(scene.key, low, c.quote_start):
        return None
    found = _YEAR_AFTER.match(scene.key, c.end) or _YEAR_BEFORE.search(scene.key, low, c.quote_start)
    return int(found.group(1)) if found else None


def _slip_record(slip: tuple[int, int, int, Form], scene: Scene) -> ProvinceRecord:
    start, _, end, form = slip
    unit_id = resolve(form.official_ids, scene.when)
    rule = "provinces.misspelt_name"
    return ProvinceRecord(
        start=start,
        end=end,
        text=scene.text[start:end],
        rule=rule,
        evidence=(EVIDENCE[rule], f"read as {gazetteer.units()[unit_id].name}"),
        id=unit_id,
        today=gazetteer.today(unit_id),
        qualifies="place",
    )


def _more_evidence(c: Candidate, scene: Scene, unit_id: str) -> tuple[str, ...]:
    reasons = []
    if len(c.form.ids) > 1 and scene.when.is_known:
        reasons.append(f"life of the unit chosen for {scene.when.day.year}")
    if c.linked and (count := announced(c, scene.key)) is not None:
        said, listed = count
        reasons.append(f"list of {said}, as announced" if said == listed else f"{said} announced, {listed} listed")
    if not gazetteer.valid_on(unit_id, scene.when.day):
        reasons.append("not a unit at the date of the document")
    return tuple(reasons)


def _years_near(c: Candidate, scene: Scene) -> tuple[int, ...]:
    low, high = max(0, c.start - 120), c.end + 120
    line_start, line_end = scene.text.rfind("\n", low, c.start), scene.text.find("\n", c.end, high)
    low = line_start + 1 if line_start >= 0 else low
    return tuple(int(year) for year in _YEAR.findall(scene.text, low, line_end if line_end >= 0 else high))


def _rule(c: Candidate, scene: Scene, named: set[tuple[str, ...]]) -> str | None:
    """The rule by which the name is read, None where it needs more than its neighbours give."""
    doubts = c.form.doubts
    if "region" in doubts:
        return "provinces.former_unit" if c.generic == "zone" and _is_of_its_time(c, scene) else None
    if c.form.is_former:
        return _rule_for_former(c, scene)
    if c.form.lacks_marks:
        return "provinces.name_without_marks"
    if c.form.is_abbreviation and not doubts:
        return "provinces.abbreviation"
    if c.generic and not (c.generic == "zone" and not _is_of_its_time(c, scene)):
        return "provinces.name_with_generic_word"
    in_list = is_in_list(c)
    if "rare" in doubts and not (scene.when.is_known and existed(c.form, scene.when)):
        return "provinces.former_unit" if is_governed_by_provinces(c) or _is_among_ended(c, scene) else None
    if "famous" in doubts:
        return _first(
            (in_list, "provinces.name_in_list"), (_after_quarter(c, scene), "provinces.name_after_smaller_unit")
        )
    if c.organ == "organ" and "city" not in doubts:
        return "provinces.name_in_body"
    if in_list:
        return "provinces.name_in_list"
    if follows_smaller_unit(c, scene.text, scene.key):
        return "provinces.name_after_smaller_unit"
    if "rare" in doubts:
        return "provinces.doubtful_name"
    if "noun" in doubts:
        return "provinces.doubtful_name" if _is_place_by_neighbours(c, scene, named) else None
    if "city" in doubts:
        return "provinces.spoken_name" if _is_spoken_city(c, scene) else None
    return "provinces.name_in_body" if c.organ else "provinces.bare_name"


def _first(*choices: tuple[bool, str]) -> str | None:
    return next((rule for holds, rule in choices if holds), None)


def _is_of_its_time(c: Candidate, scene: Scene) -> bool:
    units = [gazetteer.units()[unit_id] for unit_id in c.form.ids]
    spans: Iterable[tuple[int, int]] = ((u.period.first.year, (u.period.last or date.max).year) for u in units)
    years = (*_years_near(c, scene), *((scene.when.day.year,) if scene.when.is_known else ()))
    generic = scene.key[c.quote_start : c.start].split()
    if generic == ["khu"] and any(unit.kind.startswith("khu trực thuộc") for unit in units):
        return True  # khu Hồng Quảng
    return (generic[-1:] != ["vực"] and len(generic) > 1) or any(a <= y <= b for a, b in spans for y in years)


def _rule_for_former(c: Candidate, scene: Scene) -> str | None:
    """Names that live on as towns: the province only after `tỉnh`, in its own time, or in a list of its time."""
    if c.generic == "province" or (c.generic == "zone" and _is_of_its_time(c, scene)):
        return None if _is_of_the_old_empire(c, scene) else "provinces.former_unit"
    if is_governed_by_provinces(c):
        return "provinces.former_unit"
    own_time = scene.when.is_known and existed(c.form, scene.when)
    if own_time and (c.generic in ("city", "town") or c.organ or c.cue == "place" or is_in_list(c)):
        return "provinces.former_unit"
    if c.generic or not near(scene.reform, c.start, _NEAR_REFORM):
        return None
    old = any(year < 1977 for year in _years_near(c, scene)) or (scene.when.is_known and scene.when.day.year < 1990)
    return "provinces.former_unit" if old and is_in_list(c) else None


def _is_among_ended(c: Candidate, scene: Scene) -> bool:
    """`một thời Hoàng Liên Sơn, Hà Bắc, Sông Bé`: listed with other units that are gone."""
    if c.run is None:
        return False
    return any(
        x.sense is None and "rare" not in x.form.doubts and not existed(x.form, scene.when) for x in c.run.members
    )


_EMPIRE = re.compile(r"(?<!\d)1[0-8]\d\d(?!\d)")


def _is_of_the_old_empire(c: Candidate, scene: Scene) -> bool:
    """`đổi thành tỉnh Gia Định năm 1833`: a province of the court of Huế, before the units of the tables."""
    low, high = max(0, c.start - 80), c.end + 60
    return bool(_EMPIRE.search(scene.key, low, high)) and not _YEAR.search(scene.key, low, high)


def _after_quarter(c: Candidate, scene: Scene) -> bool:
    return follows_smaller_unit(c, scene.text, scene.key) and c.words[-1:] != ("Nguyễn Ái Quốc",)


def _is_place_by_neighbours(c: Candidate, scene: Scene, named: set[tuple[str, ...]]) -> bool:
    """Hòa Bình after a word that takes a place, or bare where the text names the province elsewhere."""
    if c.cue == "place" and not (c.is_upper and c.words[-1].lower() == "về"):  # VỀ HÒA BÌNH: about peace
        return True
    if _opens_a_sentence(c, scene):
        return True
    if c.cue in ("body", "title", "club") or (c.organ == "body" and c.words[-1][:1].isupper()):
        return False
    return c.form.ids in named and (not c.words or not c.is_glued or not c.words[-1][0].isupper())


_DATELINE = re.compile(r"\s?,\s?(?:ngày|\d)")


def _opens_a_sentence(c: Candidate, scene: Scene) -> bool:
    """`Hòa Bình kỷ luật 15 người`, `Hòa Bình, ngày 3 tháng 4`: two capitals where peace would have one."""
    before = scene.text[max(0, c.start - 3) : c.start].rstrip(" \t")
    if before and before[-1] not in "\n.!?":
        return False
    if _DATELINE.match(scene.key, c.end):
        return True
    after = scene.text[c.end : c.end + 2]
    return after[:1] == ":" or (not c.is_upper and after[:1] == " " and after[1:].islower())


def _is_spoken_city(c: Candidate, scene: Scene) -> bool:
    """Sài Gòn as a place: no brand word before it, no capital right after it."""
    after = scene.text[c.end : c.end + 2]
    if len(after) == 2 and after[0] == " " and after[1].isupper() and not c.is_upper:
        return False
    last = c.words[-1].lstrip('("') if c.is_glued and c.words else ""
    return c.cue == "place" or not (
        c.organ or (last[:1].isupper() and not c.is_upper) or last.lower() in ("bia", "cầu", "thuốc")
    )
