"""The records of a kind as a table of their terms, and fits that leave folds of documents out, each made once."""

import hashlib
import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from extractors.confidence.model import KindModel
from extractors.confidence.reasons import Effect, reasons
from pipeline.fitting.newton import Floats, solve
from pipeline.judging import Judged

FOLDS: Final = 10
FLOOR: Final = 1e-3
_SEEN: Final = " seen"  # the term of documents that rules were written from; never of a record outside
_UNPENALISED: Final = 1e-6
_ONE_WAY: Final = {
    Effect.LOWERS: (-math.inf, 0.0),
    Effect.WARNS: (-math.inf, 0.0),
    Effect.RAISES: (0.0, math.inf),
    Effect.CONFIRMS: (0.0, math.inf),
}


def fold_of(document: str) -> int:
    """Returns the fold of a document, the same wherever it stands."""
    return int(hashlib.sha256(document.encode()).hexdigest(), 16) % FOLDS


def odds_of(share: float) -> float:
    """Returns the log odds of a share, which is never quite 0 or 1."""
    share = min(1 - FLOOR, max(FLOOR, share))
    return math.log(share / (1 - share))


class Folds:
    """The rows of one kind; `odds` and `model` are those of fits to all documents but those of the folds left out."""

    def __init__(self, rows: Sequence[Judged]) -> None:
        self.rows = list(rows)
        known: dict[str, int] = {}
        self.fold = np.array([known.setdefault(row.document, fold_of(row.document)) for row in rows])
        self.is_right = np.array([row.is_right for row in rows], dtype=bool)
        self.weight = np.array([row.weight for row in rows])
        self.is_seen = np.array([row.is_seen for row in rows], dtype=bool)
        self._terms = sorted({term for row in rows for term in row.terms})
        patterns: dict[tuple[tuple[str, ...], bool], int] = {}
        self._pattern = np.array([patterns.setdefault((row.terms, row.is_seen), len(patterns)) for row in rows])
        self._table = self._encoded(list(patterns))
        self._bounds = self._one_way()
        self._fits: dict[tuple[frozenset[int], float], Floats] = {}

    def _encoded(self, patterns: Sequence[tuple[tuple[str, ...], bool]]) -> Floats:
        """A line for each kind of record; behind the terms whether its document was seen, and one."""
        at = {term: column for column, term in enumerate(self._terms)}
        table = np.zeros((len(patterns), len(at) + 2))
        for line, (terms, is_seen) in enumerate(patterns):
            table[line, [at[term] for term in terms]] = 1
            table[line, -2] = is_seen
        table[:, -1] = 1
        return table

    def _one_way(self) -> Floats:
        known = reasons()
        allowed = [
            _ONE_WAY.get(known[term].effect, (-math.inf, math.inf)) if term in known else (-math.inf, math.inf)
            for term in (*self._terms, _SEEN, "")
        ]
        return np.array(allowed).T

    def outside(self, left_out: frozenset[int] = frozenset()) -> npt.NDArray[np.bool_]:
        """Returns which rows stand in none of the folds."""
        return ~np.isin(self.fold, list(left_out))

    def _weights(self, left_out: frozenset[int], strength: float) -> Floats:
        """Weights of the terms, of being seen, and the base."""
        if (found := self._fits.get((left_out, strength))) is not None:
            return found
        outside = self.outside(left_out)
        size = len(self._table)
        right, wrong = (
            np.bincount(self._pattern[outside & (self.is_right == outcome)], minlength=size).astype(float)
            for outcome in (True, False)
        )
        start = np.zeros(self._table.shape[1])
        if not wrong.any() or not right.any():  # nothing to tell apart: the share, as far as so many rows can tell
            start[-1] = odds_of((right.sum() + 0.5) / (right.sum() + wrong.sum() + 1))
        else:
            penalty = np.full(len(start), 1 / strength)
            penalty[-2:] = _UNPENALISED
            bounds = self._bounds
            if len(set(self.is_seen[outside].tolist())) < 2:  # it would tell nothing that the base does not
                bounds = bounds.copy()
                bounds[:, -2] = 0
            near = self._fits.get((frozenset(), strength))
            start = solve(self._table, right, wrong, penalty, bounds, start if near is None else near)
        self._fits[left_out, strength] = start
        return start

    def model(self, left_out: frozenset[int], strength: float) -> KindModel:
        """Returns the model of all rows outside the folds."""
        weights = self._weights(left_out, strength).tolist()
        held = {term: weight for term, weight in zip(self._terms, weights, strict=False) if weight}
        return KindModel(base=weights[-1], weights=held)

    def odds(self, left_out: frozenset[int], strength: float) -> Floats:
        """Returns for each row outside the folds the log odds of a fit that leaves out its own fold too."""
        found = np.zeros(len(self.rows))
        for fold in sorted(set(self.fold.tolist()) - left_out):
            weights = self._weights(left_out | {fold}, strength).copy()
            weights[-2] = 0
            inside = self.fold == fold
            found[inside] = (self._table @ weights)[self._pattern[inside]]
        return found
