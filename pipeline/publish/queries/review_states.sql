SELECT kind.vi AS kind, kind.en AS kind_en, state.vi AS state, state.en AS state_en, count(*) AS records,
    round(avg(r.confidence), 3) AS confidence, r.kind AS record_kind
FROM records r
LEFT JOIN labels kind ON kind.list = 'record_kind' AND kind.code = r.kind
LEFT JOIN labels state ON state.list = 'state' AND state.code = r.state
GROUP BY r.kind, r.state
ORDER BY r.kind, records DESC
