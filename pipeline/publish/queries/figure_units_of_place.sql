SELECT g.unit AS figure_unit, d.year, count(DISTINCT g.record_id) AS figures, count(DISTINCT g.document) AS documents,
    min(g.value) AS lowest, max(g.value) AS highest, :place AS place
FROM units u
JOIN provinces p ON p.unit = u.id
JOIN figures g ON g.document = p.document AND g.paragraph = p.paragraph
JOIN documents d ON d.document = g.document
WHERE (u.id = :place OR u.name = :place OR u.name_en = :place COLLATE NOCASE) AND p.counted AND g.counted
GROUP BY g.unit, d.year
ORDER BY figures DESC, figure_unit, d.year
LIMIT 500
