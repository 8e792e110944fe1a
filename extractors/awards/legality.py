"""Checks of an award against the law of its time; what they find is evidence for a reviewer, never a change."""

from extractors.awards.bodies import form_for
from extractors.awards.frames import Frame
from extractors.domain.award_tables import award_forms

_NO_BK = ("huyen", "xa", "so", "don-vi", "dn", "truong")  # may give a giấy khen only
_NO_GK = ("ttg", "bo", "tinh", "nha-nuoc")  # give a bằng khen
_STATE_GRANTORS = ("nha-nuoc", "ttg", "quoc-hoi")


def legal_doubts(frame: Frame) -> list[str]:
    """Returns what the law of the day speaks against: validity of form and class, the grantor's power, the count."""
    form = award_forms()[frame.form]
    doubts = []
    year = frame.date.text[:4] if frame.date else ""
    if year.isdigit():
        if form.valid_from and year < form.valid_from[:4]:
            doubts.append(f"form in force only from {form.valid_from}")
        if form.valid_to and year > form.valid_to[:4]:
            doubts.append(f"form in force only until {form.valid_to}")
    if frame.award_class and form.classes and frame.award_class not in form.classes:
        doubts.append(f"the form has no class {frame.award_class}")
    kind = frame.grantor_kind
    if kind and (
        (frame.family == "bk" and kind in _NO_BK)
        or (frame.family == "gk" and kind in _NO_GK)
        or (frame.family in ("hc", "dh") and kind not in _STATE_GRANTORS and form_for("bk", kind) != "bk")
    ):
        doubts.append("grantor does not confer this form")
    if frame.count and frame.names and not frame.is_open and int(frame.count.text) != len(frame.names):
        doubts.append(f"count {frame.count.text} but {len(frame.names)} named")
    return doubts
