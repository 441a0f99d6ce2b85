-- Lets a queue go on. ?1 queue
DELETE FROM {paused} WHERE queue = ?1;
