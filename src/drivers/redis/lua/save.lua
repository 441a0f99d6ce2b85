-- Changes records of jobs that another system carries. ARGV[2]: updates as JSON; texts are in the rest of ARGV, by their
-- number. Returns for each s saved, t stale, f final, c cancelled, or m where there is no record to change.
local function given(number)
  return number ~= nil and ARGV[number] or nil
end

local function forever(ms)
  return ms ~= -1 and ms or nil
end

local FINAL = { S = true, F = true, X = true, C = true }

local function save(u)
  local head, progress = jobOf(u.id)
  if isSpent(progress) then
    dropSpent(u.id, progress)
    head = nil
  end
  if head == nil then
    return "m"
  end
  if progress == nil or progress.finished ~= nil then
    return "f"
  end
  local waits = progress.state ~= "b"
  if waits and not FINAL[u.state] and head.expireAt ~= nil and head.expireAt <= now then
    return "f"
  end
  if progress.lease > u.lease then
    return "t"
  end
  if progress.cancelled and u.state ~= "C" then
    return "c"
  end
  leave(u.id, progress)
  if u.state == "b" and (waits or progress.lease ~= u.lease) then
    progress.started = now
  end
  progress.lease, progress.attempt, progress.crashes = u.lease, u.attempt, u.crashes
  progress.worker = given(u.worker)
  progress.trail = given(u.trail) or progress.trail
  progress.notes = given(u.notes) or progress.notes
  progress.value = u.state == "S" and given(u.value) or nil
  if u.state == "S" then
    progress.error = nil
  elseif u.state ~= "b" and u.state ~= "q" then
    progress.error = given(u.error)
  end
  if FINAL[u.state] then
    finish(u.id, head, progress, u.state, forever(u.keep), forever(u.keepValue))
    return "s"
  end
  progress.state = u.state
  progress.runAt = u.state == "y" and now + u.delay or nil
  saveProgress(u.id, progress)
  enter(u.id, head, progress)
  return "s"
end

local outcomes = {}
for i, update in ipairs(cjson.decode(ARGV[2])) do
  outcomes[i] = save(update)
end
tellEnded()
return outcomes
