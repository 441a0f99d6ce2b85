-- Accepts one job as most are sent: alone, due at once, never expiring. Writes what accept.lua does, at half its cost.
-- ARGV: mode, id, queue, priority, what the record begins with, the body, the index element or "". Returns 1, and 0 where
-- only enqueue.lua can tell: the id is there, or was.
local prefix, id, queue = KEYS[1], ARGV[2], ARGV[3]
local lookCloser = redis.call("EXISTS", prefix .. "sleepers:" .. queue, prefix .. "ghosts") > 0
if lookCloser and redis.call("HEXISTS", prefix .. "ghosts", id) == 1 then
  return 0
end
local base = string.format("%.0f", redis.call("HINCRBY", prefix .. "facts", "seq", 1) - 1)
local record = ARGV[5] .. now .. " " .. base .. " 1\n" .. ARGV[6]
if redis.call("HSETNX", prefix .. "jobs", id, record) == 0 then
  return 0
end
if ARGV[7] ~= "" then
  redis.call("RPUSH", prefix .. "index", base .. ARGV[7])
end
if lookCloser and handOver(queue, id, record) then
  return 1
end
if redis.call("RPUSH", prefix .. "fresh:" .. ARGV[4] .. ":" .. queue, id) == 1 then
  redis.call("SADD", prefix .. "queues", queue)
  if ARGV[4] ~= "0" then
    redis.call("SADD", prefix .. "prior", queue)
  end
end
return 1
