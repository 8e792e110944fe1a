"""One event told several times in a document becomes one frame, at its fullest telling."""

import re

from extractors.awards.frames import Frame, Value
from extractors.awards.names import Name
from extractors.domain.records import AwardStatus

_COMPARED = 60  # of very many events the first (the lead) and the last are compared
_PLACE = re.compile(r"(?:[A-ZĐ][^\W\d_A-Z]+ ){0,2}[A-ZĐ][^\W\d_A-Z]+$")
_WORD = re.compile(r"\w+")


def merge(frames: list[Frame]) -> list[Frame]:
    """Returns the distinct events in order; titles and captions only complete what the body tells."""
    kept: list[Frame] = []
    posthumous = {(f.form, f.posthumous) for f in frames if not f.is_both}
    for frame in [f for f in frames if not f.is_weak]:
        if frame.is_both and {(frame.form, True), (frame.form, False)} <= posthumous:
            continue  # `trao và truy tặng X cho hai người`, told apart further down
        near = kept if len(kept) <= 2 * _COMPARED else kept[:_COMPARED] + kept[-_COMPARED:]
        twin = next((k for k in near if _same_event(k, frame)), None)
        if twin is None:
            kept.append(frame)
        else:
            at = next(i for i, k in enumerate(kept) if k is twin)
            kept[at] = _joined(twin, frame)
    for frame in [f for f in frames if f.is_weak][: 2 * _COMPARED]:
        _retell(kept, frame)
    return sorted(kept, key=lambda f: f.span)


def _retell(kept: list[Frame], frame: Frame) -> None:
    """A title or caption: fills what the body leaves open; stands alone only where it tells another event."""
    told = [k for k in kept if k.family == frame.family and frame.award_class in (None, k.award_class)]
    tells = bool(frame.names) or frame.count is not None
    if not told or (not frame.is_title and tells and not any(_may_be(k, frame) for k in told)):
        if tells:
            frame.is_weak = False
            kept.append(frame)
        return
    if frame.names and not frame.is_title:
        _name_counted(told, frame)
    for other in told:
        is_open = other.grantor is None and other.form == other.family
        if is_open and frame.grantor is not None and other.status is frame.status:
            other.grantor, other.grantor_kind, other.form = frame.grantor, frame.grantor_kind, frame.form
            other.evidence.append("grantor from title or caption")


def _name_counted(told: list[Frame], frame: Frame) -> None:
    """A caption names some of those whom the body only counts."""
    if any(_share_names(other, frame) for other in told):
        return
    for other in told:
        missing = int(other.count.text) - len(other.names) if other.count is not None else 0
        if other.form == frame.form and other.status is frame.status and len(frame.names) <= missing < 10:
            other.names = [*other.names, *frame.names]
            other.is_open = len(frame.names) < missing
            other.evidence.append("names from a caption")
            return


def _may_be(told: Frame, frame: Frame) -> bool:
    """Tells whether a caption can speak of an event that the body tells."""
    if told.form == frame.form and told.grantor_kind == frame.grantor_kind and (told.names or told.count is None):
        return True
    if told.names and frame.names:
        return _share_names(told, frame)
    counts = _count(told), _count(frame)
    return None in counts or counts[0] == counts[1]


def same_name(one: str, other: str) -> bool:
    """Tells whether two wordings share at least 65 of 100 words (Dice) or one is the end of the other."""
    a, b = set(_WORD.findall(one.lower())), set(_WORD.findall(other.lower()))
    if not a or not b:
        return False
    shared = len(a & b)
    return 2 * shared / (len(a) + len(b)) >= 0.65 or (shared == min(len(a), len(b)) and shared >= 2)


def _same_event(one: Frame, other: Frame) -> bool:
    if one.family != other.family or one.status is not other.status or one.award_class != other.award_class:
        return False
    if one.form != other.form and one.family not in (one.form, other.form):
        return False
    is_apart = one.reach == other.reach or (one.names and other.names and not _share_names(one, other))
    if one.posthumous != other.posthumous and is_apart:
        return False
    if one.decision_no and other.decision_no and one.decision_no.text != other.decision_no.text:
        return False
    if one.date and other.date and not _dates_agree(one.date, other.date):
        return False
    is_known = one.grantor_kind is not None and other.grantor_kind is not None
    if is_known and one.grantor_kind != other.grantor_kind:
        return False
    if one.grantor and other.grantor and _other_place(one, other):
        return False
    if one.names and other.names:
        return _share_names(one, other) or _same_occasion(one, other)
    counts = _count(one), _count(other)
    is_review = one.family == "dh" and one.status is AwardStatus.PROPOSED
    if is_review and not one.names and not other.names and one.reach != other.reach:
        return True  # the same round at its next stage: `105 hồ sơ ..., sau xét còn 77`
    if None not in counts:
        return counts[0] == counts[1] or _names_most(one, other) or _names_most(other, one)
    if one.reach == other.reach:
        return False
    is_vague = any(c is None and not f.names for f, c in zip((one, other), counts, strict=True))
    return counts == (None, None) or one.form == other.form or is_vague


def _other_place(one: Frame, other: Frame) -> bool:
    """Tells whether two offices of one level sit in two places: `UBND tỉnh An Giang`, `UBND TP Cần Thơ`."""
    if one.grantor is None or other.grantor is None or one.grantor_kind not in ("tinh", "huyen", "xa", "ubnd"):
        return False
    names = [_PLACE.search(g.text) for g in (one.grantor, other.grantor)]
    if names[0] is None or names[1] is None or any("Minh" in n[0] or "HCM" in n[0] for n in names if n):
        return False
    return names[0][0].lower() != names[1][0].lower()


def _names_most(listed: Frame, counted: Frame) -> bool:
    """Tells whether a list of three names or more can be those whom another telling only counts."""
    if counted.names or counted.count is None or listed.reach == counted.reach or listed.form != counted.form:
        return False
    named, number = len(listed.names), int(counted.count.text)
    return named > 2 and number // 2 < named <= number


def _dates_agree(one: Value, other: Value) -> bool:
    return one.text.startswith(other.text) or other.text.startswith(one.text)


def _share_names(one: Frame, other: Frame) -> bool:
    return any(same_name(a.text, b.text) for a in one.names for b in other.names)


def _same_occasion(one: Frame, other: Frame) -> bool:
    """The same grantor on the same known day: one conferral told in several sentences."""
    if one.grantor is None or other.grantor is None or one.is_history or other.is_history:
        return False
    if one.date is None or other.date is None or one.date.text != other.date.text:
        return False
    return same_name(one.grantor.text, other.grantor.text)


def _count(frame: Frame) -> int | None:
    if frame.count is not None:
        return int(frame.count.text)
    return len(frame.names) if frame.names and not frame.is_open else None


def _joined(one: Frame, other: Frame) -> Frame:
    """The fuller frame with what only the other tells."""
    base, rest = (one, other) if one.fullness() >= other.fullness() else (other, one)
    for slot in ("grantor", "count", "decision_no", "decision_date", "date", "period", "reason"):
        if getattr(base, slot) is None and getattr(rest, slot) is not None:
            setattr(base, slot, getattr(rest, slot))
            if slot == "grantor":
                base.grantor_kind = rest.grantor_kind
    if base.form == base.family:
        base.form = rest.form
    base.names = _union(base.names, rest.names)
    base.posthumous = base.posthumous or rest.posthumous
    base.is_open = base.is_open and rest.is_open
    told = base.count
    if told is not None and int(told.text) < len(base.names):
        base.count = None
    base.evidence.append("told twice")
    return base


def _union(one: list[Name], other: list[Name]) -> list[Name]:
    names = list(one)
    for name in other:
        if not any(same_name(name.text, n.text) for n in names):
            names.append(name)
    return names
