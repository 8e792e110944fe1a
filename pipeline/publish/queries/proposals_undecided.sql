SELECT p.name AS recipient, f.name AS form, f.name_en AS form_en, a.class, a.grantor, a.year, a.date, a.quote,
    coalesce(d.title, d.source) AS document_title, a.confidence, a.link
FROM awards a
JOIN award_forms f ON f.id = a.form
JOIN documents d ON d.document = a.document
LEFT JOIN award_recipients p ON p.award = a.record_id AND p.counted
WHERE a.counted AND a.status = 'proposed' AND NOT EXISTS (
    SELECT 1 FROM award_recipients q JOIN awards b ON b.record_id = q.award
    WHERE q.name = p.name AND b.status = 'granted' AND b.form = a.form AND (b.class IS a.class OR b.class IS NULL))
ORDER BY a.year, recipient, a.document, a.start
LIMIT 1000
