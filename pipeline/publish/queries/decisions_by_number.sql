SELECT a.decision_no, max(a.decision_date) AS decision_date, a.grantor, count(*) AS awards,
    count(DISTINCT a.document) AS documents, group_concat(DISTINCT f.name) AS forms
FROM awards a
JOIN award_forms f ON f.id = a.form
WHERE a.counted AND a.decision_no IS NOT NULL AND (:decision_no = '' OR a.decision_no LIKE '%' || :decision_no || '%')
GROUP BY a.decision_no, a.grantor
ORDER BY decision_date, a.decision_no
