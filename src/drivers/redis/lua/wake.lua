-- Wakes who sleeps.
--
-- sleepers:<queue>  who sleeps on it, by until when: a connection, or, where it takes what is handed over, a connection, the
--                   holder for which it does, how long its leases live, the tasks it knows, and the worker, in lines.

-- Tells one connection something. False where nobody hears it.
local function tell(connection, message)
  return redis.call("PUBLISH", KEYS[1] .. "to:" .. connection, message) > 0 or ARGV[1] == "cluster"
end

-- Wakes a sleeper for each of `jobs` that a queue has got. With `give`, that is called with each first: where it returns
-- true, the sleeper knows already.
local function wake(queue, jobs, give)
  local key = KEYS[1] .. "sleepers:" .. queue
  if redis.call("EXISTS", key) == 0 or redis.call("SISMEMBER", KEYS[1] .. "paused", queue) == 1 then
    return
  end
  while jobs > 0 do
    local sleepers = redis.call("ZPOPMAX", key, math.min(jobs, 100))
    if #sleepers == 0 then
      return
    end
    for i = 1, #sleepers, 2 do
      local sleeper, isAsleep = sleepers[i], tonumber(sleepers[i + 1]) > now
      if isAsleep and (give and give(sleeper) or tell(string.match(sleeper, "^%S+"), "wake " .. queue)) then
        jobs = jobs - 1
      end
    end
  end
end
