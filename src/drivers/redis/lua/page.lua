-- Part of the index, towards its beginning. ARGV: mode, the number of the element after the last one wanted, or "" for the
-- end; how many ids. Returns how many elements the index has had before its first, where the part begins, and the elements,
-- which have that many ids or more.
local trimmed = tonumber(redis.call("HGET", KEYS[1] .. "facts", "trimmed")) or 0
local length = redis.call("LLEN", KEYS[1] .. "index")
local from = math.min(ARGV[2] == "" and length or ARGV[2] - trimmed, length)
if from <= 0 then
  return { trimmed, trimmed, {} }
end

-- An element may have one id, or a thousand.
local missing, reversed, step = tonumber(ARGV[3]), {}, 1
while missing > 0 and from > 0 do
  local part = redis.call("LRANGE", KEYS[1] .. "index", math.max(from - step, 0), from - 1)
  for i = #part, 1, -1 do
    if missing > 0 then
      reversed[#reversed + 1] = part[i]
      missing = missing - select(2, string.gsub(part[i], "\n", ""))
      from = from - 1
    end
  end
  step = step * 2
end
local elements = {}
for i = #reversed, 1, -1 do
  elements[#elements + 1] = reversed[i]
end
return { trimmed, trimmed + from, elements }
