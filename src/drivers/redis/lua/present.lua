-- Who is alive: each name, and what it said, as announce.lua keeps it.
local names = redis.call("ZRANGEBYSCORE", KEYS[1] .. "present", "(" .. string.format("%.0f", now), "+inf")
local present = {}
for _, name in ipairs(names) do
  present[#present + 1] = name
  present[#present + 1] = redis.call("HGET", KEYS[1] .. "about", name) or "0 "
end
return present
