-- Values whose own retention is over, in records that stay. ?1 now, ?2 limit
UPDATE {job} SET result = NULL, deadline = purge_at
WHERE seq IN (
  SELECT seq FROM {job} WHERE deadline <= ?1 AND deadline IS NOT NULL AND state > 4 ORDER BY deadline LIMIT ?2
) AND (purge_at IS NULL OR purge_at > ?1);
