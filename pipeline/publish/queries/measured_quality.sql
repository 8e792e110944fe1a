SELECT kind.vi AS kind, kind.en AS kind_en, measure.vi AS measure, measure.en AS measure_en, q.value, q.low, q.high, q.cases
FROM quality q
LEFT JOIN labels kind ON kind.list = 'record_kind' AND kind.code = q.kind
LEFT JOIN labels measure ON measure.list = 'measure' AND measure.code = q.measure
ORDER BY q.kind, q.measure
