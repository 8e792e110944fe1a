WITH near AS (
    SELECT DISTINCT p.document, p.paragraph
    FROM units u
    JOIN provinces p ON p.unit = u.id
    WHERE (u.id = :place OR u.name = :place OR u.name_en = :place COLLATE NOCASE) AND p.counted
)
SELECT d.year, g.value, g.upper, g.unit AS figure_unit, mod.vi AS mod, mod.en AS mod_en, g.noun, g.quote,
    coalesce(d.title, d.source) AS document_title, g.confidence, g.link
FROM near
JOIN figures g ON g.document = near.document AND g.paragraph = near.paragraph
JOIN documents d ON d.document = g.document
LEFT JOIN labels mod ON mod.list = 'comparison' AND mod.code = g.mod
WHERE g.counted
    AND (:figure_unit = '' OR g.unit = :figure_unit)
    AND (:from_year = '' OR d.year >= CAST(:from_year AS INTEGER))
    AND (:to_year = '' OR d.year <= CAST(:to_year AS INTEGER))
ORDER BY d.year, g.document, g.start
LIMIT 500
