SELECT f.family, a.form AS form_id, f.name AS form, f.name_en AS form_en,
    count(*) FILTER (WHERE a.status = 'granted') AS granted,
    count(*) FILTER (WHERE a.status = 'proposed') AS proposed,
    count(DISTINCT a.document) AS documents
FROM awards a
JOIN award_forms f ON f.id = a.form
WHERE a.counted
    AND (:from_year = '' OR a.year >= CAST(:from_year AS INTEGER))
    AND (:to_year = '' OR a.year <= CAST(:to_year AS INTEGER))
GROUP BY a.form
ORDER BY granted DESC, proposed DESC, form_id
