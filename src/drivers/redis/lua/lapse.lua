-- Leases that ended unsettled.
--
-- holders  who holds leases, by when they end unless renewed; held: holder -> how many; turns: holder by the number of its
--          latest reservation. A lease leaves its holder for
-- loose    id by the end of its own lease, if it is abandoned, or extended by another time than its holder's.
-- retired:<holder>  a name that was given up.

-- Parts of all running jobs that are looked at in one call: about two milliseconds' work.
local SLICES = 10

-- Gives a running job back, at its old place.
local function giveBack(id, running, crashes)
  local record = call("HGET", P .. "jobs", id)
  local head, progress = headOf(record), progressOfRunning(id, running)
  letGo(id, running)
  if head == nil then
    if record then
      putAside(id, record, running.queue)
    end
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

-- Gives back what a holder has, looking at up to `slices` parts of all running jobs, fewer where much is given back. Returns
-- how many are left, and nil where it is not done.
local function giveBackOf(holder, crashes, slices)
  local field = "scan " .. holder
  local cursor = call("HGET", P .. "facts", field) or "0"
  repeat
    if (tonumber(call("HGET", P .. "held", holder)) or 0) <= 0 then
      cursor = "0"
      break
    end
    if slices <= 0 then
      call("HSET", P .. "facts", field, cursor)
      return nil
    end
    local found = call("HSCAN", P .. "running", cursor, "COUNT", 100)
    local given = 0
    cursor = found[1]
    for i = 1, #found[2], 2 do
      local id, running = found[2][i], runningOf(found[2][i + 1])
      if running ~= nil and running.holder == holder then
        giveBack(id, running, crashes)
        given = given + 1
      end
    end
    slices = slices - 1 - given / 10
  until cursor == "0"
  call("HDEL", P .. "facts", field)
  call("ZREM", P .. "holders", holder)
  call("HDEL", P .. "held", holder)
  call("ZREM", P .. "turns", holder)
  return slices
end

local function connectionOf(holder)
  return string.match(holder, "^[^.]*")
end

-- Notices a bounded number of leases that have lapsed, those of the holders in `lapsed` among them. Who asks is alive, so
-- its own have not; those of its holders that have nothing leave, or there would be no room for others in that number.
local function noticeLapses(lapsed, asking, leaseMs)
  local slices = SLICES
  for _, holder in ipairs(lapsed) do
    if holder == asking then
      call("HDEL", P .. "facts", "scan " .. holder)
      call("ZADD", P .. "holders", now + leaseMs, holder)
    elseif connectionOf(holder) ~= connectionOf(asking) then
      slices = giveBackOf(holder, 1, slices)
    elseif (tonumber(call("HGET", P .. "held", holder)) or 0) <= 0 then
      call("ZREM", P .. "holders", holder)
    end
    if slices == nil then
      break
    end
  end
  for _, id in ipairs(call("ZRANGEBYSCORE", P .. "loose", "-inf", "(" .. text(now), "LIMIT", 0, 100)) do
    local running = runningOf(call("HGET", P .. "running", id))
    if running ~= nil then
      giveBack(id, running, 1)
    else
      call("ZREM", P .. "loose", id)
    end
  end
end
