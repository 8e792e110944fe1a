"""Tables, keys and indexes of the database as ordered, named steps; none is edited after a release.

Columns are named as in the JSON contract, save that a record's characters are called `quote` and that
`documents.serial`, the order in which documents came in, is what the other tables point to (a SHA-256
in each of a hundred million rows would double the file).
"""

from pipeline.migrations import decisions, foundation, review, sources, trust
from pipeline.migrations.steps import MIGRATIONS

PARTS = (foundation, sources, review, decisions, trust)  # in the order in which their steps are applied

__all__ = ["MIGRATIONS", "PARTS"]
