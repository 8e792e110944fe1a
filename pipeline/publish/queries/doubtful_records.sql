SELECT kind.vi AS kind, kind.en AS kind_en, r.quote, r.value, r.confidence, r.link
FROM records r
LEFT JOIN labels kind ON kind.list = 'record_kind' AND kind.code = r.kind
WHERE r.state = 'machine' AND (:record_kind = '' OR r.kind = :record_kind)
    AND r.confidence < CAST(coalesce(nullif(:below, ''), '0.8') AS REAL)
ORDER BY r.confidence, r.record_id
LIMIT 500
