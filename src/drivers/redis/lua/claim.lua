-- Takes over posts: those of the numbers given, or, without, those that were not delivered in time. ARGV: mode, for how long,
-- numbers. Returns number and post, again and again.
local numbers = { unpack(ARGV, 3) }
if #numbers == 0 then
  numbers = redis.call("ZRANGEBYSCORE", KEYS[1] .. "posts", "-inf", now, "LIMIT", 0, 20)
end
local claimed = {}
for _, number in ipairs(numbers) do
  local posted = redis.call("HGET", KEYS[1] .. "posted", number)
  if posted then
    redis.call("ZADD", KEYS[1] .. "posts", now + ARGV[2], number)
    claimed[#claimed + 1] = number
    claimed[#claimed + 1] = posted
  end
end
return claimed
