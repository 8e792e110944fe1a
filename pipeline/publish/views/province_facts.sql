SELECT x.*, coalesce(d.title, d.subject) AS document_title, d.kind AS document_kind,
    coalesce(d.publisher, d.issuing_body) AS publisher, d.year AS document_year,
    u.name AS unit_name, u.name_en AS unit_name_en, t.name AS today_name, t.name_en AS today_name_en,
    qualifies.vi AS qualifies_vi, qualifies.en AS qualifies_en
FROM provinces x
JOIN documents d USING (document)
JOIN units u ON u.id = x.unit
LEFT JOIN units t ON t.id = x.today
LEFT JOIN labels qualifies ON qualifies.list = 'qualifies' AND qualifies.code = x.qualifies
WHERE x.counted
