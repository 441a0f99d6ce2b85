-- Gives leases.

-- Gives parked jobs back to a worker that knows their tasks, as many as it can take; and to any, those that waited too long.
local function unpark(queue, known, limit)
  for _, task in ipairs(call("SMEMBERS", P .. "parked-tasks:" .. queue)) do
    local key = P .. "parked:" .. queue .. " " .. task
    if known[task] then
      local found = call("ZRANGE", key, 0, limit - 1, "WITHSCORES")
      for i = 1, #found, 2 do
        call("ZREM", key, found[i])
        call("ZREM", P .. "parked-until:" .. queue, found[i])
        call("ZADD", P .. "returned:" .. queue, found[i + 1], found[i])
      end
    end
    if call("EXISTS", key) == 0 then
      call("SREM", P .. "parked-tasks:" .. queue, task)
    end
  end
  for _, id in ipairs(call("ZRANGEBYSCORE", P .. "parked-until:" .. queue, "-inf", now, "LIMIT", 0, 100)) do
    local head, progress = jobOf(id)
    call("ZREM", P .. "parked-until:" .. queue, id)
    if head ~= nil then
      call("ZREM", P .. "parked:" .. queue .. " " .. head.task, id)
      progress = progress or { state = "q", lease = head.lease, attempt = 0, crashes = 0, queue = queue }
      progress.orphaned = true
      saveProgress(id, progress)
      makeReady(id, head)
    end
  end
end

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

local function pick(queue, keys, need)
  if call("EXISTS", P .. "returned:" .. queue) == 1 then
    return pickMixed(queue, keys, need), true
  end
  local picked = {}
  while #picked < need do
    local popped = call("LMPOP", 10, keys[1], keys[2], keys[3], keys[4], keys[5], keys[6], keys[7], keys[8], keys[9],
      keys[10], "LEFT", "COUNT", need - #picked)
    if not popped then
      break
    end
    local ids = popped[2]
    local ghosts = ghostsAmong(ids)
    if #picked == 0 and ghosts == nil then
      picked = ids
    else
      for i, id in ipairs(ids) do
        if ghosts and ghosts[i] then
          forgetGhost(queue, id)
        else
          picked[#picked + 1] = id
        end
      end
    end
  end
  return picked, false
end

-- Lets a job wait for a worker that knows its task. False where its record cannot be read.
local function park(queue, task, id, record, untilAt)
  local head = headOf(record)
  if head == nil then
    putAside(id, record, queue)
    return false
  end
  call("ZADD", P .. "parked:" .. queue .. " " .. task, text(head.order), id)
  call("ZADD", P .. "parked-until:" .. queue, untilAt, id)
  call("SADD", P .. "parked-tasks:" .. queue, task)
  return true
end

-- Reserves up to `limit` jobs of a queue. `r` is the reservation; adds to `out` a queue, ids, records and what they went
-- through for each round, to `parked` a queue, a task and a number.
local function reserve(queue, limit, r, out, parked)
  if call("EXISTS", P .. "due:" .. queue, P .. "parked-tasks:" .. queue) > 0 then
    promote(queue)
    unpark(queue, r.known, limit)
  end
  local keys, missing = freshKeys(queue), limit
  local plain = "1 F- 0 0 " .. now .. " " .. r.holder .. " " .. queue .. " " .. r.worker
  for _ = 1, 10 do
    if missing <= 0 then
      break
    end
    local picked, mixed = pick(queue, keys, missing)
    if #picked == 0 then
      break
    end
    local found = call("HMGET", P .. "jobs", unpack(picked))
    local went = mixed and call("HMGET", P .. "progress", unpack(picked)) or nil
    local ids, records, past, stamps, strange = {}, {}, {}, {}, {}
    local opening, length, known = "", 0, false
    for i, id in ipairs(picked) do
      local record = found[i]
      if record and string.sub(record, 1, length) ~= opening or opening == "" then
        local task = record and string.match(record, "^(%S+) ") or ""
        opening = task .. " "
        length = #opening
        known = r.known[task]
      end
      local progress = went and progressOf(went[i])
      if not record then
        -- Somebody removed it by hand.
      elseif known or (progress and progress.orphaned) then
        ids[#ids + 1], records[#records + 1] = id, record
        stamps[#stamps + 1] = id
        if progress then
          stamps[#stamps + 1] = stampOf({
            lease = progress.lease + 1,
            fresh = false,
            cancelled = progress.cancelled,
            attempt = progress.attempt,
            crashes = progress.crashes,
            reserved = now,
            holder = r.holder,
            queue = queue,
            worker = r.worker,
          })
          past[#past + 1] = went[i]
        else
          local lease = mixed and tonumber(string.match(record, "^%S+ %S+ %d %S*l(%d+)")) or 0
          stamps[#stamps + 1] = lease == 0 and plain or (lease + 1) .. string.sub(plain, 2)
          past[#past + 1] = ""
        end
      else
        local task = string.sub(opening, 1, -2)
        local parks = park(queue, task, id, record, now + r.parkMs)
        strange[task] = (strange[task] or 0) + (parks and 1 or 0)
      end
    end
    if #ids > 0 then
      call("HSET", P .. "running", unpack(stamps))
      call("HINCRBY", P .. "held", r.holder, #ids)
      count("running", queue, #ids)
      if call("EXISTS", P .. "expiring:" .. queue) == 1 then
        call("ZREM", P .. "expiring:" .. queue, unpack(ids))
      end
      out[#out + 1] = queue
      out[#out + 1] = ids
      out[#out + 1] = records
      out[#out + 1] = mixed and past or {}
      missing = missing - #ids
    end
    if next(strange) == nil then
      break
    end
    for task, n in pairs(strange) do
      if n > 0 then
        parked[#parked + 1] = { queue, task, n }
      end
    end
  end
  -- What this worker has no slot for is another's, if one sleeps.
  if missing <= 0 and call("EXISTS", P .. "sleepers:" .. queue) == 1
    and call("EXISTS", P .. "returned:" .. queue, unpack(keys)) > 0 then
    wake(queue, 1)
  end
end
