-- Holds a queue. ?1 queue
INSERT INTO {paused} (queue) VALUES (?1) ON CONFLICT DO NOTHING;
