SELECT coalesce(publisher, issuing_body) AS publisher, count(*) AS documents, min(year) AS first_year,
    max(year) AS last_year, sum(records) AS records
FROM documents
WHERE counted
GROUP BY 1
ORDER BY documents DESC, 1
LIMIT 500
