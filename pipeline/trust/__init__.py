"""Which records may pass unread, how that is certified, audited and withdrawn."""

from pipeline.trust.audit import Audit, audits, heed
from pipeline.trust.bounds import lower_bound, upper_bound
from pipeline.trust.certifying import Certificate, certify
from pipeline.trust.passing import Draw, Passing, draw_random, mark_all
from pipeline.trust.standing import Standing, enter, standing, withdraw
from pipeline.trust.verdicts import Verdict, at_random, verdicts

__all__ = [
    "Audit",
    "Certificate",
    "Draw",
    "Passing",
    "Standing",
    "Verdict",
    "at_random",
    "audits",
    "certify",
    "draw_random",
    "enter",
    "heed",
    "lower_bound",
    "mark_all",
    "standing",
    "upper_bound",
    "verdicts",
    "withdraw",
]
