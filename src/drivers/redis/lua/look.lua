-- Whether a reservation of these queues would find something now; else, puts who asks to sleep on them, and returns
-- in how many milliseconds something is due: -1 for never.
-- ARGV: mode, who sleeps (see wake.lua), for how long (0: it only looks), number of queues, queues, tasks.
local sleeper, sleepMs, queues = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local known = {}
for i = 5 + queues, #ARGV do
  known[ARGV[i]] = true
end
local soonest

local function first(key)
  local found = redis.call("ZRANGE", key, 0, 0, "WITHSCORES")
  if found[2] and (soonest == nil or tonumber(found[2]) < soonest) then
    soonest = tonumber(found[2])
  end
end

first(KEYS[1] .. "loose")
first(KEYS[1] .. "posts")
for _, holder in ipairs(redis.call("ZRANGE", KEYS[1] .. "holders", 0, 9)) do
  if (tonumber(redis.call("HGET", KEYS[1] .. "held", holder)) or 0) > 0 then
    local at = tonumber(redis.call("ZSCORE", KEYS[1] .. "holders", holder)) + 1
    soonest = soonest == nil and at or math.min(soonest, at)
    break
  end
end

local function isReady(queue)
  local keys = { KEYS[1] .. "returned:" .. queue }
  for priority = 0, 9 do
    keys[#keys + 1] = KEYS[1] .. "fresh:" .. priority .. ":" .. queue
  end
  if redis.call("EXISTS", unpack(keys)) > 0 then
    return true
  end
  for _, task in ipairs(redis.call("SMEMBERS", KEYS[1] .. "parked-tasks:" .. queue)) do
    if known[task] and redis.call("EXISTS", KEYS[1] .. "parked:" .. queue .. " " .. task) == 1 then
      return true
    end
  end
  return false
end

for i = 5, 4 + queues do
  if redis.call("SISMEMBER", KEYS[1] .. "paused", ARGV[i]) == 0 then
    if isReady(ARGV[i]) then
      return 0
    end
    first(KEYS[1] .. "due:" .. ARGV[i])
    first(KEYS[1] .. "parked-until:" .. ARGV[i])
  end
end
if soonest ~= nil and soonest <= now then
  return 0
end
for i = 5, sleepMs > 0 and 4 + queues or 0 do
  redis.call("ZADD", KEYS[1] .. "sleepers:" .. ARGV[i], now + sleepMs, sleeper)
end
return soonest == nil and -1 or math.ceil(soonest - now)
