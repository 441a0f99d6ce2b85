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
      outcomes[i] = rarely().settleOne({
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
