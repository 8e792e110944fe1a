SELECT a.year, a.date, f.name AS form, f.name_en AS form_en, a.class, status.vi AS status, status.en AS status_en,
    a.grantor, a.recipients, a.quote, a.confidence, a.link
FROM awards a
JOIN award_forms f ON f.id = a.form
LEFT JOIN labels status ON status.list = 'status' AND status.code = a.status
WHERE a.counted AND a.posthumous
ORDER BY a.year, a.document, a.start
