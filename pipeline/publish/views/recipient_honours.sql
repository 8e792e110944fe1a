SELECT m.recipient, r.name, r.kind, r.province, r.today, m.decision, d.status, d.form, d.class, d.grantor, d.posthumous,
    d.decision_no, d.decision_date, d.date, d.year, d.documents, d.confidence,
    EXISTS (SELECT 1 FROM decision_sequels q WHERE q.decision = d.id AND q.kind = 'revoked') AS is_revoked,
    m.recipient_tellings, f.name AS form_name, f.name_en AS form_name_en, f.family, status.vi AS status_vi,
    status.en AS status_en, u.name AS province_name, t.name AS today_name, t.name_en AS today_name_en,
    kind.vi AS kind_vi, kind.en AS kind_en
FROM (
    SELECT n.recipient, s.decision, count(*) AS recipient_tellings
    FROM recipient_mentions n JOIN decision_sources s ON s.record_id = n.award GROUP BY n.recipient, s.decision
) m
JOIN recipients r ON r.id = m.recipient
JOIN decisions d ON d.id = m.decision
JOIN award_forms f ON f.id = d.form
LEFT JOIN units u ON u.id = r.province
LEFT JOIN units t ON t.id = r.today
LEFT JOIN labels status ON status.list = 'status' AND status.code = d.status
LEFT JOIN labels kind ON kind.list = 'recipient_kind' AND kind.code = r.kind
