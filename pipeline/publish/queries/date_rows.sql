SELECT x.edtf, role.vi AS role, role.en AS role_en, x.quote, coalesce(d.title, d.source) AS document_title,
    x.confidence, x.link
FROM dates x
JOIN documents d ON d.document = x.document
LEFT JOIN labels role ON role.list = 'role' AND role.code = x.role
WHERE x.counted AND x.earliest >= :year AND x.earliest < :year || '~' AND (:role = '' OR x.role = :role)
    AND (:grain = '' OR x.grain = :grain)
ORDER BY x.earliest, x.document, x.start
LIMIT 500
