SELECT p.name AS recipient, kind.vi AS kind, kind.en AS kind_en,
    count(DISTINCT a.form || coalesce(a.class, '')) AS honours, count(*) AS awards,
    min(a.year) AS first_year, max(a.year) AS last_year,
    group_concat(DISTINCT f.name || coalesce(' ' || a.class, '')) AS forms
FROM award_recipients p
JOIN awards a ON a.record_id = p.award
JOIN award_forms f ON f.id = a.form
LEFT JOIN labels kind ON kind.list = 'recipient_kind' AND kind.code = p.kind
WHERE p.counted AND a.status = 'granted'
GROUP BY p.name, p.kind
HAVING honours > 1
ORDER BY honours DESC, awards DESC, recipient
LIMIT 1000
