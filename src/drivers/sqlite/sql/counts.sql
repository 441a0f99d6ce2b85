-- ?1 below this seq, ?2 not below this seq, ?3 now
SELECT queue,
  CASE
    WHEN state IN (-1, 0, 1, 2, 4) AND expire_at <= ?3 THEN 7
    WHEN state = -1 OR (state IN (0, 4) AND deadline <= ?3) THEN 2
    ELSE state
  END AS shown,
  count(*) AS count
FROM {job}
WHERE seq < ?1 AND seq >= ?2 AND (purge_at IS NULL OR purge_at > ?3)
GROUP BY 1, 2;
