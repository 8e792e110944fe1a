"""One document text, prepared once for all rule families."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from extractors.domain.orthography import matching_key
from extractors.layout import Layout, Span, read_layout
from extractors.sentences import sentences


class TextView:
    """A text with its matching key, lines, header fields and sentences, each computed once and on demand.

    `reference_date` is the day that relative expressions count from where the caller knows it,
    with `reference_source` saying where it was taken from. `repeats` are pairs of spans of which the second says
    again what the first says (merged cells of a table).
    """

    def __init__(
        self,
        text: str,
        *,
        reference_date: date | None = None,
        reference_source: str = "",
        repeats: Sequence[tuple[Span, Span]] = (),
    ) -> None:
        self.text = text
        self.reference_date = reference_date
        self.reference_source = reference_source
        self.repeats = repeats

    @cached_property
    def key(self) -> str:
        """The matching key: lower case, same length as `text`."""
        return matching_key(self.text)

    @cached_property
    def layout(self) -> Layout:
        """Lines, kind and header of the document."""
        return read_layout(self.text, self.key)

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Half-open spans of the sentences in order."""
        return sentences(self.text, self.key)

    def sentence_at(self, offset: int) -> tuple[int, int]:
        """Returns the sentence that holds `offset`, or the empty span there if none does."""
        low, high = 0, len(self.sentences)
        while low < high:
            middle = (low + high) // 2
            if self.sentences[middle][1] <= offset:
                low = middle + 1
            else:
                high = middle
        if low < len(self.sentences) and self.sentences[low][0] <= offset:
            return self.sentences[low]
        return offset, offset
