-- Keeps what a holder has. ARGV: mode, for each holder its name and how long its leases live from now.
-- Returns for each whether it may have lost some: it was late, or is not known any more.
local doubtful = {}
for i = 2, #ARGV, 2 do
  local holder = ARGV[i]
  local before = redis.call("ZSCORE", KEYS[1] .. "holders", holder)
  redis.call("ZADD", KEYS[1] .. "holders", now + ARGV[i + 1], holder)
  doubtful[#doubtful + 1] = (before and tonumber(before) >= now) and 0 or 1
  if before and tonumber(before) < now then
    redis.call("HDEL", KEYS[1] .. "facts", "scan " .. holder)
  end
end
return doubtful
