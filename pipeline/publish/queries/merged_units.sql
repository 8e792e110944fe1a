SELECT t.name AS today, t.name_en AS today_en, u.name AS unit, u.name_en AS unit_en, u.valid_from, u.valid_to,
    count(p.record_id) AS mentions, count(DISTINCT p.document) AS documents, u.id AS unit_id
FROM units u
JOIN units t ON t.id = u.today
LEFT JOIN provinces p ON p.unit = u.id AND p.counted
WHERE u.valid_to BETWEEN '2025-01-01' AND '2025-12-31'
GROUP BY u.id
ORDER BY today, unit
