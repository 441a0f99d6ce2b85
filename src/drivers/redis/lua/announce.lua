-- Says that a worker is alive. ARGV: mode, name, what there is to say about it, for how long it holds.
--
-- present  name by when what it said holds no more.
-- about    name -> "<when it said so> <what it said>".
redis.call("ZADD", KEYS[1] .. "present", now + ARGV[4], ARGV[2])
redis.call("HSET", KEYS[1] .. "about", ARGV[2], now .. " " .. ARGV[3])
local gone = redis.call("ZRANGEBYSCORE", KEYS[1] .. "present", "-inf", now, "LIMIT", 0, 100)
if #gone > 0 then
  redis.call("ZREM", KEYS[1] .. "present", unpack(gone))
  redis.call("HDEL", KEYS[1] .. "about", unpack(gone))
end
return 0
