-- Takes what became of leases: a applied, s stale, c cancellation was requested.

-- Numbers of the posts that settlements made.
local posts = {}

-- Whether a settlement whose answer was lost has been applied. Nothing tells of one that keeps no record.
local function wasApplied(s)
  local progress = progressOf(call("HGET", P .. "progress", s.id))
  if progress == nil then
    return s.keep == 0 and call("HEXISTS", P .. "jobs", s.id) == 0
  end
  return progress.state == s.to and progress.lease == s.lease
end

-- Settles one lease in any way.
local function settleOne(s)
  local running = runningOf(call("HGET", P .. "running", s.id))
  if running == nil or running.lease ~= s.lease then
    return s.repeated and running == nil and wasApplied(s) and "a" or "s"
  end
  if running.cancelled and s.to ~= "C" then
    return "c"
  end
  local record = call("HGET", P .. "jobs", s.id)
  local head = headOf(record)
  if head == nil then
    letGo(s.id, running)
    if record then
      putAside(s.id, record, running.queue)
    end
    return "s"
  end
  local progress = progressOfRunning(s.id, running)
  if progress.unexpiring then
    head.expireAt = nil
  end
  letGo(s.id, running)
  progress.orphaned = false
  progress.attempt = progress.attempt + (s.charged and 1 or 0)
  progress.trail = s.trail or progress.trail
  progress.notes = s.notes or progress.notes
  progress.value = s.to == "S" and s.value or nil
  if s.to ~= "q" then
    progress.error = s.to ~= "S" and s.error or nil
  end
  if s.to == "q" or s.to == "y" then
    progress.state = s.to
    progress.runAt = s.to == "y" and now + s.delay or nil
    saveProgress(s.id, progress)
    if s.to == "q" then
      makeReady(s.id, head)
      wake(head.queue, 1)
    else
      makeDue(s.id, head, "y", progress.runAt)
    end
  else
    finish(s.id, head, progress, s.to, s.keep, s.keepValue)
  end
  if s.follow ~= nil then
    accept(s.follow)
  end
  if #s.posts > 0 and ended[#ended] == s.id then
    ended[#ended] = nil
  end
  for _, each in ipairs(s.posts) do
    posts[#posts + 1] = post(each.partition, s.id, ARGV[each.payload])
  end
  return "a"
end

-- Keeps one lease: k kept, l lost, c kept, and cancellation was requested. The lease of a holder with another life leaves it.
local function extend(e, holder, leaseMs)
  local running = runningOf(call("HGET", P .. "running", e.id))
  if running == nil or running.lease ~= e.lease then
    return "l"
  end
  if running.holder == holder then
    call("ZADD", P .. "holders", now + leaseMs, holder)
  else
    if running.holder ~= "~" then
      call("HINCRBY", P .. "held", running.holder, -1)
      running.holder = "~"
    end
    call("ZADD", P .. "loose", now + leaseMs, e.id)
  end
  if e.notes ~= nil then
    local progress = progressOfRunning(e.id, running)
    progress.notes, progress.state, running.fresh = e.notes, "q", false
    saveProgress(e.id, progress)
  end
  call("HSET", P .. "running", e.id, stampOf(running))
  return running.cancelled and "c" or "k"
end

-- Settlements that say nothing but a value. In ARGV from `at`: an id, its token, and "+<value>" or "-" for each. Where the
-- job never came back, nothing is read but its lease. Returns a letter for each, and "" where all were applied.
local function settlePlain(at, n, keep, keepValue)
  local ids, outcomes = {}, {}
  for i = 1, n do
    ids[i] = ARGV[at + 3 * i - 3]
  end
  local stamps = call("HMGET", P .. "running", unpack(ids))
  -- Most leases of one reservation have one stamp.
  local stamp, running, lease, opening
  local finals, taken, valued, tally, seen = {}, {}, {}, {}, {}
  for i = 1, n do
    local id, value = ids[i], ARGV[at + 3 * i - 1]
    if stamps[i] and stamps[i] ~= stamp then
      stamp = stamps[i]
      running = runningOf(stamp)
      lease = text(running.lease)
      opening = table.concat({
        "S", lease, running.attempt + 1, running.crashes, "-", running.reserved, now, dash(keep), dash(keepValue),
        "-", running.queue, #running.worker, "- - -\n",
      }, " ") .. running.worker
      tally[running] = tally[running] or 0
    end
    if not stamps[i] or ARGV[at + 3 * i - 2] ~= lease or seen[id] then
      outcomes[i] = "s"
    elseif running.fresh and not running.cancelled and running.holder ~= "~" then
      tally[running] = tally[running] + 1
      seen[id] = true
      taken[#taken + 1] = id
      finals[#finals + 1] = id
      finals[#finals + 1] = opening .. value
      if #value > 1 then
        valued[#valued + 1] = id
      end
    else
      outcomes[i] = settleOne({
        id = id,
        lease = running.lease,
        to = "S",
        charged = true,
        value = string.byte(value) == 43 and string.sub(value, 2) or nil,
        keep = keep,
        keepValue = keepValue,
        posts = {},
      })
    end
  end
  if #taken < n then
    for i = 1, n do
      outcomes[i] = outcomes[i] or "a"
    end
  end
  if #taken == 0 then
    return outcomes
  end
  call("HDEL", P .. "running", unpack(taken))
  for running, k in pairs(tally) do
    if k > 0 then
      count("running", running.queue, -k)
      call("HINCRBY", P .. "held", running.holder, -k)
      if keep ~= 0 then
        count("S", running.queue, k)
      end
    end
  end
  for _, id in ipairs(taken) do
    ended[#ended + 1] = id
  end
  if keep == 0 then
    forget(taken)
    return outcomes
  end
  call("HSET", P .. "progress", unpack(finals))
  if keep ~= nil then
    retain("finished", keep, taken)
  end
  if keepValue ~= nil and keepValue > 0 and #valued > 0 and (keep == nil or keepValue < keep) then
    retain("values", keepValue, valued)
  end
  return outcomes
end
