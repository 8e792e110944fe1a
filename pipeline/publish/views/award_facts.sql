SELECT x.*, coalesce(d.title, d.subject) AS document_title, d.kind AS document_kind,
    coalesce(d.publisher, d.issuing_body) AS publisher,
    f.name AS form_name, f.name_en AS form_name_en, f.family, status.vi AS status_vi, status.en AS status_en
FROM awards x
JOIN documents d USING (document)
JOIN award_forms f ON f.id = x.form
LEFT JOIN labels status ON status.list = 'status' AND status.code = x.status
WHERE x.counted
