-- Takes what became of leases: a applied, s stale, c cancellation was requested.

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
    posts[#posts + 1] = post(each.partition, s.id, each.payload)
  end
  return "a"
end

-- Settles as a text of JSON says, in which numbers stand for texts in ARGV, counted from `from`.
local function settleGiven(json, from)
  local s = cjson.decode(json)
  for _, name in ipairs({ "value", "error", "trail", "notes" }) do
    s[name] = s[name] and ARGV[from + s[name]]
  end
  s.follow = s.follow and from + s.follow
  s.keep, s.keepValue = s.keep ~= -1 and s.keep or nil, s.keepValue ~= -1 and s.keepValue or nil
  s.posts = s.posts or {}
  for _, each in ipairs(s.posts) do
    each.payload = ARGV[from + each.payload]
  end
  return settleOne(s)
end

-- Keeps one lease: k kept, l lost, c kept, and cancellation was requested. The lease of a holder with another life leaves it.
-- `notes` are "+<notes>", or "-" for what there was.
local function extend(id, lease, notes, holder, leaseMs)
  local running = runningOf(call("HGET", P .. "running", id))
  if running == nil or running.lease ~= lease then
    return "l"
  end
  if running.holder == holder then
    call("ZADD", P .. "holders", now + leaseMs, holder)
  else
    if running.holder ~= "~" then
      call("HINCRBY", P .. "held", running.holder, -1)
      running.holder = "~"
    end
    call("ZADD", P .. "loose", now + leaseMs, id)
  end
  if notes ~= "-" then
    local progress = progressOfRunning(id, running)
    progress.notes, progress.state, running.fresh = string.sub(notes, 2), "q", false
    saveProgress(id, progress)
  end
  call("HSET", P .. "running", id, stampOf(running))
  return running.cancelled and "c" or "k"
end
