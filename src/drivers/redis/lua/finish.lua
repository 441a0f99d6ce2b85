-- How jobs become final.

-- Makes a job final. `keep` and `keepValue` are milliseconds, nil for ever.
local function finish(id, head, progress, state, keep, keepValue)
  ended[#ended + 1] = id
  if state ~= "F" and keep == 0 then
    forget({ id })
    return
  end
  progress.state, progress.finished, progress.runAt = state, now, nil
  if state == "F" then
    keep, keepValue = nil, nil
    call("ZADD", P .. "dead", text(head.sequence), id)
  end
  if state ~= "S" or keepValue == 0 then
    progress.value = nil
  end
  progress.keep, progress.keepValue = keep, keepValue
  saveProgress(id, progress)
  count(state, head.queue, 1)
  if keep ~= nil then
    retain("finished", keep, { id })
  end
  if progress.value ~= nil and keepValue ~= nil and (keep == nil or keepValue < keep) then
    retain("values", keepValue, { id })
  end
end

local function isSpent(progress)
  return progress ~= nil and progress.finished ~= nil and progress.keep ~= nil and progress.finished + progress.keep <= now
end

-- Makes room where a record's retention is over, though it was not purged yet.
local function dropSpent(id, progress)
  call("HINCRBY", P .. "ghosts", "finished:" .. text(progress.keep) .. " " .. id, 1)
  count(progress.state, progress.queue, -1)
  forget({ id })
end

-- Removes final jobs, each with its id and progress, for good.
local function forgetFinal(jobs)
  local ids, counted = {}, {}
  for i, each in ipairs(jobs) do
    local key = each.progress.state .. " " .. each.progress.queue
    ids[i] = each.id
    counted[key] = (counted[key] or 0) + 1
  end
  for key, n in pairs(counted) do
    call("HINCRBY", P .. "counts", key, -n)
  end
  forget(ids)
end
