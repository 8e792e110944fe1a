"""Text to records: dates, provinces, figures and award decisions in Vietnamese documents.

Knows no file, database, clock or network; `pipeline` moves documents and calls this package.
"""
