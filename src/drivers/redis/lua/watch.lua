-- Tells this connection of the end of jobs. ARGV: mode, connection, ids. Returns what load.lua does.
local ids = { unpack(ARGV, 3) }
local jobs = redis.call("HMGET", KEYS[1] .. "jobs", unpack(ids))
local watchers = redis.call("HMGET", KEYS[1] .. "watched", unpack(ids))
local watched = {}
for i, id in ipairs(ids) do
  if jobs[i] and not watchers[i] then
    watched[#watched + 1] = id
    watched[#watched + 1] = ARGV[2]
  elseif jobs[i] and not string.find(" " .. watchers[i] .. " ", " " .. ARGV[2] .. " ", 1, true) then
    watched[#watched + 1] = id
    watched[#watched + 1] = watchers[i] .. " " .. ARGV[2]
  end
end
if #watched > 0 then
  redis.call("HSET", KEYS[1] .. "watched", unpack(watched))
end
return {
  now,
  jobs,
  redis.call("HMGET", KEYS[1] .. "progress", unpack(ids)),
  redis.call("HMGET", KEYS[1] .. "running", unpack(ids)),
}
