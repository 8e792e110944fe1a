SELECT r.record_id, r.kind, r.document, r.quote, r.page, r.confidence, r.link,
    coalesce(d.title, d.subject) AS document_title, d.kind AS document_kind,
    coalesce(d.publisher, d.issuing_body) AS publisher, coalesce(d.issued, d.published) AS dated,
    d.author, d.number, d.source,
    (SELECT value FROM release WHERE name = 'title') AS dataset,
    (SELECT value FROM release WHERE name = 'creator') AS creator,
    (SELECT value FROM release WHERE name = 'version') AS version
FROM records r
JOIN documents d USING (document)
