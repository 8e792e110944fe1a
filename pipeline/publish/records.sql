SELECT 'dates' AS kind, x.record_id, x.document, x.start, x."end", x.page, x.quote,
    x.edtf || coalesce(' (' || l.vi || ')', '') AS value, x.confidence, x.state, x.counted
FROM dates x LEFT JOIN labels l ON l.list = 'role' AND l.code = x.role
UNION ALL
SELECT 'provinces', x.record_id, x.document, x.start, x."end", x.page, x.quote,
    u.name || CASE WHEN x.today <> x.unit THEN ' (nay thuộc ' || t.name || ')' ELSE '' END,
    x.confidence, x.state, x.counted
FROM provinces x JOIN units u ON u.id = x.unit LEFT JOIN units t ON t.id = x.today
UNION ALL
SELECT 'figures', x.record_id, x.document, x.start, x."end", x.page, x.quote,
    coalesce(l.vi || ' ', '') || coalesce(x.exact, x.value || coalesce('..' || x.upper, '') || coalesce('/' || x.of, ''))
    || ' ' || x.unit, x.confidence, x.state, x.counted
FROM figures x LEFT JOIN labels l ON l.list = 'comparison' AND l.code = x.mod
UNION ALL
SELECT 'awards', x.record_id, x.document, x.start, x."end", x.page, x.quote,
    f.name || CASE WHEN x.class GLOB '[0-9]*' THEN ' ' || x.class || ' năm' ELSE coalesce(' hạng ' || x.class, '') END
    || ' (' || l.vi || ')' || coalesce(', ' || x.grantor, '') || coalesce(', số ' || x.decision_no, '')
    || coalesce(', ' || x.date, '') || coalesce(': ' || x.recipients, ''), x.confidence, x.state, x.counted
FROM awards x JOIN award_forms f ON f.id = x.form JOIN labels l ON l.list = 'status' AND l.code = x.status
