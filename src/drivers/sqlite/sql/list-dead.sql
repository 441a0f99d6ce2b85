-- ?1 below this seq, ?2 queue, ?3 task, ?4 limit
SELECT * FROM {job}
WHERE state = 6 AND seq < ?1 AND (?2 IS NULL OR queue = ?2) AND (?3 IS NULL OR task = ?3)
ORDER BY seq DESC LIMIT ?4;
