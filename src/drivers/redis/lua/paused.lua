-- The queues that are held.
return redis.call("SMEMBERS", KEYS[1] .. "paused")
