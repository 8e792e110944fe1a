"""What the frames of one sentence settle among themselves: forms by level, shared recipients, what is no award."""

import re

from extractors.awards.bodies import find_bodies, form_for
from extractors.awards.cues import find_cues
from extractors.awards.frames import Frame
from extractors.awards.reach import Sentence, named_behind
from extractors.awards.voices import confer
from extractors.domain.award_tables import award_forms
from extractors.domain.records import AwardStatus
from extractors.view import TextView

_ABROAD = re.compile(r"(?<!\w)(?:tổng thống|putin|quốc vương|đại sứ nhật|hoàng gia|liên xô)(?!\w)")
_CONTEST = re.compile(
    r"liên hoan|cuộc thi|hội thi|huy chương (?:vàng|bạc|đồng)|đoạt giải|vòng chung kết|giải (?:nhất|nhì|ba)(?!\w)"
)
_WITH_SUBJECT = ("awards.passive_clause", "awards.receive_clause")
_DECIDED = re.compile(r"(?<!\w)(?:quyết định|đã (?:được )?(?:tặng|trao|phong))(?!\w)")
_HANDED = re.compile(r"trao|nhận")
_CONTINUES = re.compile(r"theo đó|cụ thể|trong đó")


def settle(sentence: Sentence, at: int, frames: list[Frame]) -> list[Frame]:
    """Settles the form by the grantor's level; drops contests, foreign orders and frames that tell nothing."""
    kept = []
    for frame in [*frames, *(t for f in frames for t in _twins(f))]:
        if frame.grantor_kind == "none":
            continue
        is_abroad = (
            frame.grantor is None
            and frame.family in ("hc", "bk", "knc")
            and _ABROAD.search(sentence.view.key, *frame.reach)
        )
        frame.is_foreign = frame.grantor_kind == "foreign" or bool(is_abroad)
        if (
            frame.grantor is None
            and frame.family in ("bk", "gk", "knc")
            and _CONTEST.search(sentence.view.key, *frame.reach)
        ):
            continue
        if frame.form == frame.family and frame.family in ("bk", "gk", "co"):
            frame.form = form_for(frame.family, frame.grantor_kind)
        if frame.form == "td-cstd" and frame.grantor_kind in ("tinh", "bo"):
            frame.form = "td-cstd-bo"
        if frame.form == "hch" or (frame.form == "hc" and not frame.award_class):
            continue
        if not award_forms()[frame.form].in_scope:
            continue
        kept.append(frame)
    return kept


def _twins(frame: Frame) -> list[Frame]:
    """A ministry and a province that confer together give two forms, so two records."""
    twins = []
    for grantor, kind in frame.together:
        form = form_for(frame.family, kind)
        if frame.family in ("bk", "gk", "co") and form not in (
            frame.family,
            form_for(frame.family, frame.grantor_kind),
        ):
            twin = frame.copy()
            twin.grantor, twin.grantor_kind = grantor, kind
            twins.append(twin)
    return twins


def _between(view: TextView, one: Frame, other: Frame) -> list[str]:
    return view.key[one.span[1] : other.span[0]].split(" ")


def share_recipients(view: TextView, frames: list[Frame]) -> None:
    """Awards in one list share what only its last or first member says: `tặng A và B cho Y`."""
    for at, frame in enumerate(frames):
        if frame.names or frame.count is not None:
            continue
        for other in frames[at + 1 :]:
            if "được" in _between(view, frame, other):
                break  # `A được X tặng Bằng khen, 15 đơn vị được tặng Cờ`
            if other.evidence[:1] == frame.evidence[:1] and (other.names or other.count):
                frame.names, frame.count, frame.is_open = list(other.names), other.count, other.is_open
                break
            if other.evidence[:1] == frame.evidence[:1] and other.is_open:
                frame.is_open = True
            if other.evidence[:1] != frame.evidence[:1]:
                break
        earlier = frames[at - 1] if at else None
        is_same = earlier is not None and earlier.evidence[:1] == frame.evidence[:1]
        is_empty = not frame.names and frame.count is None
        if is_empty and earlier is not None and is_same and earlier.rule in _WITH_SUBJECT:
            frame.names, frame.count, frame.is_open = list(earlier.names), earlier.count, earlier.is_open


def deal_out(view: TextView, frames: list[Frame]) -> None:
    """`A và B lần lượt được tặng X và Y`: each name has its own award."""
    if len(frames) < 2 or "lần lượt" not in view.key[frames[0].reach[0] : frames[0].span[0]]:
        return
    names = frames[0].names
    if len(names) == len(frames) and all(f.names == names for f in frames):
        for frame, name in zip(frames, names, strict=True):
            frame.names, frame.count = [name], None


def is_asked_before(sentence: Sentence) -> bool:
    """Tells whether a sentence breaks down what the one before asks for: `Cụ thể, ...`, `Trong đó, ...`."""
    view = sentence.view
    if not _CONTINUES.match(view.key, sentence.start):
        return False
    before = view.sentence_at(max(0, sentence.start - 2))
    cues = find_cues(view, *before, ())
    is_asked = any(c.role == "propose" for c in cues) and not any(_HANDED.search(c.cue.phrase) for c in cues)
    return is_asked and not _DECIDED.search(view.key, *before)


def follow_proposal(sentence: Sentence, frames: list[Frame]) -> None:
    """`... được đề nghị khen thưởng. Trong đó, 2 tập thể nhận X`: what breaks a proposal down is proposed."""
    if not frames or not is_asked_before(sentence):
        return
    for frame in frames:
        if frame.status is AwardStatus.GRANTED and not frame.is_history and frame.decision_no is None:
            frame.status = AwardStatus.PROPOSED
            frame.rule = "awards.proposal_clause"
            frame.evidence.append("part of a proposal told before")


def take_names_from_behind(sentence: Sentence, frames: list[Frame]) -> None:
    """`... tặng giấy khen cho ba điều dưỡng. Ba điều dưỡng đó là các chị A, B, C`: the next sentence has the names."""
    for frame in frames:
        missing = int(frame.count.text) - len(frame.names) if frame.count is not None else 0
        if 0 < missing < 40 and (behind := named_behind(sentence.view, sentence.end, missing)) is not None:
            frame.names = [*frame.names, *behind.names]
            frame.evidence.append("names from the sentence behind")


def take_grantor_from_before(sentence: Sentence, frames: list[Frame]) -> None:
    """`Theo đó, 3 tập thể được tặng Bằng khen`: the sentence before names who confers."""
    view = sentence.view
    if not _CONTINUES.match(view.key, sentence.start):
        return
    before = view.sentence_at(max(0, sentence.start - 2))
    bodies = [
        b
        for b in find_bodies(view, *before, sentence.provinces)
        if not b.is_post and b.kind not in ("don-vi", "dn", "none")
    ]
    for frame in frames:
        if (
            frame.grantor is None
            and frame.family in ("bk", "gk", "co")
            and bodies
            and form_for(frame.family, bodies[0].kind) != frame.family
        ):
            confer(sentence, frame, bodies[0])
            frame.form = form_for(frame.family, bodies[0].kind)
            frame.evidence.append("grantor from the sentence before")
