SELECT u.name AS unit, u.name_en AS unit_en, d.year, p.quote, qualifies.vi AS qualifies, qualifies.en AS qualifies_en,
    coalesce(d.title, d.source) AS document_title, p.confidence, p.link
FROM units u
JOIN provinces p ON p.unit = u.id
JOIN documents d ON d.document = p.document
LEFT JOIN labels qualifies ON qualifies.list = 'qualifies' AND qualifies.code = p.qualifies
WHERE (u.id = :place OR u.name = :place OR u.name_en = :place COLLATE NOCASE) AND p.counted
ORDER BY d.year, p.document, p.start
LIMIT 500
