-- Hands a job over as it comes.

-- What is said must not fill the memory of the server where somebody listens slowly.
local MOST_BYTES = 65536

local function isFirst(queue)
  local before = { KEYS[1] .. "returned:" .. queue }
  for priority = 0, 9 do
    before[priority + 2] = KEYS[1] .. "fresh:" .. priority .. ":" .. queue
  end
  return redis.call("EXISTS", unpack(before)) == 0
end

-- Leases a job that nobody has seen yet to somebody who sleeps on its queue, if nothing is there before it. Where nobody
-- takes it, but somebody sleeps, that one is woken. Returns whether it was handed over.
local function handOver(queue, id, record)
  local prefix, handed = KEYS[1], false
  local allowed = ARGV[1] ~= "cluster" and #record <= MOST_BYTES and isFirst(queue)
  local task = " " .. string.match(record, "^%S+") .. " "
  wake(queue, 1, allowed and function(sleeper)
    local connection, holder, leaseMs, tasks, worker = string.match(sleeper, "^(%S+)\n(%S+)\n(%d+)\n([^\n]*)\n(.*)$")
    if not holder or not string.find(tasks, task, 1, true) or redis.call("EXISTS", prefix .. "retired:" .. holder) == 1
      or not tell(connection, "lease " .. holder .. " " .. queue .. " " .. now .. "\n" .. id .. "\n" .. record) then
      return false
    end
    redis.call("HSET", prefix .. "running", id, "1 F- 0 0 " .. now .. " " .. holder .. " " .. queue .. " " .. worker)
    redis.call("HINCRBY", prefix .. "held", holder, 1)
    redis.call("HINCRBY", prefix .. "counts", "running " .. queue, 1)
    redis.call("ZADD", prefix .. "holders", now + leaseMs, holder)
    redis.call("SADD", prefix .. "queues", queue)
    handed = true
    return true
  end)
  return handed
end
