"""Review without HTTP: accounts, queue, decisions, second readings; all that a page or a script may do.

Every function takes a `Store` first, one for each thread. What writes is one short transaction that is durable when
the function returns.
"""

from pipeline.review.accounts import (
    Role,
    Session,
    User,
    add_token,
    add_user,
    disable_user,
    find_user,
    log_in,
    log_out,
    log_out_everywhere,
    revoke_token,
    session_user,
    set_password,
    set_role,
    token_user,
    tokens,
    users,
)
from pipeline.review.agreement import Agreement, Alpha, Pace, RuleOutcome, agreement, krippendorff_alpha
from pipeline.review.completion import COMPLETIONS, complete
from pipeline.review.edtf import DateReading, read_date, read_edtf
from pipeline.review.errors import Changed, Gone, Refused
from pipeline.review.items import Context, Item, Span, document_items, history_of, item_of
from pipeline.review.log import Review
from pipeline.review.queue import STATES, Counts, Filters, counts, next_items, release, renew, seconds_per_decision
from pipeline.review.replay import replay, unlike_log
from pipeline.review.second import Disagreement, Held, adjudicate, disagreements
from pipeline.review.states import KINDS, Kind
from pipeline.review.texts import Lost, TextCorrection, correct_text, lost_places, reread, text_corrections
from pipeline.review.undoing import undo
from pipeline.review.verdicts import VERDICTS, add_record, decide

__all__ = [
    "COMPLETIONS",
    "KINDS",
    "STATES",
    "VERDICTS",
    "Agreement",
    "Alpha",
    "Changed",
    "Context",
    "Counts",
    "DateReading",
    "Disagreement",
    "Filters",
    "Gone",
    "Held",
    "Item",
    "Kind",
    "Lost",
    "Pace",
    "Refused",
    "Review",
    "Role",
    "RuleOutcome",
    "Session",
    "Span",
    "TextCorrection",
    "User",
    "add_record",
    "add_token",
    "add_user",
    "adjudicate",
    "agreement",
    "complete",
    "correct_text",
    "counts",
    "decide",
    "disable_user",
    "disagreements",
    "document_items",
    "find_user",
    "history_of",
    "item_of",
    "krippendorff_alpha",
    "log_in",
    "log_out",
    "log_out_everywhere",
    "lost_places",
    "next_items",
    "read_date",
    "read_edtf",
    "release",
    "renew",
    "replay",
    "reread",
    "revoke_token",
    "seconds_per_decision",
    "session_user",
    "set_password",
    "set_role",
    "text_corrections",
    "token_user",
    "tokens",
    "undo",
    "unlike_log",
    "users",
]
