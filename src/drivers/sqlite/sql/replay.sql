-- ?1 id
UPDATE {job}
SET state = 2, attempt = 0, crashes = 0, cancelled = 0, orphaned = 0, deadline = NULL, expire_at = NULL,
    finished_at = NULL, purge_at = NULL, result_until = NULL, result = NULL, error = NULL
WHERE id = ?1 AND state = 6;
