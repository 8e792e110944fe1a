SELECT a.grantor, f.name AS form, f.name_en AS form_en, a.form AS form_id, count(*) AS awards,
    min(a.year) AS first_year, max(a.year) AS last_year
FROM awards a
JOIN award_forms f ON f.id = a.form
WHERE a.counted AND a.status = 'granted' AND a.grantor IS NOT NULL AND (:form = '' OR a.form = :form)
GROUP BY a.grantor, a.form
ORDER BY awards DESC, a.grantor, form_id
LIMIT 1000
