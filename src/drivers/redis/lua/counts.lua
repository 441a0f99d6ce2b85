-- Counts the jobs of some queues. ARGV: mode, a cursor, "0" at first. Returns the next cursor, and for each queue its name
-- and how many are queued, scheduled, retrying, running, expired while they wait, and final: S, F, X, C.

-- What is due elsewhere is queued there.
for _, id in ipairs(call("ZRANGEBYSCORE", P .. "elsewhere", "-inf", now, "LIMIT", 0, 500)) do
  local progress = progressOf(call("HGET", P .. "progress", id))
  call("ZREM", P .. "elsewhere", id)
  if progress ~= nil then
    count(progress.state, progress.queue, -1)
    count("q", progress.queue, 1)
  end
end

local found = call("SSCAN", P .. "queues", ARGV[2], "COUNT", 10)
local counted = {}
for _, queue in ipairs(found[2]) do
  promote(queue)
  local function stored(state)
    return tonumber(call("HGET", P .. "counts", state .. " " .. queue)) or 0
  end
  local ready = call("ZCARD", P .. "returned:" .. queue) + call("ZCARD", P .. "parked-until:" .. queue) - stored("ghosts")
  for _, key in ipairs(freshKeys(queue)) do
    ready = ready + call("LLEN", key)
  end
  local expired = call("ZCOUNT", P .. "expiring:" .. queue, "-inf", now)
  local retrying = stored("retrying")
  local numbers = {
    queue,
    ready + stored("q") - expired,
    call("ZCARD", P .. "due:" .. queue) - retrying + stored("s"),
    retrying + stored("y"),
    stored("running") + stored("b"),
    stored("S"),
    stored("F"),
    stored("X") + expired,
    stored("C"),
  }
  local total = 0
  for i = 2, #numbers do
    total = total + numbers[i]
  end
  -- A list with nothing but ghosts is there still: what is added to it does not make the queue known.
  if total == 0 and stored("ghosts") == 0 then
    call("SREM", P .. "queues", queue)
  elseif total > 0 then
    for _, number in ipairs(numbers) do
      counted[#counted + 1] = number
    end
  end
end
return { found[1], counted }
