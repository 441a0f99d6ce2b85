-- KEYS: bodies, ready, later, leases, results. ARGV: how many to reserve, lease in ms, channel, id, result, id, result, …
-- Settles what is still leased, makes due what is due, reserves. Returns ids, bodies, milliseconds until the next is due.
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

if #ARGV > 3 then
  local ids = {}
  for at = 4, #ARGV, 2 do
    ids[#ids + 1] = ARGV[at]
  end
  local held = redis.call("ZMSCORE", KEYS[4], unpack(ids))
  local settled, results = {}, {}
  for at = 1, #ids do
    if held[at] then
      settled[#settled + 1] = ids[at]
      results[#results + 1] = ids[at]
      results[#results + 1] = ARGV[3 + 2 * at]
    end
  end
  if #settled > 0 then
    redis.call("ZREM", KEYS[4], unpack(settled))
    redis.call("HDEL", KEYS[1], unpack(settled))
    redis.call("HSET", KEYS[5], unpack(results))
    redis.call("PUBLISH", ARGV[3], table.concat(results, " "))
  end
end

local due = redis.call("ZRANGEBYSCORE", KEYS[3], "-inf", now, "LIMIT", 0, 1000)
if #due > 0 then
  redis.call("ZREM", KEYS[3], unpack(due))
  redis.call("RPUSH", KEYS[2], unpack(due))
end

local ids = redis.call("LPOP", KEYS[2], ARGV[1])
if ids then
  local leases = {}
  for at = 1, #ids do
    leases[2 * at - 1] = now + ARGV[2]
    leases[2 * at] = ids[at]
  end
  redis.call("ZADD", KEYS[4], unpack(leases))
  return { ids, redis.call("HMGET", KEYS[1], unpack(ids)), 0 }
end
local next = redis.call("ZRANGE", KEYS[3], 0, 0, "WITHSCORES")
return { {}, {}, next[2] and math.max(1, next[2] - now) or 1000 }
