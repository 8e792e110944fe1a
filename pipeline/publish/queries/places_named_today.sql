SELECT u.id AS unit_id, u.name AS unit, u.name_en AS unit_en, u.region_2025 AS region,
    count(*) AS mentions, count(DISTINCT p.document) AS documents
FROM provinces p
JOIN units u ON u.id = p.today
WHERE p.counted
GROUP BY p.today
ORDER BY documents DESC, unit_id
