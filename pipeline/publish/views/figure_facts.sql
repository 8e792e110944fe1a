SELECT x.*, coalesce(d.title, d.subject) AS document_title, d.kind AS document_kind,
    coalesce(d.publisher, d.issuing_body) AS publisher, d.year AS document_year,
    mod.vi AS mod_vi, mod.en AS mod_en
FROM figures x
JOIN documents d USING (document)
LEFT JOIN labels mod ON mod.list = 'comparison' AND mod.code = x.mod
WHERE x.counted
