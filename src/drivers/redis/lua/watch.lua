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
local progress = redis.call("HMGET", KEYS[1] .. "progress", unpack(ids))
if redis.call("EXISTS", KEYS[1] .. "posting") == 1 then
  -- What has ended, but not told all yet, has not ended to who watches.
  for i, posts in ipairs(redis.call("HMGET", KEYS[1] .. "posting", unpack(ids))) do
    progress[i] = not posts and progress[i]
  end
end
return { now, jobs, progress, redis.call("HMGET", KEYS[1] .. "running", unpack(ids)) }
