-- Leases the next jobs of a queue; those of unknown tasks are parked instead (they come back with state -1).
-- ?1 queue, ?2 limit, ?3 tasks as a JSON array, ?4 worker, ?5 now, ?6 lease ends, ?7 parking ends
UPDATE {job}
SET state      = iif(orphaned OR task IN (SELECT value FROM json_each(?3)), 3, -1),
    lease      = lease + (orphaned OR task IN (SELECT value FROM json_each(?3))),
    deadline   = iif(orphaned OR task IN (SELECT value FROM json_each(?3)), ?6, ?7),
    started_at = iif(orphaned OR task IN (SELECT value FROM json_each(?3)), ?5, started_at),
    worker     = iif(orphaned OR task IN (SELECT value FROM json_each(?3)), ?4, worker)
WHERE seq IN (SELECT seq FROM {job} WHERE queue = ?1 AND state = 2 ORDER BY priority DESC, seq LIMIT ?2)
RETURNING seq, id, task, state, priority, body, lease, attempt, crashes, created_at, expire_at, trail, cancelled, orphaned;
