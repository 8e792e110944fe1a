SELECT d.*, f.name AS form_name, f.name_en AS form_name_en, f.family, status.vi AS status_vi, status.en AS status_en,
    EXISTS (SELECT 1 FROM decision_sequels q WHERE q.decision = d.id AND q.kind = 'granted') AS is_decided,
    EXISTS (SELECT 1 FROM decision_sequels q WHERE q.decision = d.id AND q.kind = 'revoked') AS is_revoked
FROM decisions d
JOIN award_forms f ON f.id = d.form
LEFT JOIN labels status ON status.list = 'status' AND status.code = d.status
