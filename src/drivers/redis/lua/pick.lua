-- Takes jobs from where they wait, where that is not one list alone.

-- Which ids of a list are there in name only, by position; nil where none is.
local function ghostsAmong(ids)
  if #ids == 0 or call("EXISTS", P .. "ghosts") == 0 then
    return nil
  end
  local ghosts = {}
  for i, times in ipairs(call("HMGET", P .. "ghosts", unpack(ids))) do
    ghosts[i] = times ~= false
  end
  return ghosts
end

-- A list let go of one of them.
local function forgetGhost(queue, id)
  count("ghosts", queue, -1)
  if call("HINCRBY", P .. "ghosts", id, -1) <= 0 then
    call("HDEL", P .. "ghosts", id)
  end
end

-- Takes the next ids where some came back, in the one order of both.
local function pickMixed(queue, keys, need)
  local picked, at = {}, 1
  local returned = call("ZRANGE", P .. "returned:" .. queue, 0, need - 1, "WITHSCORES")
  for rank = 0, 9 do
    local key, ceiling = keys[rank + 1], (rank + 1) * SPAN
    repeat
      local asked = need - #picked
      local fresh = call("LRANGE", key, 0, asked - 1)
      local ghosts = ghostsAmong(fresh)
      local records = {}
      if #fresh > 0 and at < #returned and tonumber(returned[at + 1]) < ceiling then
        records = call("HMGET", P .. "jobs", unpack(fresh))
      end
      local used = 0
      while #picked < need do
        local back = at < #returned and tonumber(returned[at + 1]) or math.huge
        local name = fresh[used + 1]
        local head = name and headOf(records[used + 1])
        if name and ghosts and ghosts[used + 1] then
          used = used + 1
          forgetGhost(queue, name)
        elseif name and (back >= ceiling or head == nil or head.order < back) then
          used = used + 1
          picked[#picked + 1] = name
        elseif back < ceiling and (name or #fresh < asked) then
          picked[#picked + 1] = returned[at]
          call("ZREM", P .. "returned:" .. queue, returned[at])
          at = at + 2
        else
          break
        end
      end
      if used > 0 then
        call("LPOP", key, used)
      end
      -- Ghosts leave room for more of the same priority.
    until #picked >= need or used == 0
  end
  return picked
end

-- Takes the next ids of a queue; tells whether some of them may have come back.
local function pick(queue, need)
  local keys = freshKeys(queue)
  if call("EXISTS", P .. "returned:" .. queue) == 1 then
    return pickMixed(queue, keys, need), true
  end
  local picked = {}
  while #picked < need do
    local popped = call("LMPOP", 10, keys[1], keys[2], keys[3], keys[4], keys[5], keys[6], keys[7], keys[8], keys[9],
      keys[10], "LEFT", "COUNT", need - #picked)
    if not popped then
      call("SREM", P .. "prior", queue)
      break
    end
    local ids = popped[2]
    local ghosts = ghostsAmong(ids)
    for i, id in ipairs(ids) do
      if ghosts and ghosts[i] then
        forgetGhost(queue, id)
      else
        picked[#picked + 1] = id
      end
    end
  end
  return picked, false
end

-- Whether something waits in a queue.
local function isReady(queue)
  return call("EXISTS", P .. "returned:" .. queue, unpack(freshKeys(queue))) > 0
end
