-- Whether a queue is held. ?1 queue
SELECT 1 AS held FROM {paused} WHERE queue = ?1;
