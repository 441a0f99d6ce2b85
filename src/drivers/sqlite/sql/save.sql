-- A backend's record takes over what another system's worker says of it.
-- ?1 id, ?2 lease, ?3 state, ?4 attempt, ?5 crashes, ?6 worker, ?7 deadline, ?8 started_at, ?9 finished_at, ?10 purge_at,
-- ?11 result_until, ?12 result, ?13 error, ?14 trail, ?15 notes
UPDATE {job}
SET lease = ?2, state = ?3, run_at = iif(?3 = 4, ?7, NULL), attempt = ?4, crashes = ?5, worker = ?6, deadline = ?7, started_at = coalesce(?8, started_at),
    finished_at = ?9, purge_at = ?10, result_until = ?11, result = ?12, error = iif(?3 IN (2, 3), error, ?13),
    trail = coalesce(?14, trail), notes = coalesce(?15, notes)
WHERE id = ?1;
