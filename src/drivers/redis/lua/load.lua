-- What is stored of jobs. ARGV: mode, ids.
local ids = { unpack(ARGV, 2) }
return {
  now,
  redis.call("HMGET", KEYS[1] .. "jobs", unpack(ids)),
  redis.call("HMGET", KEYS[1] .. "progress", unpack(ids)),
  redis.call("HMGET", KEYS[1] .. "running", unpack(ids)),
}
