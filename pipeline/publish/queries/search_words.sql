SELECT coalesce(d.title, d.subject, d.source) AS document_title, d.year,
    snippet(document_search, -1, '[', ']', '…', 16) AS snippet, d.link
FROM document_search
JOIN documents d ON d.serial = document_search.rowid
WHERE document_search MATCH CASE :words WHEN '' THEN '""' ELSE '"' || replace(:words, '"', '') || '"' END
ORDER BY rank
LIMIT 100
