SELECT CAST(substr(earliest, 1, 4) AS INTEGER) AS year, count(*) AS dates
FROM dates
WHERE counted AND earliest >= '1900' AND earliest < '2100' AND grain IN ('day', 'time', 'month', 'year')
    AND (:role = '' OR role = :role)
GROUP BY 1
ORDER BY 1
