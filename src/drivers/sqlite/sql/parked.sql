-- Whether a queue has any parked job. ?1 queue
SELECT 1 AS found FROM {job} WHERE queue = ?1 AND state = -1 LIMIT 1;
