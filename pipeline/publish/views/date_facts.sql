SELECT x.*, coalesce(d.title, d.subject) AS document_title, d.kind AS document_kind,
    coalesce(d.publisher, d.issuing_body) AS publisher, d.year AS document_year,
    role.vi AS role_vi, role.en AS role_en, grain.vi AS grain_vi, grain.en AS grain_en
FROM dates x
JOIN documents d USING (document)
LEFT JOIN labels role ON role.list = 'role' AND role.code = x.role
LEFT JOIN labels grain ON grain.list = 'grain' AND grain.code = x.grain
WHERE x.counted
