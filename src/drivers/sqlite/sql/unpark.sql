-- ?1 queue, ?2 tasks as a JSON array, ?3 limit
UPDATE {job} SET state = 2, deadline = NULL
WHERE seq IN (
  SELECT seq FROM {job} WHERE queue = ?1 AND state = -1 AND task IN (SELECT value FROM json_each(?2))
  ORDER BY seq LIMIT ?3
);
