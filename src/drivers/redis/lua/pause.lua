-- Holds a queue. ARGV: mode, queue.
return redis.call("SADD", KEYS[1] .. "paused", ARGV[2])
