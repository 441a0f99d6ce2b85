-- Makes due what is due: waiting jobs are queued, lapsed leases given back and counted, parked jobs handed out to any.
-- ?1 now, ?2 limit
UPDATE {job}
SET crashes = crashes + (state = 3), orphaned = (state = -1), state = 2, deadline = NULL
WHERE seq IN (
  SELECT seq FROM {job} WHERE deadline <= ?1 AND deadline IS NOT NULL AND state < 5 ORDER BY deadline LIMIT ?2
)
RETURNING queue;
