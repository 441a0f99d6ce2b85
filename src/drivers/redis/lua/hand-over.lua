-- Hands a job over as it comes.

-- What is said must not fill the memory of the server where somebody listens slowly.
local MOST_BYTES = 65536

-- Leases a job that nobody has seen yet to somebody who sleeps on its queue, if nothing is there before it. Where nobody
-- takes it, but somebody sleeps, that one is woken. Returns whether it was handed over.
local function handOver(queue, id, record)
  local prefix, sleepers = KEYS[1], KEYS[1] .. "sleepers:" .. queue
  local before = { prefix .. "returned:" .. queue }
  for priority = 0, 9 do
    before[priority + 2] = prefix .. "fresh:" .. priority .. ":" .. queue
  end
  if redis.call("SISMEMBER", prefix .. "paused", queue) == 1 then
    return false
  end
  local allowed = ARGV[1] ~= "cluster" and #record <= MOST_BYTES and redis.call("EXISTS", unpack(before)) == 0
  local task = string.match(record, "^%S+")
  while true do
    local popped = redis.call("ZPOPMAX", sleepers)
    if #popped == 0 then
      return false
    end
    local sleeper, isAsleep = popped[1], tonumber(popped[2]) > now
    local connection, holder, leaseMs, tasks, worker = string.match(sleeper, "^(%S+)\n(%S+)\n(%d+)\n([^\n]*)\n(.*)$")
    if allowed and isAsleep and holder and string.find(tasks, " " .. task .. " ", 1, true)
      and redis.call("EXISTS", prefix .. "retired:" .. holder) == 0 then
      if tell(connection, "lease " .. holder .. " " .. queue .. " " .. now .. "\n" .. id .. "\n" .. record) then
        redis.call("HSET", prefix .. "running", id, "1 F- 0 0 " .. now .. " " .. holder .. " " .. queue .. " " .. worker)
        redis.call("HINCRBY", prefix .. "held", holder, 1)
        redis.call("HINCRBY", prefix .. "counts", "running " .. queue, 1)
        redis.call("ZADD", prefix .. "holders", now + leaseMs, holder)
        redis.call("SADD", prefix .. "queues", queue)
        return true
      end
    elseif isAsleep and tell(string.match(sleeper, "^%S+"), "wake " .. queue) then
      return false
    end
  end
end
