"""What was learned later of where documents came from: when a web archive got them, how their pages lay."""

from sqlite_utils import Database

from pipeline.migrations.steps import MIGRATIONS


@MIGRATIONS()
def m008_captured(db: Database) -> None:
    """The moment at which a page was fetched, as its web archive tells it (ISO 8601, UTC)."""
    db.execute("ALTER TABLE document_sources ADD COLUMN captured TEXT")


@MIGRATIONS()
def m009_turned(db: Database) -> None:
    """Quarter turns anticlockwise by which the picture of a page was made to stand upright; boxes are upright."""
    db.execute("ALTER TABLE pages ADD COLUMN turned INTEGER NOT NULL DEFAULT 0 CHECK (turned BETWEEN 0 AND 3)")
