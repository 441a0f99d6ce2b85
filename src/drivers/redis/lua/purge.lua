-- Deletes up to ARGV[2] records, and values, whose time is over. Returns how many.
local left, purged = tonumber(ARGV[2]), 0

-- Those of a list that are over come first in it. `over` says of one whether it is: true, false, or nil where the list's
-- word does not count any more.
local function sweep(name, over, remove)
  local key = P .. name
  local ids = call("LRANGE", key, 0, left - 1)
  local past = call("HMGET", P .. "progress", unpack(ids))
  local done, swept = 0, {}
  for i, id in ipairs(ids) do
    local progress = progressOf(past[i])
    local verdict = over(id, progress)
    if verdict == false then
      call("ZADD", P .. "ends", progress.finished + string.match(name, ":(%d+)$"), name)
      break
    end
    done = i
    if verdict then
      swept[#swept + 1] = { id = id, progress = progress }
    end
  end
  if done > 0 then
    call("LPOP", key, done)
    if call("EXISTS", key) == 0 then
      call("ZREM", P .. "ends", name)
    end
  end
  if #swept > 0 then
    remove(swept)
  end
  left = left - done
  purged = purged + #swept
end

local function sweepRecords(name)
  local ghosts = call("EXISTS", P .. "ghosts") == 1
  sweep(name, function(id, progress)
    local ghost = name .. " " .. id
    if ghosts and call("HEXISTS", P .. "ghosts", ghost) == 1 then
      if call("HINCRBY", P .. "ghosts", ghost, -1) <= 0 then
        call("HDEL", P .. "ghosts", ghost)
      end
      return nil
    end
    if progress == nil or progress.finished == nil then
      return nil
    end
    return isSpent(progress)
  end, forgetFinal)
end

local function sweepValues(name)
  sweep(name, function(_, progress)
    if progress == nil or progress.value == nil or progress.keepValue == nil then
      return nil
    end
    return progress.finished + progress.keepValue <= now
  end, function(swept)
    for _, each in ipairs(swept) do
      each.progress.value = nil
      saveProgress(each.id, each.progress)
    end
  end)
end

for _, name in ipairs(call("ZRANGEBYSCORE", P .. "ends", "-inf", now, "LIMIT", 0, 10)) do
  if left > 0 then
    if string.find(name, "^finished:") then
      sweepRecords(name)
    else
      sweepValues(name)
    end
  end
end
trimIndex(2 * purged + 100)
return purged
