SELECT unit AS figure_unit, count(*) AS figures, min(value) AS lowest, max(value) AS highest
FROM figures
WHERE unit <> '' AND counted
GROUP BY unit
ORDER BY figures DESC, unit
LIMIT 200
