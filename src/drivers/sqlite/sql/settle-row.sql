-- The same, where the row's place is known. ?13 seq, ?1 id, ?2 lease, ?3 state, ?4 charged, ?5 deadline, ?6 finished_at, ?7 purge_at, ?8 result_until, ?9 result, ?10 error,
-- ?11 trail, ?12 notes
UPDATE {job}
SET state = ?3, run_at = iif(?3 = 4, ?5, NULL), attempt = attempt + ?4, deadline = iif(?3 = 4, min(?5, coalesce(expire_at, ?5)), ?5), finished_at = ?6, purge_at = ?7, result_until = ?8,
    result = ?9, error = iif(?3 = 2, error, ?10), trail = coalesce(?11, trail), notes = coalesce(?12, notes), orphaned = 0
WHERE seq = ?13 AND id = ?1 AND lease = ?2 AND state = 3 AND (cancelled = 0 OR ?3 = 8);
