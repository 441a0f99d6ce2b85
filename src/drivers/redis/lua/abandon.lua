-- Lets single leases end by themselves. ARGV: mode, then an id and its token for each.
for i = 2, #ARGV, 2 do
  local running = runningOf(call("HGET", P .. "running", ARGV[i]))
  if running ~= nil and running.lease == tonumber(ARGV[i + 1]) and running.holder ~= "~" then
    local ends = call("ZSCORE", P .. "holders", running.holder)
    call("HINCRBY", P .. "held", running.holder, -1)
    running.holder = "~"
    call("HSET", P .. "running", ARGV[i], stampOf(running))
    call("ZADD", P .. "loose", ends or now, ARGV[i])
  end
end
return 0
