WITH told AS (
    SELECT p.name, p.kind, a.form, a.class, count(*) AS awards, min(a.year) AS first_year, max(a.year) AS last_year
    FROM awards a
    JOIN award_recipients p ON p.award = a.record_id
    WHERE p.counted AND a.status = 'granted'
    GROUP BY p.name, p.kind, a.form, a.class
)
SELECT t.name AS recipient, kind.vi AS kind, kind.en AS kind_en, count(*) AS honours, sum(t.awards) AS awards,
    min(t.first_year) AS first_year, max(t.last_year) AS last_year,
    group_concat(f.name || coalesce(' ' || t.class, '')) AS forms
FROM told t
JOIN award_forms f ON f.id = t.form
LEFT JOIN labels kind ON kind.list = 'recipient_kind' AND kind.code = t.kind
GROUP BY t.name, t.kind
HAVING honours > 1
ORDER BY honours DESC, awards DESC, recipient
LIMIT 1000
