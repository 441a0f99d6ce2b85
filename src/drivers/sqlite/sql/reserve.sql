-- The next jobs of a queue. ?1 queue, ?2 limit
SELECT seq, id, task, priority, body, lease, attempt, crashes, created_at, expire_at, trail, cancelled, orphaned
FROM {job} WHERE queue = ?1 AND state = 2 ORDER BY priority DESC, seq LIMIT ?2;
