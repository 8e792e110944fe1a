SELECT a.year, a.date, f.name AS form, f.name_en AS form_en, a.class, status.vi AS status, status.en AS status_en,
    a.grantor, a.recipients, a.decision_no, a.quote, coalesce(d.title, d.source) AS document_title, a.confidence, a.link
FROM awards a
JOIN award_forms f ON f.id = a.form
JOIN documents d ON d.document = a.document
LEFT JOIN labels status ON status.list = 'status' AND status.code = a.status
WHERE a.counted
    AND (:form = '' OR a.form = :form)
    AND (:status = '' OR a.status = :status)
    AND (:grantor = '' OR a.grantor = :grantor)
    AND (:decision_no = '' OR a.decision_no = :decision_no)
    AND (:from_year = '' OR a.year >= CAST(:from_year AS INTEGER))
    AND (:to_year = '' OR a.year <= CAST(:to_year AS INTEGER))
    AND (:recipient = '' OR a.record_id IN (SELECT award FROM award_recipients WHERE counted AND name = :recipient))
    AND (:unit = '' OR a.record_id IN (
        SELECT award FROM award_recipients WHERE counted AND province = :unit
        UNION SELECT x.record_id FROM provinces p JOIN awards x ON x.document = p.document AND x.paragraph = p.paragraph
        WHERE p.counted AND p.unit = :unit))
    AND (:today = '' OR a.record_id IN (
        SELECT award FROM award_recipients WHERE counted AND today = :today
        UNION SELECT x.record_id FROM provinces p JOIN awards x ON x.document = p.document AND x.paragraph = p.paragraph
        WHERE p.counted AND p.today = :today))
ORDER BY a.year IS NULL, a.year, a.document, a.start
LIMIT 1000
