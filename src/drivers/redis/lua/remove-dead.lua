-- Deletes dead letters. ARGV: mode, the most to delete, ids; without ids, the oldest ones. Returns how many.
local ids = { unpack(ARGV, 3) }
if #ids == 0 then
  ids = call("ZRANGE", P .. "dead", 0, ARGV[2] - 1)
end
local past = #ids == 0 and {} or call("HMGET", P .. "progress", unpack(ids))
local removed, known = 0, {}
for i, id in ipairs(ids) do
  if call("ZREM", P .. "dead", id) == 1 then
    local progress = progressOf(past[i])
    removed = removed + 1
    if progress ~= nil then
      known[#known + 1] = { id = id, progress = progress }
    else
      forget({ id })
    end
  end
end
if #known > 0 then
  forgetFinal(known)
end
trimIndex(2 * removed + 100)
return removed
