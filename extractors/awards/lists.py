"""Lists and tables of decisions, proposals and minutes: rows of recipients under the award that their heading names.

A row belongs to the nearest heading or lead-in above it that names an award; a column of its own for the
award wins. Rows that failed the vote give nothing, past honours in a column of their own are events of the past.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from extractors.awards.bodies import body_at, form_for
from extractors.awards.frames import Frame, Span, Value
from extractors.awards.mentions import ByPlace, Mention
from extractors.awards.names import Name
from extractors.awards.rows import row_name
from extractors.awards.slots import find_number
from extractors.domain.records import AwardStatus, DocumentKind
from extractors.layout import Line
from extractors.matching import SpanIndex
from extractors.view import TextView

_HEADING = re.compile(r"\s*(?:[a-zđ]|[ivx]{1,5}|\d{1,2}(?:\.\d{1,2})?)\s?[.)/]\s+\S")
_LIST_TITLE = re.compile(r"\s*(?:phụ lục[^\n]{0,20}|[a-zđ]\.\s*|[ivx]{1,4}\.\s*)?danh sách(?!\w)|\s*phụ lục(?!\w)")
_ANNEX_NOTE = re.compile(r"\(?\s*(?:ban hành )?kèm theo (?:quyết định|tờ trình)")
_NUMBERED = re.compile(r"\s*(\d{1,3})\s*[.)]?(?:\t|\s{1,12})(?=\S)")
_ITEM = re.compile(r"\s*(?:(\d{1,3})\s*[.)/]|[-+•*])\s*(?=\S)")
_TOTAL = re.compile(r"\s*(?:tổng(?: cộng| số)?|cộng)(?!\w)")
_ITEM_HEAD = re.compile(r"\s*\d{1,2}[.)]\s+([^:(;\n]{4,90})\s?[:(]\s?\d{1,3}/\d{1,3} phiếu")
_SECTION_MARK = re.compile(r"(?:[ivx]{1,5}|[a-zđ])[.)]?")
_WHOLE = re.compile(r"\d{1,3}(?:\.\d{3})*|\d+")
_BADGE = re.compile(r"(?<!\w)(\d{2})\s+năm(?:\s+tuổi\s+đảng)?(?!\w)")
_CLASS = re.compile(r"\W*(?:[ivxa-zđ\d]{1,4}[.)]?\s+)?hạng\s+(nhất|nhì|ba)(?!\w)")
_FAILED = re.compile(r"không đạt|chưa đạt|không đủ|không thông qua|chưa quá bán|loại")
_COLUMNS = {
    "name": re.compile(
        r"họ(?: và|,)? tên|tên (?:đơn vị|tập thể|cá nhân|cơ quan|tổ chức|hộ)|tập thể,? cá nhân|"
        r"^tập thể|^cá nhân|^đơn vị$|^tên$|đối tượng"
    ),
    "past": re.compile(r"đã (?:được )?(?:tặng|khen|đạt)|khen thưởng (?:đã có|trước)"),
    "award": re.compile(r"hình thức|danh hiệu|đề nghị|khen thưởng|mức khen"),
    "class": re.compile(r"^hạng$|^loại$"),
    "number": re.compile(r"^(?:stt|tt|số tt|số thứ tự)$"),
}
_REMEMBERED = 80  # headings looked back at
_STATUS = {
    DocumentKind.DECISION: AwardStatus.GRANTED,
    DocumentKind.MINUTES: AwardStatus.PROPOSED,
    DocumentKind.PROPOSAL: AwardStatus.PROPOSED,
}


@dataclass(slots=True, kw_only=True)
class _Owner:
    """The award that a heading or lead-in gives to the rows below, with the frame it already made, if any."""

    mention: Mention
    form: str
    grantor: Value | None = None
    grantor_kind: str | None = None
    status: AwardStatus | None = None
    frame: Frame | None = None
    names: list[Name] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class _Row:
    """A row or numbered item with the name it holds."""

    line: Line
    name: Name | None


class ListReader:
    """Reads the lists of one document and hangs their names on the frames of its sentences."""

    def __init__(self, view: TextView, mentions: Sequence[Mention], frames: list[Frame], provinces: SpanIndex) -> None:
        self._view = view
        self._mentions = ByPlace([m for m in mentions if m.form.in_scope], lambda m: m.start)
        self._frames = frames
        self._told = ByPlace(frames, lambda f: f.span[0])
        self._provinces = provinces
        self._rows: list[_Row] = []
        self._owners: list[_Owner] = []
        self._made: list[_Owner] = []
        self._columns: dict[str, int] = {}
        self._in_annex = False
        self._opened = False  # the line before ended with a colon, so that items without a table may follow
        self._expected = 1
        self._past_frames: list[Frame] = []
        self._ditto: _Owner | None = None  # the award of the row above, for empty cells
        self._is_closed = False  # between the signature and an annex

    def read(self) -> list[Frame]:
        """Returns frames that only lists tell; fills the recipients of the frames given."""
        for line in self._view.layout.lines:
            self._line(line)
        self._give_rows_to_sentences()
        return [*self._past_frames, *self._new_frames()]

    def _line(self, line: Line) -> None:
        key = self._view.key[line.start : line.end]
        mentions = self._mentions.within(line.start, line.end)
        if key.lstrip().startswith("nơi nhận"):
            self._owners, self._opened, self._is_closed = [], False, True
        if self._is_closed and not _LIST_TITLE.match(key):
            return
        self._is_closed = False
        if line.is_row and self._read_header(line):
            return
        if _TOTAL.match(key):
            return
        if line.is_row and self._is_section_row(line):
            self._heading(line, key, mentions, [])
            return
        if line.is_row and self._count_row(line, mentions):
            return
        if line.is_row and (_NUMBERED.match(key) or "name" in self._columns):
            self._table_row(line, mentions)
            return
        item = _ITEM.match(key)
        framed = self._told.within(line.start, line.end)
        if self._is_item(line, item, mentions, framed):
            self._list_item(line, item.end() if item else 0)
            return
        self._columns = {}
        self._heading(line, key, mentions, framed)

    def _is_section_row(self, line: Line) -> bool:
        """Tells whether a row only opens a section: `A | CỜ THI ĐUA`, `II | CÁ NHÂN`, one cell alone."""
        cells = [self._view.key[a:b].strip() for a, b in line.cells]
        filled = [c for c in cells if c]
        return (
            bool(filled) and len(filled) <= 2 and (_SECTION_MARK.fullmatch(filled[0]) is not None or len(filled) == 1)
        )

    def _count_row(self, line: Line, mentions: list[Mention]) -> bool:
        """`Bằng khen của Chủ tịch UBND tỉnh | 412 | 1.087`: a row of numbers behind the name of an award."""
        cells = [self._view.key[a:b].strip() for a, b in line.cells]
        numbers = [int(c.replace(".", "")) for c in cells if _WHOLE.fullmatch(c)]
        at = next((i for i, (a, b) in enumerate(line.cells) if any(a <= m.start < b for m in mentions)), None)
        if at is None or "name" in self._columns or len(mentions) != 1:
            return False
        behind = cells[at + 1 :]
        if not numbers or not behind or not all(_WHOLE.fullmatch(c) or c in ("", "-") for c in behind):
            return False
        owner = self._owner(mentions[0])
        self._made.remove(owner)
        frame = self._frame(owner, AwardStatus.GRANTED, "awards.count_table")
        total = sum(numbers[-len(behind) :]) if len(behind) < 3 else max(numbers[-len(behind) :])
        frame.count = Value(text=str(total), span=(line.cells[at + 1][0], line.cells[-1][1]))
        if total:
            self._frames.append(frame)
            self._past_frames.append(frame)
        return True

    def _is_item(self, line: Line, item: re.Match[str] | None, mentions: list[Mention], framed: list[Frame]) -> bool:
        """Tells whether a line without tabs is a numbered recipient: 1. under a colon or in an annex, then 2. ..."""
        if not self._owners or not (self._opened or self._in_annex):
            return False
        key = self._view.key[line.start : line.end]
        bare = _NUMBERED.match(key) if self._in_annex else None
        number = item[1] if item and item[1] else (bare[1] if bare else None)
        if number is None:
            return bool(item) and not mentions and self._opened
        if int(number) != self._expected:
            return False
        starts = min((m.start for m in mentions), default=line.end)
        is_heading = bool(mentions) and starts - line.start < 60 and not any(f.is_history for f in framed)
        if is_heading and any(f.status is not AwardStatus.GRANTED for f in framed):
            return False
        return not self._view.text[line.start : line.end].isupper()

    def _read_header(self, line: Line) -> bool:
        """Tells whether a row only names its columns; keeps which column is which."""
        columns: dict[str, int] = {}
        heads = {self._view.key[a:b].strip() for a, b in line.cells}
        if {"tập thể", "cá nhân"} <= heads:  # columns of numbers
            return False
        for at, (start, end) in enumerate(line.cells):
            cell = self._view.key[start:end].strip()
            for role, pattern in _COLUMNS.items():
                if role not in columns and pattern.search(cell) and len(cell) < 60:
                    columns[role] = at
                    break
        if "name" in columns and (
            "number" in columns or not self._view.key[line.start : line.end].strip()[:1].isdigit()
        ):
            self._columns = columns
            self._ditto = None
            self._expected = 1
            return True
        return False

    def _heading(self, line: Line, key: str, mentions: list[Mention], framed: list[Frame]) -> None:
        is_title = bool(_LIST_TITLE.match(key)) and len(key) < 300
        self._in_annex = self._in_annex or is_title
        ends_open = key.rstrip().endswith(":")
        is_heading = bool(_HEADING.match(key)) or self._view.text[line.start : line.end].isupper() or is_title
        opens = ends_open or (is_heading and self._in_annex)
        if not mentions and (owner := self._class_owner(key)) is not None:
            self._owners, self._expected, self._opened = [owner], 1, True
            return
        if mentions and (framed or ends_open or (is_heading and (self._in_annex or len(key) < 200))):
            owners = [self._owner_of_frame(f) for f in framed] if framed else [self._owner(m) for m in mentions]
            self._owners = owners
            self._expected = 1
        elif key.strip() and not is_heading and not _ANNEX_NOTE.match(key) and not self._in_annex:
            self._owners = [] if not ends_open else self._owners
        if is_heading:
            self._expected = 1
        self._opened = opens and bool(self._owners)

    def _class_owner(self, key: str) -> _Owner | None:
        """A heading that only tells years of membership or a class: `I | 70 NĂM TUỔI ĐẢNG`, `Hạng Nhì`."""
        if len(key) > 60:
            return None
        if (badge := _BADGE.search(key)) and not key.lstrip()[:2].isdigit():
            for frame in self._frames:
                if frame.family == "hh" and frame.award_class == badge[1]:
                    return self._owner_of_frame(frame)
        if (rank := _CLASS.match(key)) and (
            last := next((o for o in reversed(self._made) if o.mention.form.classes), None)
        ):
            return self._owner(replace(last.mention, award_class=rank[1]))
        return None

    def _owner_of_frame(self, frame: Frame) -> _Owner:
        return self._keep(
            _Owner(
                mention=frame.mention,
                form=frame.form,
                grantor=frame.grantor,
                grantor_kind=frame.grantor_kind,
                status=frame.status,
                frame=frame,
            )
        )

    def _owner(self, mention: Mention) -> _Owner:
        """The award of a heading without a verb: `A. BẰNG KHEN CỦA CHỦ TỊCH UBND TỈNH`."""
        form, grantor, kind = mention.form.id, None, None
        of = re.compile(r"\s+của\s+").match(self._view.key, mention.end)
        if of and (body := body_at(self._view, of.end(), min(len(self._view.key), of.end() + 120), self._provinces)):
            text = " ".join(self._view.text[body.start : body.end].split())
            grantor, kind = Value(text=text, span=(body.start, body.end)), body.kind
        if form == mention.family and form in ("bk", "gk", "co"):
            form = form_for(form, kind)
        return self._keep(_Owner(mention=mention, form=form, grantor=grantor, grantor_kind=kind))

    def _keep(self, owner: _Owner) -> _Owner:
        for made in reversed(self._made[-_REMEMBERED:]):
            if owner.frame is not None and made.frame is owner.frame:
                return made
        self._made.append(owner)
        return owner

    def _table_row(self, line: Line, mentions: list[Mention]) -> None:
        cells = line.cells
        number = _NUMBERED.match(self._view.key[line.start : line.end])
        at = self._columns.get("name", 1 if number else 0)
        name = row_name(self._view, *cells[at]) if at < len(cells) else None
        failed = any(_FAILED.search(self._view.key, *cell) for cell in cells[1:])
        row = _Row(line=line, name=name)
        self._rows.append(row)
        if name is None or failed:
            self._remember_award(cells, mentions)
            return
        past = self._columns.get("past")
        own = self._columns.get("award")
        for mention in mentions:
            cell = next((i for i, (a, b) in enumerate(cells) if a <= mention.start < b), None)
            if cell is not None and cell == past:
                self._past(mention, cells[cell], name)
            elif cell is not None and cell == own:
                self._ditto = self._owner_in_table(mention)
                self._ditto.names.append(name)
        has_own = (
            own is not None and own < len(cells) and any(cells[own][0] <= m.start < cells[own][1] for m in mentions)
        )
        if has_own:
            return
        if own is not None and self._ditto is not None:
            self._ditto.names.append(name)  # an empty cell repeats the one above
        else:
            self._give(name)

    def _remember_award(self, cells: Sequence[Span], mentions: list[Mention]) -> None:
        """A row that failed still names the award for the empty cells below it."""
        own = self._columns.get("award")
        if own is not None and own < len(cells):
            inside = [m for m in mentions if cells[own][0] <= m.start < cells[own][1]]
            if inside:
                self._ditto = self._owner_in_table(inside[0])

    def _owner_in_table(self, mention: Mention) -> _Owner:
        new = self._owner(mention)
        for owner in reversed(self._made[-_REMEMBERED:]):
            if (
                owner is not new
                and owner.frame is None
                and (owner.form, owner.mention.award_class) == (new.form, mention.award_class)
            ):
                self._made.remove(new)
                return owner
        return new

    def _past(self, mention: Mention, cell: Span, name: Name) -> None:
        """An honour received before, told in a column of its own."""
        owner = self._owner(mention)
        self._made.remove(owner)
        frame = self._frame(owner, AwardStatus.GRANTED, "awards.biography")
        frame.names = [name]
        frame.is_history = True
        frame.reach = cell
        bracket = re.compile(r"[^()]{0,30}\(").match(self._view.key, mention.end, cell[1])
        if frame.grantor is None and bracket:
            body = body_at(self._view, bracket.end(), cell[1], self._provinces)
            if body is not None:
                text = " ".join(self._view.text[body.start : body.end].split())
                frame.grantor, frame.grantor_kind = Value(text=text, span=(body.start, body.end)), body.kind
        numbers = find_number(self._view, mention.end, cell[1])
        if numbers:
            frame.decision_no = Value(text=self._view.text[slice(*numbers[0])], span=numbers[0])
        self._frames.append(frame)
        self._past_frames.append(frame)

    def _list_item(self, line: Line, offset: int) -> None:
        key = self._view.key[line.start : line.end]
        numbered = _NUMBERED.match(key)
        begin = line.start + max(offset, numbered.end() if numbered else 0)
        name = row_name(self._view, begin, line.end)
        failed = bool(_FAILED.search(key))
        self._rows.append(_Row(line=line, name=name))
        self._expected += 1
        if name is not None and not failed:
            self._give(name)

    def _give(self, name: Name) -> None:
        if len(self._owners) == 1 or (self._owners and all(o.form == self._owners[0].form for o in self._owners)):
            self._owners[0].names.append(name)

    def _give_rows_to_sentences(self) -> None:
        """A sentence inside a row speaks of the row's own recipient: `Đã được tặng ...`."""
        rows = ByPlace(self._rows, lambda row: row.line.start)
        for frame in self._frames:
            if frame.names or frame.count is not None:
                continue
            start = self._view.key.rfind("\n", 0, frame.span[0]) + 1
            inside = [row.name for row in rows.within(start, frame.span[0] + 1) if row.name is not None]
            if not inside and self._view.layout.kind is not DocumentKind.ARTICLE:
                inside = [name for name in [self._item_head(frame)] if name is not None]
            frame.names = inside[:1]

    def _item_head(self, frame: Frame) -> Name | None:
        """`2. Nhà máy A: 31/34 phiếu. Đề nghị tặng ...`: the name at the head of the item receives."""
        start = self._view.key.rfind("\n", 0, frame.span[0]) + 1
        head = _ITEM_HEAD.match(self._view.key, start, frame.span[0])
        return row_name(self._view, head.start(1), head.end(1)) if head else None

    def _new_frames(self) -> list[Frame]:
        made = []
        default = _STATUS.get(self._view.layout.kind)
        for owner in self._made:
            if not owner.names:
                continue
            target = owner.frame or self._frame_of(owner)
            if target is None and owner.status is None and default is None:
                continue
            if target is None:
                target = self._frame(owner, owner.status or default or AwardStatus.GRANTED, "awards.annex_table")
                made.append(target)
                self._frames.append(target)
            self._fill(target, owner)
        return made

    def _frame_of(self, owner: _Owner) -> Frame | None:
        """The frame of a sentence that confers or proposes the award of a heading."""
        wanted = owner.status or _STATUS.get(self._view.layout.kind)
        for frame in self._frames:
            if wanted is not None and frame.status is not wanted:
                continue
            is_bare = frame.family == owner.mention.family and owner.form == owner.mention.family
            if (frame.form != owner.form and not is_bare) or frame.award_class != owner.mention.award_class:
                continue
            is_below = owner.mention.start > frame.span[0] or self._view.layout.kind is DocumentKind.MINUTES
            if is_below and not frame.is_history and not frame.is_title:
                return frame
        return None

    def _fill(self, frame: Frame, owner: _Owner) -> None:
        known = {n.text for n in frame.names}
        frame.names.extend(n for n in owner.names if n.text not in known)
        frame.is_open = False
        rules = {
            DocumentKind.DECISION: "awards.annex_table",
            DocumentKind.PROPOSAL: "awards.proposal_list",
            DocumentKind.MINUTES: "awards.minutes_table",
        }
        frame.rule = rules.get(self._view.layout.kind, frame.rule)
        frame.evidence.append(f"{len(owner.names)} listed")

    def _frame(self, owner: _Owner, status: AwardStatus, rule: str) -> Frame:
        mention = owner.mention
        line = next(x for x in self._view.layout.lines if x.start <= mention.start < x.end)
        return Frame(
            mention=mention,
            form=owner.form,
            status=status,
            rule=rule,
            span=(mention.start, mention.end),
            reach=(line.start, line.end),
            tail=mention.end,
            limit=line.end,
            award_class=mention.award_class,
            grantor=owner.grantor,
            grantor_kind=owner.grantor_kind,
            posthumous="truy tặng" in self._view.key[line.start : mention.start],
        )
