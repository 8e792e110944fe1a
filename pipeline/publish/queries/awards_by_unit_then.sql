WITH places AS (
    SELECT award, province AS place FROM award_recipients WHERE counted AND province IS NOT NULL
    UNION
    SELECT a.record_id, p.unit FROM awards a JOIN provinces p ON p.document = a.document AND p.paragraph = a.paragraph
    WHERE a.counted AND p.counted AND p.unit IS NOT NULL
)
SELECT u.id AS unit_id, u.name AS unit, u.name_en AS unit_en,
    u.valid_from, u.valid_to,
    count(*) AS awards, count(*) FILTER (WHERE a.status = 'granted') AS granted, count(DISTINCT a.document) AS documents,
    :form AS form_id, :from_year AS from_year, :to_year AS to_year
FROM places
JOIN awards a ON a.record_id = places.award
JOIN units u ON u.id = places.place
WHERE a.counted
    AND (:form = '' OR a.form = :form)
    AND (:from_year = '' OR a.year >= CAST(:from_year AS INTEGER))
    AND (:to_year = '' OR a.year <= CAST(:to_year AS INTEGER))
GROUP BY u.id
ORDER BY awards DESC, unit_id
