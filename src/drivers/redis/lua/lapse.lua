-- Leases that ended unsettled.
--
-- holders  who holds leases, by when they end unless renewed; held: holder -> how many. A lease leaves its holder for
-- loose    id by the end of its own lease, if it is abandoned, or extended by another time than its holder's.

-- Gives a running job back, at its old place.
local function giveBack(id, running, crashes)
  local head, progress = headOf(call("HGET", P .. "jobs", id)), progressOfRunning(id, running)
  letGo(id, running)
  if head == nil then
    return
  end
  progress.state = "q"
  progress.crashes = progress.crashes + crashes
  if progress.unexpiring then
    head.expireAt = nil
  end
  saveProgress(id, progress)
  makeReady(id, head)
  wake(head.queue, 1)
end

-- Gives back what the holder has, a slice of all running jobs at a time. True when nothing is left.
local function giveBackOf(holder, crashes, keep)
  local field = "scan " .. holder
  local cursor = call("HGET", P .. "facts", field) or "0"
  for _ = 1, 4 do
    if (tonumber(call("HGET", P .. "held", holder)) or 0) <= 0 then
      cursor = "0"
      break
    end
    local found = call("HSCAN", P .. "running", cursor, "COUNT", 200)
    cursor = found[1]
    for i = 1, #found[2], 2 do
      local id, running = found[2][i], runningOf(found[2][i + 1])
      if running ~= nil and running.holder == holder and not (keep and keep[id]) then
        giveBack(id, running, crashes)
      end
    end
    if cursor == "0" then
      break
    end
  end
  if cursor ~= "0" then
    call("HSET", P .. "facts", field, cursor)
    return false
  end
  call("HDEL", P .. "facts", field)
  return true
end

-- Notices a bounded number of leases that have lapsed.
local function noticeLapses()
  local late = call("ZRANGEBYSCORE", P .. "holders", "-inf", "(" .. text(now), "LIMIT", 0, 1)[1]
  if late ~= nil and giveBackOf(late, 1) then
    call("ZREM", P .. "holders", late)
    call("HDEL", P .. "held", late)
  end
  for _, id in ipairs(call("ZRANGEBYSCORE", P .. "loose", "-inf", "(" .. text(now), "LIMIT", 0, 200)) do
    local running = runningOf(call("HGET", P .. "running", id))
    if running ~= nil then
      giveBack(id, running, 1)
    else
      call("ZREM", P .. "loose", id)
    end
  end
end
