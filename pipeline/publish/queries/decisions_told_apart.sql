SELECT d.year, f.name AS form, f.name_en AS form_en, d.class, d.grantor, d.decision_no, d.decision_date, d.documents, d.tellings,
    CASE WHEN coalesce(d.contradictions, '') = '' THEN 'khớp' ELSE 'khác nhau' END AS agreement,
    CASE WHEN coalesce(d.contradictions, '') = '' THEN 'agree' ELSE 'differ' END AS agreement_en,
    d.contradictions, d.id AS decision_id
FROM decisions d
JOIN award_forms f ON f.id = d.form
WHERE d.tellings > 1
ORDER BY coalesce(d.contradictions, '') = '', d.documents DESC, d.year, d.id
LIMIT 500
