-- Takes back what announce.lua did. ARGV: mode, name.
redis.call("ZREM", KEYS[1] .. "present", ARGV[2])
redis.call("HDEL", KEYS[1] .. "about", ARGV[2])
return 0
