SELECT a.year,
    count(*) FILTER (WHERE a.status = 'granted') AS granted,
    count(*) FILTER (WHERE a.status = 'proposed') AS proposed,
    count(DISTINCT a.document) AS documents,
    :form AS form_id
FROM awards a
WHERE a.counted AND a.year IS NOT NULL AND (:form = '' OR a.form = :form)
GROUP BY a.year
ORDER BY a.year
