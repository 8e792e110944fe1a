SELECT role.vi AS role, role.en AS role_en, grain.vi AS grain, grain.en AS grain_en,
    count(*) AS dates, min(x.earliest) AS earliest, max(x.latest) AS latest, x.role AS role_id, x.grain AS grain_id
FROM dates x
LEFT JOIN labels role ON role.list = 'role' AND role.code = x.role
LEFT JOIN labels grain ON grain.list = 'grain' AND grain.code = x.grain
WHERE x.counted
GROUP BY x.role, x.grain
ORDER BY dates DESC, x.role, x.grain
