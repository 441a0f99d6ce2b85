-- Opens a partition. ARGV: mode, the number of partitions. Returns what is wrong with what is there: "partitions <n>",
-- "layout <n>", "type <key> <type>"; "" if nothing is.
local TYPES = {
  facts = "hash",
  jobs = "hash",
  progress = "hash",
  running = "hash",
  counts = "hash",
  ghosts = "hash",
  held = "hash",
  turns = "zset",
  watched = "hash",
  index = "list",
  holders = "zset",
  loose = "zset",
  ends = "zset",
  dead = "zset",
  survivors = "zset",
  elsewhere = "zset",
  queues = "set",
  paused = "set",
  prior = "set",
  present = "zset",
  about = "hash",
}
local LAYOUT = "1"

for name, expected in pairs(TYPES) do
  local found = redis.call("TYPE", KEYS[1] .. name).ok
  if found ~= "none" and found ~= expected then
    return "type " .. KEYS[1] .. name .. " " .. found
  end
end
redis.call("HSETNX", KEYS[1] .. "facts", "layout", LAYOUT)
redis.call("HSETNX", KEYS[1] .. "facts", "partitions", ARGV[2])
local layout, partitions = unpack(redis.call("HMGET", KEYS[1] .. "facts", "layout", "partitions"))
if layout ~= LAYOUT then
  return "layout " .. layout
end
if partitions ~= ARGV[2] then
  return "partitions " .. partitions
end
return ""
