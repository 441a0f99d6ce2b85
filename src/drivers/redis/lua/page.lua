-- Part of the index, towards its beginning. ARGV: mode, the number of the element after the last one wanted, or "" for the
-- end; how many elements. Returns how many elements the index has had before its first, where the part begins, and it.
local trimmed = tonumber(redis.call("HGET", KEYS[1] .. "facts", "trimmed")) or 0
local length = redis.call("LLEN", KEYS[1] .. "index")
local to = ARGV[2] == "" and length or math.min(ARGV[2] - trimmed, length)
local from = math.max(to - ARGV[3], 0)
if to <= 0 then
  return { trimmed, trimmed, {} }
end
return { trimmed, trimmed + from, redis.call("LRANGE", KEYS[1] .. "index", from, to - 1) }
