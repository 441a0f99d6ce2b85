-- ?1 id, ?2 now, ?3 deadline, ?4 purge_at
UPDATE {job} SET state = 8, cancelled = 1, finished_at = ?2, deadline = ?3, purge_at = ?4
WHERE id = ?1 AND state IN (-1, 0, 1, 2, 4);
