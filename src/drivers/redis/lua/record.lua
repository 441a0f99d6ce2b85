-- How what is stored of a job is read and written.

-- A job as it was sent; nil where the record is none.
local function headOf(record)
  if not record then
    return nil
  end
  local task, queue, priority, tags, created, base, index =
    string.match(record, "^(%S+) (%S+) (%d) (%S+) (%d+) (%d+) (%d+)\n")
  if task == nil then
    return nil
  end
  local expireAt = tonumber(string.match(tags, "e(-?%d+)"))
  local after = tonumber(string.match(tags, "E(%d+)"))
  if after ~= nil then
    expireAt = created + after
  end
  local sequence = base + index
  if sequence >= SPAN or #created > 15 then
    return nil
  end
  return {
    task = task,
    queue = queue,
    base = tonumber(base),
    sequence = sequence,
    order = (9 - priority) * SPAN + sequence,
    expireAt = expireAt,
    lease = tonumber(string.match(tags, "l(%d+)")) or 0,
  }
end

local function size(value)
  return value == nil and "-" or #value
end

local PROGRESS = "^(%a) (%d+) (%d+) (%d+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+)\n()"

local function progressOf(stored)
  local state, lease, attempt, crashes, flags, started, finished, keep, keepValue, runAt, queue, w, e, t, n, from
  if stored then
    state, lease, attempt, crashes, flags, started, finished, keep, keepValue, runAt, queue, w, e, t, n, from =
      string.match(stored, PROGRESS)
  end
  if state == nil then
    return nil
  end
  local function cut(bytes)
    bytes = tonumber(bytes)
    if bytes == nil then
      return nil
    end
    from = from + bytes
    return string.sub(stored, from - bytes, from - 1)
  end
  local progress = {
    state = state,
    lease = tonumber(lease),
    attempt = tonumber(attempt),
    crashes = tonumber(crashes),
    cancelled = string.find(flags, "c", 1, true) ~= nil,
    orphaned = string.find(flags, "o", 1, true) ~= nil,
    unexpiring = string.find(flags, "x", 1, true) ~= nil,
    uncarried = string.find(flags, "u", 1, true) ~= nil,
    started = tonumber(started),
    finished = tonumber(finished),
    keep = tonumber(keep),
    keepValue = tonumber(keepValue),
    runAt = tonumber(runAt),
    queue = queue,
  }
  progress.worker, progress.error, progress.trail, progress.notes = cut(w), cut(e), cut(t), cut(n)
  if string.sub(stored, from, from) == "+" then
    progress.value = string.sub(stored, from + 1)
  end
  return progress
end

local function saveProgress(id, p)
  local flags = (p.cancelled and "c" or "")
    .. (p.orphaned and "o" or "")
    .. (p.unexpiring and "x" or "")
    .. (p.uncarried and "u" or "")
  local line = table.concat({
    p.state,
    p.lease,
    p.attempt,
    p.crashes,
    flags == "" and "-" or flags,
    dash(p.started),
    dash(p.finished),
    dash(p.keep),
    dash(p.keepValue),
    dash(p.runAt),
    p.queue,
    size(p.worker),
    size(p.error),
    size(p.trail),
    size(p.notes),
  }, " ")
  local value = p.value == nil and "-" or "+" .. p.value
  local texts = (p.worker or "") .. (p.error or "") .. (p.trail or "") .. (p.notes or "")
  call("HSET", P .. "progress", id, line .. "\n" .. texts .. value)
end

local function stampOf(r)
  local kind = (r.fresh and "F" or "R") .. (r.cancelled and "c" or "-")
  return table.concat({ r.lease, kind, r.attempt, r.crashes, r.reserved, r.holder, r.queue, r.worker }, " ")
end

-- A waiting or finished job as it was sent, and what became of it since, if anything.
local function jobOf(id)
  local head, progress = headOf(call("HGET", P .. "jobs", id)), progressOf(call("HGET", P .. "progress", id))
  if head ~= nil and progress ~= nil and progress.unexpiring then
    head.expireAt = nil
  end
  return head, progress
end

-- What is known of a running job, as it would be stored if it were given back now.
local function progressOfRunning(id, running)
  local progress = not running.fresh and progressOf(call("HGET", P .. "progress", id)) or {}
  progress.lease = running.lease
  progress.attempt = running.attempt
  progress.crashes = running.crashes
  progress.cancelled = running.cancelled
  progress.started = running.reserved
  progress.worker = running.worker
  progress.queue = running.queue
  return progress
end

-- Takes the lease off a running job.
local function letGo(id, running)
  call("HDEL", P .. "running", id)
  count("running", running.queue, -1)
  if running.holder == "~" then
    call("ZREM", P .. "loose", id)
  else
    call("HINCRBY", P .. "held", running.holder, -1)
  end
end
