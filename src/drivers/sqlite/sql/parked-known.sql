-- Whether a queue has a parked job of one of these tasks. ?1 queue, ?2 tasks as a JSON array
SELECT 1 AS found FROM {job} WHERE queue = ?1 AND state = -1 AND task IN (SELECT value FROM json_each(?2)) LIMIT 1;
