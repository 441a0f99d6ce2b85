-- Records of jobs that another system carries: they wait nowhere here, but are counted.
--
-- elsewhere  id by the time it is due, of those that are scheduled or retrying.
-- counts     the letter of the state and the queue.

-- Stops counting a record under its state. One that was due was counted as queued since.
local function leave(id, progress)
  local state = progress.state
  if (state == "s" or state == "y") and call("ZREM", P .. "elsewhere", id) == 0 then
    state = "q"
  end
  call("ZREM", P .. "expiring:" .. progress.queue, id)
  count(state, progress.queue, -1)
end

local function enter(id, head, progress)
  local state = progress.state
  if state == "s" or state == "y" then
    call("ZADD", P .. "elsewhere", math.min(progress.runAt, head.expireAt or progress.runAt), id)
  end
  if state ~= "b" and head.expireAt ~= nil then
    call("ZADD", P .. "expiring:" .. progress.queue, head.expireAt, id)
  end
  count(state, progress.queue, 1)
end

-- Makes a record that waits.
local function note(id, head, runAt)
  local progress = {
    state = runAt ~= nil and runAt > now and "s" or "q",
    lease = head.lease,
    attempt = 0,
    crashes = 0,
    uncarried = true,
    runAt = runAt,
    queue = head.queue,
  }
  saveProgress(id, progress)
  enter(id, head, progress)
  return progress
end
