-- Cancels jobs. ARGV: mode, milliseconds for which a record is kept that becomes final by it, or -1; ids.
-- Returns for each its state's letter, "-" for running, "" for unknown.
local keep = tonumber(ARGV[2])
if keep == -1 then
  keep = nil
end
local states = {}
for i = 3, #ARGV do
  local id = ARGV[i]
  local running = runningOf(call("HGET", P .. "running", id))
  local head, progress = jobOf(id)
  local state = ""
  if running ~= nil then
    state = "-"
    if not running.cancelled then
      running.cancelled = true
      call("HSET", P .. "running", id, stampOf(running))
    end
    tell(string.match(running.holder, "^[^.]+"), "cancel " .. text(running.lease) .. " " .. id)
  elseif head ~= nil and not isSpent(progress) then
    if progress ~= nil and progress.finished ~= nil then
      state = progress.state
    elseif progress ~= nil and progress.state == "b" then
      state, progress.cancelled = "-", true
      saveProgress(id, progress)
    elseif head.expireAt ~= nil and head.expireAt <= now then
      state = "X"
    else
      state = "C"
      if progress ~= nil and progress.uncarried then
        leave(id, progress)
      else
        withdraw(id, head)
      end
      progress = progress or { lease = head.lease, attempt = 0, crashes = 0, queue = head.queue }
      progress.cancelled = true
      finish(id, head, progress, "C", keep, keep)
    end
  end
  states[#states + 1] = state
end
tellEnded()
return states
