"""Who confers: the body behind `Chủ tịch UBND tỉnh`, so that two ways to name it compare as one."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from extractors.domain.award_tables import grantor_heads
from pipeline.decisions.spelling import HERE, body_name, name_key, spelled_out

_PROVINCIAL: Final = frozenset(("tinh", "thanh-pho"))
_BARE: Final = frozenset(("ubnd", *_PROVINCIAL))
# By law these come from one hand, whoever is said to confer or to hand them over.
_BY_LAW: Final = {"hc": "nha-nuoc", "hch": "nha-nuoc", "dh": "nha-nuoc"}
_BY_FORM: Final = {
    "gt-hcm": "nha-nuoc",
    "gt-nha-nuoc": "nha-nuoc",
    "bk-ttg": "ttg",
    "td-cstdtq": "ttg",
    "co-chinh-phu": "ttg",
    "bang-tqgc": "ttg",
}
_OFFICERS: Final = re.compile(
    r"^(?:phó )?(?:chủ tịch|bộ trưởng|thứ trưởng|giám đốc|hiệu trưởng|chánh án|thống đốc|tổng thanh tra|ban thường vụ|"
    r"ban chấp hành|ban bí thư|bí thư|cục trưởng|tư lệnh)\s+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Kind of the conferring body (of `award_grantors.csv`) and its name; `name` is empty where none is told."""

    kind: str
    name: str

    def agrees(self, other: "Authority") -> bool | None:
        """Whether both are one body: None where what is told does not say."""
        if not self.kind or not other.kind:
            return None
        if self.kind != other.kind:
            bare = {self.kind, other.kind} & {"ubnd", "don-vi"}
            return None if bare and (self.name == other.name or not (self.name and other.name)) else False
        if self.name == other.name:
            return None if not self.name and self.kind not in ("nha-nuoc", "ttg") else True
        if not self.name or not other.name:
            return None
        one, two = set(self.name.split()), set(other.name.split())
        return one <= two or two <= one


@cache
def _heads() -> tuple[tuple[str, str], ...]:
    heads = {name_key(spelled_out(phrase)): head.kind for phrase, head in grantor_heads().items()}
    heads |= {name_key(spelled_out(phrase.upper())): head.kind for phrase, head in grantor_heads().items()}
    return tuple(sorted(heads.items(), key=lambda head: (-len(head[0]), head[0])))


@lru_cache(maxsize=16384)
def authority_of(grantor: str, form: str, home: str) -> Authority:
    """Returns who confers; `home` is the first-level unit of the document, for a bare `UBND tỉnh`."""
    family = form.split("-")[0]
    if by_law := _BY_FORM.get(form) or _BY_LAW.get(family):
        return Authority(kind=by_law, name="")
    key = name_key(spelled_out(_proper(grantor)))
    kind, head = next(((kind, head) for head, kind in _heads() if key == head or key.startswith(f"{head} ")), ("", ""))
    if kind in ("nha-nuoc", "ttg"):
        return Authority(kind=kind, name="")
    rest = key.removeprefix(head).strip()
    name = body_name(_OFFICERS.sub("", key))
    place = home if name.place == HERE else name.place
    if kind in _BARE:
        body = body_name(f"x {rest}") if rest else None
        if body is not None and body.core == "x" and body.place:
            return Authority(kind="tinh", name=body.place)
        if body is None and kind in _PROVINCIAL:
            return Authority(kind="tinh", name=home)
        return Authority(kind="tinh" if kind in _PROVINCIAL else kind, name=rest)
    if kind in ("huyen", "xa"):
        return Authority(kind=kind, name=rest)
    return Authority(kind=kind, name=f"{name.core} {place}".strip())


def _proper(grantor: str) -> str:
    """Official capitals as small letters, so that short forms in them are not mistaken."""
    return grantor if any(c.islower() for c in grantor) or len(grantor.split()) < 3 else grantor.lower()
