SELECT a.year, f.name AS form, f.name_en AS form_en, f.valid_from, f.valid_to, f.law, a.quote,
    coalesce(d.title, d.source) AS document_title, a.confidence, a.link
FROM awards a
JOIN award_forms f ON f.id = a.form
JOIN documents d ON d.document = a.document
WHERE a.counted AND a.year IS NOT NULL AND (
    a.year < CAST(substr(f.valid_from, 1, 4) AS INTEGER) OR a.year > CAST(substr(f.valid_to, 1, 4) AS INTEGER))
ORDER BY a.year, a.document, a.start
LIMIT 1000
