-- Makes failed jobs wait again. ARGV: mode, ids. Returns 1 or 0 for each.
local replayed = {}
for i = 2, #ARGV do
  local id = ARGV[i]
  local head, progress = jobOf(id)
  local failed = head ~= nil and progress ~= nil and progress.state == "F"
  replayed[#replayed + 1] = failed and 1 or 0
  if failed then
    call("ZREM", P .. "dead", id)
    count("F", head.queue, -1)
    head.expireAt = nil
    progress.state, progress.attempt, progress.crashes = "q", 0, 0
    progress.cancelled, progress.orphaned, progress.unexpiring = false, false, true
    progress.error, progress.finished, progress.runAt, progress.value = nil, nil, nil, nil
    progress.keep, progress.keepValue = nil, nil
    if progress.uncarried then
      saveProgress(id, progress)
      enter(id, head, progress)
    else
      makeReady(id, head)
      wake(head.queue, 1)
    end
    saveProgress(id, progress)
  end
end
return replayed
