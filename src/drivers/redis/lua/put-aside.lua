-- Puts leased jobs aside whose records cannot be read. ARGV: mode, ids.
for i = 2, #ARGV do
  local running = runningOf(call("HGET", P .. "running", ARGV[i]))
  local bytes = call("HGET", P .. "jobs", ARGV[i])
  if running ~= nil then
    letGo(ARGV[i], running)
    if bytes and headOf(bytes) == nil then
      putAside(ARGV[i], bytes, running.queue)
    end
  end
end
tellEnded()
return 0
