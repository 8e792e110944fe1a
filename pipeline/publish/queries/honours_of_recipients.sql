SELECT r.name AS recipient, kind.vi AS kind, kind.en AS kind_en, u.name AS unit, count(DISTINCT s.decision) AS honours,
    min(d.year) AS first_year, max(d.year) AS last_year, r.spellings, group_concat(DISTINCT f.name || coalesce(' ' || d.class, '')) AS forms
FROM recipient_mentions m
JOIN recipients r ON r.id = m.recipient
JOIN decision_sources s ON s.record_id = m.award
JOIN decisions d ON d.id = s.decision
JOIN award_forms f ON f.id = d.form
LEFT JOIN units u ON u.id = r.today
LEFT JOIN labels kind ON kind.list = 'recipient_kind' AND kind.code = r.kind
WHERE d.status = 'granted'
GROUP BY r.id
HAVING honours > 1
ORDER BY honours DESC, recipient, r.id
LIMIT 500
