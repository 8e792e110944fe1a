SELECT noun, unit AS figure_unit, count(DISTINCT document) AS documents, count(DISTINCT value) AS different_values,
    min(value) AS lowest, max(value) AS highest,
    CASE count(DISTINCT value) WHEN 1 THEN 'khớp' ELSE 'khác nhau' END AS agreement,
    CASE count(DISTINCT value) WHEN 1 THEN 'agree' ELSE 'differ' END AS agreement_en
FROM figures
WHERE noun = :noun AND counted AND (:figure_unit = '' OR unit = :figure_unit)
GROUP BY noun, unit
ORDER BY documents DESC, unit
