SELECT g.value, g.upper, g.unit AS figure_unit, d.year, g.quote, coalesce(d.title, d.source) AS document_title,
    coalesce(d.publisher, d.issuing_body) AS publisher, g.confidence, g.link
FROM figures g
JOIN documents d ON d.document = g.document
WHERE g.noun = :noun AND g.counted AND (:figure_unit = '' OR g.unit = :figure_unit)
ORDER BY g.unit, g.value, d.year
LIMIT 500
