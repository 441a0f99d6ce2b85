-- Ends somebody's sleep. ARGV: mode, who slept, queues.
for i = 3, #ARGV do
  redis.call("ZREM", KEYS[1] .. "sleepers:" .. ARGV[i], ARGV[2])
end
return 0
