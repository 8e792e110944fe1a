WITH honoured AS (
    SELECT id, name, kind, today, spellings, honours
    FROM recipients
    WHERE honours > 1
    ORDER BY honours DESC, name, id
    LIMIT 500
)
SELECT r.name AS recipient, kind.vi AS kind, kind.en AS kind_en, u.name AS unit, r.honours,
    min(d.year) AS first_year, max(d.year) AS last_year, r.spellings, group_concat(DISTINCT f.name || coalesce(' ' || d.class, '')) AS forms
FROM honoured r
JOIN recipient_mentions m ON m.recipient = r.id
JOIN decision_sources s ON s.record_id = m.award
JOIN decisions d ON d.id = s.decision AND d.status = 'granted'
JOIN award_forms f ON f.id = d.form
LEFT JOIN units u ON u.id = r.today
LEFT JOIN labels kind ON kind.list = 'recipient_kind' AND kind.code = r.kind
GROUP BY r.id
ORDER BY r.honours DESC, recipient, r.id
