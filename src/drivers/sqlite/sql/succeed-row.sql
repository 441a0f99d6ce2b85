-- The settlement that most jobs get: a value, and nothing else to say. ?1 seq, ?2 id, ?3 lease, ?4 deadline, ?5 now,
-- ?6 purge_at, ?7 result_until, ?8 result
UPDATE {job}
SET state = 5, attempt = attempt + 1, deadline = ?4, finished_at = ?5, purge_at = ?6, result_until = ?7, result = ?8, error = NULL
WHERE seq = ?1 AND id = ?2 AND lease = ?3 AND state = 3 AND cancelled = 0;
