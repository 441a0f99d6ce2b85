-- Gives a holder another name, because it does not know what its last reservation gave it: what it knows of goes on, the
-- rest is given back uncharged. ARGV: mode, old name, new name, how long its leases live from now, ids it knows of.
-- Returns 1 when all is done, 0 when it is to be called again.
local old, new = ARGV[2], ARGV[3]
-- A reservation by the old name that is still on its way comes to nothing.
call("SET", P .. "retired:" .. old, 1, "PX", 3600000)
local kept = 0
for i = 5, #ARGV do
  local running = runningOf(call("HGET", P .. "running", ARGV[i]))
  if running ~= nil and running.holder == old then
    running.holder = new
    call("HSET", P .. "running", ARGV[i], stampOf(running))
    kept = kept + 1
  end
end
if kept > 0 then
  call("ZADD", P .. "holders", now + ARGV[4], new)
  call("HINCRBY", P .. "held", new, kept)
  call("HINCRBY", P .. "held", old, -kept)
end
return giveBackOf(old, 0, SLICES) == nil and 0 or 1
