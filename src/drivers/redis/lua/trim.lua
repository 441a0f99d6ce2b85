-- Takes what is gone from the beginning of the index, once it is most of it, looking at up to `budget` ids. What is still
-- there moves to
-- survivors   id by acceptance.
local function trimIndex(budget)
  while budget > 0 do
    local gone = tonumber(call("HGET", P .. "facts", "gone")) or 0
    if gone <= 1000 + call("HLEN", P .. "jobs") then
      return
    end
    local element = call("LPOP", P .. "index")
    if not element then
      call("HSET", P .. "facts", "gone", 0)
      return
    end
    call("HINCRBY", P .. "facts", "trimmed", 1)
    local ids, last, base = {}, "", tonumber(string.match(element, "^%d+"))
    for line in string.gmatch(element, "\n([^\n]+)") do
      last = string.sub(last, 1, string.byte(line) - 33) .. string.sub(line, 2)
      ids[#ids + 1] = last
    end
    budget = budget - #ids
    local present = {}
    for i, record in ipairs(call("HMGET", P .. "jobs", unpack(ids))) do
      local head = headOf(record)
      if head ~= nil and head.base == base then
        present[#present + 1] = text(head.sequence)
        present[#present + 1] = ids[i]
      end
    end
    if #present > 0 then
      call("ZADD", P .. "survivors", unpack(present))
    end
    call("HINCRBY", P .. "facts", "gone", #present / 2 - #ids)
  end
end
