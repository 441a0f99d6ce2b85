-- Deletes dead letters. ARGV: mode, the most to delete, ids; without ids, the oldest ones. Returns how many.
local ids = { unpack(ARGV, 3) }
if #ids == 0 then
  ids = call("ZRANGE", P .. "dead", 0, ARGV[2] - 1)
end
local removed = 0
for _, id in ipairs(ids) do
  if call("ZREM", P .. "dead", id) == 1 then
    local progress = progressOf(call("HGET", P .. "progress", id))
    if progress ~= nil then
      count("F", progress.queue, -1)
    end
    forget({ id })
    removed = removed + 1
  end
end
trimIndex(2 * removed + 100)
return removed
