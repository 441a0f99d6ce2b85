-- Newest first, within a window of rows. ?1 below this seq, ?2 not below this seq, ?3 queue, ?4 task, ?5 state as shown,
-- ?6 now, ?7 limit
SELECT * FROM {job}
WHERE seq < ?1 AND seq >= ?2
  AND (?3 IS NULL OR queue = ?3)
  AND (?4 IS NULL OR task = ?4)
  AND (purge_at IS NULL OR purge_at > ?6)
  AND (?5 IS NULL OR ?5 = CASE
    WHEN state IN (-1, 0, 1, 2, 4) AND expire_at <= ?6 THEN 7
    WHEN state = -1 OR (state IN (0, 4) AND deadline <= ?6) THEN 2
    ELSE state
  END)
ORDER BY seq DESC LIMIT ?7;
