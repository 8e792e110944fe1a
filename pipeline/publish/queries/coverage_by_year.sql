SELECT d.year, kind.vi AS kind, kind.en AS kind_en, count(*) AS documents, sum(d.records) AS records,
    d.kind AS kind_id, d.year AS from_year
FROM documents d
LEFT JOIN labels kind ON kind.list = 'document_kind' AND kind.code = d.kind
WHERE d.counted AND (:kind = '' OR d.kind = :kind)
GROUP BY d.year, d.kind
ORDER BY d.year, d.kind
