-- Takes back what watch.lua did. ARGV: mode, connection, ids.
for i = 3, #ARGV do
  local watchers = redis.call("HGET", KEYS[1] .. "watched", ARGV[i])
  local others = {}
  for connection in string.gmatch(watchers or "", "%S+") do
    if connection ~= ARGV[2] then
      others[#others + 1] = connection
    end
  end
  if #others > 0 then
    redis.call("HSET", KEYS[1] .. "watched", ARGV[i], table.concat(others, " "))
  else
    redis.call("HDEL", KEYS[1] .. "watched", ARGV[i])
  end
end
return 0
