SELECT kind.vi AS kind, kind.en AS kind_en, d.format, count(*) AS documents, sum(d.pages) AS pages,
    sum(d.chars) AS chars, round(avg(d.ocr_confidence), 3) AS ocr_confidence, sum(d.records) AS records, d.kind AS kind_id
FROM documents d
LEFT JOIN labels kind ON kind.list = 'document_kind' AND kind.code = d.kind
GROUP BY d.kind, d.format
ORDER BY documents DESC, d.kind, d.format
