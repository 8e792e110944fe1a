"""What a record says as flat fields, and the parts of an award with their places: what annotation tools exchange."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from extractors.domain.records import Json

LABELS: Final = {"dates": "date", "provinces": "province", "figures": "figure", "awards": "award"}
KIND_OF: Final = {label: kind for kind, label in LABELS.items()}
# The fields that a person sets; all else follows from them.
FIELDS: Final = {
    "dates": ("edtf", "mod", "calendar", "role", "reference"),
    "provinces": ("id", "qualifies"),
    "figures": ("value", "upper", "of", "unit", "mod", "noun"),
    "awards": (
        *("form", "class", "level", "status", "count", "posthumous", "decision_no", "decision_date", "date"),
        *("period", "reason"),
    ),
}
GRANTOR: Final = "grantor"
RECIPIENT: Final = "recipient"
PART_FIELDS: Final = ("name", "kind", "province")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of an award: its grantor, a recipient, or the words of another slot; without place where inferred."""

    role: str
    position: int  # among the parts of its role, from 1
    start: int | None
    end: int | None
    fields: Json

    @property
    def key(self) -> str:
        """What tells the parts of one award apart."""
        return f"{self.role}.{self.position}"


def fields_of(kind: str, record: Json) -> Json:
    """Returns what a record says, without fields that say nothing; a range as `value` and `upper`."""
    said = dict(record)
    if kind == "figures" and isinstance(said["value"], list):
        said["value"], said["upper"] = said["value"]
    if kind == "awards" and not said.get("posthumous"):
        said["posthumous"] = None
    return {name: said[name] for name in FIELDS[kind] if said.get(name) is not None}


def parts_of(record: Json) -> Iterator[Part]:
    """Yields the grantor, the recipients in order and the other slots of an award."""
    if grantor := cast("Json | None", record.get("grantor")):
        yield _part(GRANTOR, 1, grantor, {"name": grantor["text"]})
    for position, each in enumerate(cast(list[Json], record.get("recipients") or []), 1):
        said = {"name": each["text"], "kind": each.get("kind"), "province": each.get("province")}
        yield _part(RECIPIENT, position, each, {name: value for name, value in said.items() if value is not None})
    for role, slot in sorted(cast(dict[str, Json], record.get("slots") or {}).items()):
        if role not in {GRANTOR, RECIPIENT, "recipients"}:
            yield _part(role, 1, slot, {"name": slot["text"]})


def _part(role: str, position: int, place: Json, fields: Json) -> Part:
    start, end = cast("int | None", place.get("start")), cast("int | None", place.get("end"))
    return Part(role=role, position=position, start=start, end=end, fields=fields)
