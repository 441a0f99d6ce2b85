-- Deletes up to ARGV[2] records, and values, whose time is over. Returns how many.
local left, purged = tonumber(ARGV[2]), 0

-- Of a final record, what is needed to delete it. nil for one that is kept for ever, or is not final.
local function finalOf(stored)
  local state, finished, keep, queue =
    string.match(stored or "", "^(%a) %d+ %d+ %d+ %S+ %S+ (%d+) (%d+) %S+ %S+ (%S+) ")
  return state and { state = state, finished = tonumber(finished), keep = tonumber(keep), queue = queue }
end

-- Those of a list that are over come first in it. `over` says of one whether it is: true, false, or nil where the list's
-- word does not count any more. `read` tells what is stored of a job as far as `over` and `remove` need it.
local function sweep(name, read, over, remove)
  local key = P .. name
  local ids = call("LRANGE", key, 0, left - 1)
  local past = #ids == 0 and ids or call("HMGET", P .. "progress", unpack(ids))
  local done, swept = 0, {}
  for i, id in ipairs(ids) do
    local progress = read(past[i])
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
  end
  if call("EXISTS", key) == 0 then
    call("ZREM", P .. "ends", name)
  end
  if #swept > 0 then
    remove(swept)
  end
  left = left - done
  purged = purged + #swept
end

local function sweepRecords(name)
  local ghosts = call("EXISTS", P .. "ghosts") == 1
  sweep(name, finalOf, function(id, progress)
    local ghost = name .. " " .. id
    if ghosts and call("HEXISTS", P .. "ghosts", ghost) == 1 then
      if call("HINCRBY", P .. "ghosts", ghost, -1) <= 0 then
        call("HDEL", P .. "ghosts", ghost)
      end
      return nil
    end
    return progress and isSpent(progress)
  end, forgetFinal)
end

local function sweepValues(name)
  sweep(name, progressOf, function(_, progress)
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
