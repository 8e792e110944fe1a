"""When a web archive got the pages that documents came from."""

from sqlite_utils import Database

from pipeline.migrations.steps import MIGRATIONS


@MIGRATIONS()
def m008_captured(db: Database) -> None:
    """The moment at which a page was fetched, as its web archive tells it (ISO 8601, UTC)."""
    db.execute("ALTER TABLE document_sources ADD COLUMN captured TEXT")
