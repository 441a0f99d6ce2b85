-- Ids of a set that is ordered by acceptance, newest first. ARGV: mode, the set, below which place, how many.
return redis.call("ZREVRANGEBYSCORE", KEYS[1] .. ARGV[2], "(" .. ARGV[3], "-inf", "WITHSCORES", "LIMIT", 0, ARGV[4])
