-- Whether a queue has a job ready. ?1 queue
SELECT 1 AS found FROM {job} WHERE queue = ?1 AND state = 2 LIMIT 1;
