"""How records and the prepared text ride on a spaCy `Doc`; the tokenizer that keeps every character."""

import re
from collections.abc import Callable, Sequence
from typing import cast

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import registry
from spacy.vocab import Vocab

from extractors.confidence.weighing import weigh
from extractors.domain.records import DateRecord, Family, Record
from extractors.view import TextView

_TOKEN = re.compile(r"[^\W\d_]+|\d+|\s+|.", re.DOTALL)
_VIEW, _RECORDS, _DOCUMENT_DATE = "sovang.view", "sovang.records", "sovang.document_date"


class ExactTokenizer:
    """Splits text into runs of letters, runs of digits and single marks, so that any span has token borders.

    `Doc.text` equals the text given, white space included.
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        for token in _TOKEN.findall(text):
            if token[0] == " " and words and not spaces[-1]:
                spaces[-1] = True
                token = token[1:]
                if not token:
                    continue
            words.append(token)
            spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_bytes(self, **_: object) -> bytes:
        """Returns nothing: the tokenizer has no state. spaCy calls this when it saves a pipeline."""
        return b""

    def from_bytes(self, _data: bytes, **_kwargs: object) -> "ExactTokenizer":
        """Returns itself; see `to_bytes`."""
        return self

    def to_disk(self, _path: object, **_kwargs: object) -> None:
        """Writes nothing; see `to_bytes`."""

    def from_disk(self, _path: object, **_kwargs: object) -> "ExactTokenizer":
        """Returns itself; see `to_bytes`."""
        return self


@registry.tokenizers("sovang.ExactTokenizer.v1")  # type: ignore[untyped-decorator]  # catalogue has no types
def create_tokenizer() -> Callable[[Language], ExactTokenizer]:
    """Returns spaCy's factory of the tokenizer."""
    return lambda nlp: ExactTokenizer(nlp.vocab)


def view_of(doc: Doc) -> TextView:
    """Returns the prepared text of the doc, made at the first call."""
    view = doc.user_data.get(_VIEW)
    if view is None:
        view = doc.user_data[_VIEW] = TextView(doc.text)
    return cast(TextView, view)


def attach_view(doc: Doc, view: TextView) -> None:
    """Gives the doc a text prepared elsewhere; `view.text` must equal `doc.text`."""
    doc.user_data[_VIEW] = view


def put(doc: Doc, family: Family, records: Sequence[Record]) -> None:
    """Stores typed records, weighed, on the doc and their spans in `doc.spans[family]`, in the same order.

    Token spans are widened to whole tokens where a record begins or ends inside one; the record keeps
    the exact characters.
    """
    records = weigh(view_of(doc), family, records)
    doc.user_data.setdefault(_RECORDS, {})[family] = records
    group = SpanGroup(doc, name=family.value)
    for record in records:
        span = doc.char_span(record.start, record.end, label=record.rule, alignment_mode="expand")
        group.append(cast(Span, span))
    doc.spans[family.value] = group


def get(doc: Doc, family: Family) -> tuple[Record, ...]:
    """Returns the family's records, an empty tuple where its component has not run."""
    return cast(tuple[Record, ...], doc.user_data.get(_RECORDS, {}).get(family, ()))


def put_document_date(doc: Doc, record: DateRecord | None) -> None:
    """Stores the date of the document itself: of its signing, meeting, dateline or publication."""
    doc.user_data[_DOCUMENT_DATE] = record


def document_date(doc: Doc) -> DateRecord | None:
    """Returns what `put_document_date` stored, None where the document does not tell its date."""
    return cast("DateRecord | None", doc.user_data.get(_DOCUMENT_DATE))
