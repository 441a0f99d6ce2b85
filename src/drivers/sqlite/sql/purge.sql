-- ?1 now, ?2 limit
DELETE FROM {job}
WHERE seq IN (
  SELECT seq FROM {job} WHERE deadline <= ?1 AND deadline IS NOT NULL AND state > 4 ORDER BY deadline LIMIT ?2
) AND purge_at <= ?1;
