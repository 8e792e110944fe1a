"""Award decisions across documents: which tellings speak of one decision, what followed it, and who received it."""

from pipeline.decisions.checking import faulty_links
from pipeline.decisions.linking import LinkReport, Tell, link_awards, settle_link, undo_link
from pipeline.decisions.opinions import review_link, undo_link_review

__all__ = [
    "LinkReport",
    "Tell",
    "faulty_links",
    "link_awards",
    "review_link",
    "settle_link",
    "undo_link",
    "undo_link_review",
]
