"""Keeps the signatures of documents and says which documents wait to be compared.

The links of a document follow from its own text and the texts of all earlier documents, nothing else. So where
a signature comes or changes, every later document that may meet it is compared anew, and the links are
the same in whatever order documents were finished.
"""

from sqlite_utils import Database

from pipeline.store.likeness import bands_of


def keep_signature(db: Database, serial: int, signature: bytes | None) -> None:
    """Enters the signature of a document in place of its earlier one; None leaves it to be computed later.

    Expects an open transaction.
    """
    row = db.execute("SELECT signature FROM document_signatures WHERE document = ?", [serial]).fetchone()
    bands = set(bands_of(row[0])) if row else set()
    db.conn.executemany("DELETE FROM document_bands WHERE band = ? AND document = ?", [(b, serial) for b in bands])
    if signature is None:
        db.execute("DELETE FROM document_links WHERE document = ?", [serial])
        db.execute("DELETE FROM document_signatures WHERE document = ?", [serial])
    else:
        db.execute("INSERT OR REPLACE INTO document_signatures VALUES (?, ?, 0)", [serial, signature])
        bands.update(bands_of(signature))
    db.conn.executemany(
        "UPDATE document_signatures SET compared = 0 WHERE compared = 1 AND document IN "
        "(SELECT document FROM document_bands WHERE band = ? AND document > ?)",
        [(band, serial) for band in sorted(bands)],
    )


def index_signatures(db: Database, signatures: list[tuple[int, bytes]]) -> None:
    """Enters the bands of many documents at once: one by one, each would write a page of its own for every band.

    Expects an open transaction. What stands there already is left.
    """
    entries = sorted((band, serial) for serial, signature in signatures for band in bands_of(signature))
    db.conn.executemany("INSERT OR IGNORE INTO document_bands (band, document) VALUES (?, ?)", entries)
