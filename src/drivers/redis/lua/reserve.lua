-- Gives leases. A reservation `r` is a list of queues, each with its name and limit, and who asks for what: holder, turn,
-- worker, leaseMs, parkMs, sleepMs, sleeper, tasks.

-- Jobs looked at in one call, beyond which nothing more is done for a limit that is not reached.
local MOST = 300

-- Whether nothing is there but one list of jobs for each queue, as it mostly is; asked at once, since there are many reasons
-- why not. What is due later does not count.
local function isPlain(r)
  local due = {}
  local keys = { P .. "paused", P .. "prior", P .. "loose", P .. "ghosts", P .. "posts", P .. "retired:" .. r.holder }
  for i, queue in ipairs(r) do
    local n = #keys
    due[i] = P .. "due:" .. queue.name
    keys[n + 1] = due[i]
    keys[n + 2] = P .. "returned:" .. queue.name
    keys[n + 3] = P .. "expiring:" .. queue.name
    keys[n + 4] = P .. "parked-tasks:" .. queue.name
  end
  local found = call("EXISTS", unpack(keys))
  if found == 0 then
    return true, false
  end
  local later = call("EXISTS", unpack(due))
  return found == later, later > 0
end

-- Leases jobs of a queue to `r`. Adds to `out` a queue, ids, records, and what they went through or nothing; to `parked` a
-- queue, a task and a number.
local function lease(queue, picked, mixed, r, out, parked)
  local found = call("HMGET", P .. "jobs", unpack(picked))
  local went = mixed and call("HMGET", P .. "progress", unpack(picked)) or nil
  local plain = "1 F- 0 0 " .. now .. " " .. r.holder .. " " .. queue .. " " .. r.worker
  local ids, records, past, stamps, strange = {}, {}, {}, {}, {}
  local opening, length, known = "", 0, false
  for i, id in ipairs(picked) do
    local record = found[i]
    if record and string.sub(record, 1, length) ~= opening or opening == "" then
      local task = record and string.match(record, "^(%S+) ") or ""
      opening = task .. " "
      length = #opening
      known = string.find(r.tasks, " " .. opening, 1, true) ~= nil
    end
    local progress = went and went[i] and rarely().progressOf(went[i])
    if not record then
      -- Somebody removed it by hand.
    elseif known or (progress and progress.orphaned) then
      ids[#ids + 1], records[#records + 1] = id, record
      stamps[#stamps + 1] = id
      if progress then
        stamps[#stamps + 1] = rarely().stampOf({
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
        local before = mixed and tonumber(string.match(record, "^%S+ %S+ %d %S*l(%d+)")) or 0
        stamps[#stamps + 1] = before == 0 and plain or (before + 1) .. string.sub(plain, 2)
        past[#past + 1] = ""
      end
    else
      local task = string.sub(opening, 1, -2)
      local parks = rarely().park(queue, task, id, record, now + r.parkMs)
      strange[task] = (strange[task] or 0) + (parks and 1 or 0)
    end
  end
  if #ids > 0 then
    call("HSET", P .. "running", unpack(stamps))
    call("HINCRBY", P .. "held", r.holder, #ids)
    count("running", queue, #ids)
    out[#out + 1] = queue
    out[#out + 1] = ids
    out[#out + 1] = records
    out[#out + 1] = mixed and past or {}
  end
  for task, n in pairs(strange) do
    if n > 0 then
      parked[#parked + 1] = { queue, task, n }
    end
  end
  return ids, next(strange) ~= nil
end

-- Reserves up to its limit of a queue; returns how many are missing.
local function reserveOf(queue, limit, plain, r, out, parked)
  if not plain and call("EXISTS", P .. "parked-tasks:" .. queue) == 1 then
    rarely().unpark(queue, r.tasks, limit)
  end
  local missing, seen = limit, 0
  for _ = 1, 10 do
    local picked, mixed
    if plain then
      picked, mixed = call("LPOP", P .. "fresh:0:" .. queue, missing) or {}, false
    else
      picked, mixed = rarely().pick(queue, missing)
    end
    if #picked == 0 then
      break
    end
    local ids, parks = lease(queue, picked, mixed, r, out, parked)
    missing, seen = missing - #ids, seen + #picked
    if not plain and #ids > 0 then
      call("ZREM", P .. "expiring:" .. queue, unpack(ids))
    end
    -- What was parked leaves room for more.
    if not parks or missing <= 0 or seen > MOST then
      break
    end
  end
  -- What this worker has no slot for is another's, if one sleeps.
  if missing <= 0 and call("EXISTS", P .. "sleepers:" .. queue) == 1 and rarely().isReady(queue) then
    wake(queue, 1)
  end
  return missing
end

-- Puts a connection to sleep on the queues of a reservation that were found empty. Nothing is due there then but the end of
-- others' leases. Returns in how many milliseconds: -1 for never.
local function sleep(r)
  for _, queue in ipairs(r) do
    call("ZADD", P .. "sleepers:" .. queue.name, now + r.sleepMs, r.sleeper)
  end
  local first = call("ZRANGE", P .. "holders", 0, 0, "WITHSCORES")
  return first[2] and math.max(first[2] + 1 - now, 1) or -1
end

-- Returns 1 if somebody's posts are left to be delivered, else 0; and what exchange.lua says of sleep.
local function reserve(r, out, parked)
  local plain, later = isPlain(r)
  if not plain and call("EXISTS", P .. "retired:" .. r.holder) == 1 then
    return 0, ""
  end
  -- A reservation that is carried out once more gives nothing: nobody would know of it.
  if call("ZADD", P .. "turns", "GT", "CH", r.turn, r.holder) == 0 then
    return 0, ""
  end
  local lapsed = call("ZRANGEBYSCORE", P .. "holders", "-inf", "(" .. now, "LIMIT", 0, 20)
  if #lapsed > 0 or not plain then
    rarely().noticeLapses(lapsed, r.holder, r.leaseMs)
    -- What they had is there again.
    plain = plain and #lapsed == 0
  end
  for _, queue in ipairs(later and r or {}) do
    local first = call("ZRANGE", P .. "due:" .. queue.name, 0, 0, "WITHSCORES")
    if first[2] and tonumber(first[2]) <= now then
      rarely().promote(queue.name)
      plain = false
    end
  end
  local paused = {}
  if not plain then
    for _, queue in ipairs(call("SMEMBERS", P .. "paused")) do
      paused[queue] = true
    end
  end
  local short = true
  for _, queue in ipairs(r) do
    local limit = paused[queue.name] and 0 or queue.limit
    short = limit > 0 and reserveOf(queue.name, limit, plain, r, out, parked) > 0 and short
  end
  if #out > 0 then
    call("ZADD", P .. "holders", now + r.leaseMs, r.holder)
  end
  local left = plain and 0 or #call("ZRANGEBYSCORE", P .. "posts", "-inf", now, "LIMIT", 0, 1)
  local sleeps = plain and not later and short and #parked == 0 and tonumber(r.sleepMs) > 0
  return left, sleeps and sleep(r) or ""
end
