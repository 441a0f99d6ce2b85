-- The queues that are held.
SELECT queue FROM {paused};
