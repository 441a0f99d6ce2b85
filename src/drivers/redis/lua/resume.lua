-- Lets go of a queue, and wakes who sleeps on it. ARGV: mode, queue.
if redis.call("SREM", KEYS[1] .. "paused", ARGV[2]) == 1 then
  wake(ARGV[2], 1000)
end
return 0
