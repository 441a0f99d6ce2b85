-- KEYS: bodies, ready, wake. ARGV: id, body, id, body, …
redis.call("HSET", KEYS[1], unpack(ARGV))
local ids = {}
for at = 1, #ARGV, 2 do
  ids[#ids + 1] = ARGV[at]
end
redis.call("RPUSH", KEYS[2], unpack(ids))
if redis.call("LLEN", KEYS[3]) == 0 then
  redis.call("RPUSH", KEYS[3], 1)
end
