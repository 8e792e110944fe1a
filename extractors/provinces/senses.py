"""What a name is where it is no first-level unit: a person, a ward, a street, a club, a place abroad."""

import bisect
import re
from dataclasses import dataclass

from extractors.provinces.context import Candidate, Sense, follows_smaller_unit, is_person, is_signature, is_street
from extractors.provinces.lists import PLURALS
from extractors.provinces.names import surnames
from extractors.provinces.values import Moment, existed

_NEAR_SPORT, _NEAR_CHINA = 120, 160
# `8 xã, phường: Ninh An, Ninh Đông, ...`, `các phường của thị xã Ninh Hòa gồm: Ninh Hiệp, ...`
_COMMUNES_BEFORE = re.compile(
    r"(?<!\w)(?:các|những|\d{1,3}|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười) (?:xã|phường|thị trấn|thôn|ấp|khu phố)"
    r"(?!\w)(?:(?!tỉnh|thành phố)[^.;:\n\t()]){0,60}?(?::| gồm) ?"
    r"(?:[^.;:\n\t()-]{1,40}, ){0,8}(?:[^.;:\n\t()-]{1,40} và )?\Z"
)
_LIST_REACH = 240
_SPORT_TEXT = 5  # so many words of sport make a text one of sport


@dataclass(frozen=True, slots=True)
class Scene:
    """The text with everything the rules look at beside the candidates."""

    text: str
    key: str
    when: Moment
    sport: list[int]
    china: list[int]
    reform: list[int]


def near(places: list[int], at: int, reach: int) -> bool:
    """Tells whether one of the sorted places lies within `reach` characters."""
    index = bisect.bisect_left(places, at - reach)
    return index < len(places) and places[index] <= at + reach


def other_sense(c: Candidate, scene: Scene) -> Sense | None:
    """What the name is where it is no unit; a generic word before it overrules all but China and the wrong town."""
    if "china" in c.form.doubts and _is_chinese(c, scene):
        return Sense.ABROAD
    if c.generic in ("city", "town") and _is_town_of_a_gone_unit(c, scene):
        return Sense.LESSER
    if c.generic == "town" and c.form.has_town_elsewhere:
        return None if c.form.is_former and existed(c.form, scene.when) else Sense.LESSER
    if c.generic:
        return None
    if is_person(c) or is_signature(c, scene.text):
        return Sense.PERSON
    if _goes_on(c, scene):
        return Sense.FIRM
    if (c.cue == "lesser" and _is_lesser(c)) or _is_listed_commune(c, scene):
        return Sense.LESSER
    if is_street(c, scene.key):
        return Sense.STREET
    if c.cue in ("river", "mountain") and not (len(c.words) > 1 and c.words[-2].lower() in PLURALS):
        return Sense.RIVER
    if not c.linked and (c.cue == "ship" or _is_numbered_ship(c, scene.key)):
        return Sense.SHIP
    if _is_club(c, scene):
        return Sense.CLUB
    return None


def _is_numbered_ship(c: Candidate, key: str) -> bool:
    """`tàu HQ-182 Hà Nội`, `tàu khảo sát Hải Dương 8`."""
    words = [word.lower() for word in c.words[-3:]]
    if not c.is_glued or "tàu" not in words:
        return False
    return (words[-1][-1].isdigit() and words[-2] == "tàu") or key[c.end + 1 : c.end + 2].isdigit()


def _is_town_of_a_gone_unit(c: Candidate, scene: Scene) -> bool:
    """`thành phố Nam Định` in the years of Hà Nam Ninh: the town lies in a province of another name."""
    return scene.when.is_known and scene.when.day.year < 1997 and not existed(c.form, scene.when)


def _goes_on(c: Candidate, scene: Scene) -> bool:
    """`Hải Hưng Phát`: a capital right after a name that is no unit any more makes another name of it."""
    after = scene.text[c.end : c.end + 2]
    if existed(c.form, scene.when) or len(after) < 2 or after[0] != " " or not after[1].isupper():
        return False
    return not c.is_upper and scene.key[c.end + 1 : c.end + 16].split()[0] not in surnames()


def _is_chinese(c: Candidate, scene: Scene) -> bool:
    """`tỉnh Hà Nam, Trung Quốc`; names that are gone here mean China wherever the text speaks of it."""
    if any("china" not in x.form.doubts for x in c.linked):
        return False
    if c.generic and scene.china and not existed(c.form, scene.when):
        return True
    return near(scene.china, c.start, _NEAR_CHINA)


def _is_lesser(c: Candidate) -> bool:
    """`huyện Quảng Ninh`, `xã Long An`; but `các xã Hà Giang`, `quận, huyện Hà Nội` are parts of the province."""
    head = c.words[-2].lower().lstrip('("') if len(c.words) > 1 else ""
    of_several = head in ("các", "những", "nhiều", "số", "và") or head.endswith(",")
    return not of_several or c.form.has_lesser_namesake


def _is_listed_commune(c: Candidate, scene: Scene) -> bool:
    """A name further on in an announced list of communes, where a commune of that name exists."""
    if c.cue or c.organ or not c.form.has_lesser_namesake or any(x.generic for x in c.linked):
        return False
    return bool(_COMMUNES_BEFORE.search(scene.key, max(0, c.start - _LIST_REACH), c.start))


def _is_club(c: Candidate, scene: Scene) -> bool:
    if c.is_rival:
        return True
    if c.cue == "club":
        return c.words[-1][0].isupper() or c.words[-1].lower() not in ("than", "b.")
    if len(scene.sport) < _SPORT_TEXT or c.organ or c.cue == "place" or c.form.is_abbreviation:
        return False
    if c.words[-1:] == ("giờ",) or follows_smaller_unit(c, scene.text, scene.key) or _is_in_brackets(c, scene):
        return False
    return near(scene.sport, c.start, _NEAR_SPORT)


def _is_in_brackets(c: Candidate, scene: Scene) -> bool:
    return scene.text[c.start - 1 : c.start] == "(" and scene.text[c.end : c.end + 1] == ")"


def spread_lesser(candidates: list[Candidate]) -> None:
    """Carries the sense of a commune along its list: `các xã Long An, Phú Thọ` are two communes."""
    for c in candidates:
        plural = c.sense is Sense.LESSER and len(c.words) > 1 and c.words[-2].lower().lstrip("(") in PLURALS
        if plural or c.governed_by_lesser:
            for other in c.linked:
                if other.start > c.start and not other.generic and other.form.has_lesser_namesake:
                    other.sense = Sense.LESSER
                    other.governed_by_lesser = True
