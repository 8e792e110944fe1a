SELECT a.year, f.name AS form, f.name_en AS form_en, a.class, a.grantor, a.recipients, a.decision_no, a.quote,
    coalesce(d.title, d.source) AS document_title, s.score, a.confidence, a.link
FROM decision_sources s
JOIN awards a ON a.record_id = s.record_id
JOIN documents d ON d.document = a.document
JOIN award_forms f ON f.id = a.form
WHERE :decision = '' OR s.decision = :decision
ORDER BY s.decision, a.document, a.start
LIMIT 500
