-- Queues that a reservation would find something due in. ?1 now, ?2 rows to look at
SELECT DISTINCT queue FROM {job}
WHERE seq IN (
  SELECT seq FROM {job} WHERE deadline <= ?1 AND deadline IS NOT NULL AND state < 5 ORDER BY deadline LIMIT ?2
);
