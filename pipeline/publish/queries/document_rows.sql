SELECT d.year, kind.vi AS kind, kind.en AS kind_en, coalesce(d.title, d.subject, d.source) AS document_title,
    coalesce(d.publisher, d.issuing_body) AS publisher, d.number, d.issued, d.published, d.records, d.link
FROM documents d
LEFT JOIN labels kind ON kind.list = 'document_kind' AND kind.code = d.kind
WHERE d.counted
    AND (:kind = '' OR d.kind = :kind)
    AND (:from_year = '' OR d.year >= CAST(:from_year AS INTEGER))
    AND (:to_year = '' OR d.year <= CAST(:to_year AS INTEGER))
    AND (:unit = '' OR d.document IN (SELECT document FROM provinces WHERE unit = :unit AND counted))
    AND (:today = '' OR d.document IN (SELECT document FROM provinces WHERE today = :today AND counted))
ORDER BY d.year, d.document
LIMIT 500
