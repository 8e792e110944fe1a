SELECT d.year, f.name AS form, f.name_en AS form_en, d.class, d.grantor, d.date, d.documents,
    CASE WHEN q.sequel IS NULL THEN 'chưa thấy' ELSE 'đã tặng' END AS state,
    CASE WHEN q.sequel IS NULL THEN 'not seen' ELSE 'conferred' END AS state_en,
    n.decision_no, n.decision_date, q.score, d.id AS decision_id
FROM decisions d
JOIN award_forms f ON f.id = d.form
LEFT JOIN decision_sequels q ON q.decision = d.id AND q.kind = 'granted'
LEFT JOIN decisions n ON n.id = q.sequel
WHERE d.status = 'proposed'
ORDER BY q.sequel IS NULL, d.year, d.id
LIMIT 500
