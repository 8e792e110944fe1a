SELECT r.record_id, r.kind, r.document, {before} AS before, r.quote, {after} AS after, r.value, r.counted, r.link
FROM records r
JOIN {source}
