-- Jobs of tasks that a worker does not know.

-- Gives parked jobs back to a worker that knows their tasks, as many as it can take; and to any, those that waited too long.
local function unpark(queue, tasks, limit)
  for _, task in ipairs(call("SMEMBERS", P .. "parked-tasks:" .. queue)) do
    local key = P .. "parked:" .. queue .. " " .. task
    if string.find(tasks, " " .. task .. " ", 1, true) then
      local found = call("ZRANGE", key, 0, limit - 1, "WITHSCORES")
      for i = 1, #found, 2 do
        call("ZREM", key, found[i])
        call("ZREM", P .. "parked-until:" .. queue, found[i])
        call("ZADD", P .. "returned:" .. queue, found[i + 1], found[i])
      end
    end
    if call("EXISTS", key) == 0 then
      call("SREM", P .. "parked-tasks:" .. queue, task)
    end
  end
  for _, id in ipairs(call("ZRANGEBYSCORE", P .. "parked-until:" .. queue, "-inf", now, "LIMIT", 0, 100)) do
    local head, progress = jobOf(id)
    call("ZREM", P .. "parked-until:" .. queue, id)
    if head ~= nil then
      call("ZREM", P .. "parked:" .. queue .. " " .. head.task, id)
      progress = progress or { state = "q", lease = head.lease, attempt = 0, crashes = 0, queue = queue }
      progress.orphaned = true
      saveProgress(id, progress)
      makeReady(id, head)
    end
  end
end

-- Lets a job wait for a worker that knows its task. False where its record cannot be read.
local function park(queue, task, id, record, untilAt)
  local head = headOf(record)
  if head == nil then
    putAside(id, record, queue)
    return false
  end
  call("ZADD", P .. "parked:" .. queue .. " " .. task, text(head.order), id)
  call("ZADD", P .. "parked-until:" .. queue, untilAt, id)
  call("SADD", P .. "parked-tasks:" .. queue, task)
  return true
end
