SELECT p.*, a.form, a.class, a.status, a.grantor, a.date, a.year, a.decision_no, a.period, a.link,
    coalesce(d.title, d.subject) AS document_title, d.kind AS document_kind,
    coalesce(d.publisher, d.issuing_body) AS publisher,
    f.name AS form_name, f.name_en AS form_name_en, f.family, status.vi AS status_vi, status.en AS status_en,
    u.name AS province_name, t.name AS today_name, t.name_en AS today_name_en, kind.vi AS kind_vi, kind.en AS kind_en
FROM award_recipients p
JOIN awards a ON a.record_id = p.award
JOIN documents d ON d.document = p.document
JOIN award_forms f ON f.id = a.form
LEFT JOIN units u ON u.id = p.province
LEFT JOIN units t ON t.id = p.today
LEFT JOIN labels status ON status.list = 'status' AND status.code = a.status
LEFT JOIN labels kind ON kind.list = 'recipient_kind' AND kind.code = p.kind
WHERE p.counted
