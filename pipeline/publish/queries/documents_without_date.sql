SELECT coalesce(title, subject, source) AS document_title, kind.vi AS kind, kind.en AS kind_en, d.format, d.records, d.link
FROM documents d
LEFT JOIN labels kind ON kind.list = 'document_kind' AND kind.code = d.kind
WHERE d.year IS NULL AND d.counted
ORDER BY d.records DESC, d.document
LIMIT 500
