-- Forgets posts that were delivered. ARGV: mode, their numbers.
local numbers = { unpack(ARGV, 2) }
for i, posted in ipairs(call("HMGET", P .. "posted", unpack(numbers))) do
  local id = posted and string.match(posted, "^%S+ (%S+)\n")
  if id and call("HINCRBY", P .. "posting", id, -1) <= 0 then
    call("HDEL", P .. "posting", id)
    ended[#ended + 1] = id
  end
end
call("ZREM", P .. "posts", unpack(numbers))
call("HDEL", P .. "posted", unpack(numbers))
tellEnded()
return 0
