-- KEYS: bodies, later, wake. ARGV: epoch milliseconds, id, body, …
local bodies, later = {}, {}
for at = 1, #ARGV, 3 do
  local id = ARGV[at + 1]
  later[#later + 1] = ARGV[at]
  later[#later + 1] = id
  bodies[#bodies + 1] = id
  bodies[#bodies + 1] = ARGV[at + 2]
end
redis.call("HSET", KEYS[1], unpack(bodies))
redis.call("ZADD", KEYS[2], unpack(later))
if redis.call("LLEN", KEYS[3]) == 0 then
  redis.call("RPUSH", KEYS[3], 1)
end
