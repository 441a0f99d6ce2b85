-- ?1 id
UPDATE {job} SET cancelled = 1 WHERE id = ?1 AND state = 3;
