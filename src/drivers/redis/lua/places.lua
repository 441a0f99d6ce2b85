-- Where jobs wait.
--
-- fresh:<priority>:<queue>   list of ids in the order of acceptance, of jobs that never ran: nearly all of them.
-- prior                      queues that may have fresh jobs of a priority above 0.
-- returned:<queue>           id by order, of jobs that came back, came due or were unparked.
-- due:<queue>                "<kind><order> <id>" by the time at which it is due. Kinds: s scheduled, y retrying; S and Y
--                            where the job may expire.
-- parked:<queue> <task>      id by order; with parked-tasks:<queue>, and parked-until:<queue>.
-- expiring:<queue>           id by expiry, of those that are ready.
-- ghosts                     id -> how often it stands in a list that it was to be taken from, which lists cannot do.

local function makeReady(id, head)
  call("ZADD", P .. "returned:" .. head.queue, text(head.order), id)
  if head.expireAt ~= nil then
    call("ZADD", P .. "expiring:" .. head.queue, head.expireAt, id)
  end
end

local function dueMember(id, head, kind)
  return (head.expireAt == nil and kind or string.upper(kind)) .. text(head.order) .. " " .. id
end

-- One that expires before its time is due then, to be settled as expired.
local function dueAt(head, at)
  return head.expireAt == nil and at or math.min(at, head.expireAt)
end

-- Lets jobs wait for their time; `scored` has a time and a member for each.
local function letWait(queue, scored)
  local key = P .. "due:" .. queue
  local before = call("ZRANGE", key, 0, 0)[1]
  call("ZADD", key, unpack(scored))
  -- Whoever sleeps knows of later times only.
  if call("ZRANGE", key, 0, 0)[1] ~= before then
    wake(queue, 1000)
  end
end

local function makeDue(id, head, kind, at)
  letWait(head.queue, { dueAt(head, at), dueMember(id, head, kind) })
  if kind == "y" then
    count("retrying", head.queue, 1)
  end
end

-- Takes a waiting job from where it waits.
local function withdraw(id, head)
  local queue = head.queue
  call("ZREM", P .. "expiring:" .. queue, id)
  if call("ZREM", P .. "returned:" .. queue, id) == 1 then
    return
  end
  if call("ZREM", P .. "due:" .. queue, dueMember(id, head, "s")) == 1 then
    return
  end
  if call("ZREM", P .. "due:" .. queue, dueMember(id, head, "y")) == 1 then
    count("retrying", queue, -1)
    return
  end
  if call("ZREM", P .. "parked-until:" .. queue, id) == 1 then
    call("ZREM", P .. "parked:" .. queue .. " " .. head.task, id)
    return
  end
  call("HINCRBY", P .. "ghosts", id, 1)
  count("ghosts", queue, 1)
end

local function freshKeys(queue)
  local keys = {}
  for priority = 9, 0, -1 do
    keys[#keys + 1] = P .. "fresh:" .. priority .. ":" .. queue
  end
  return keys
end

-- Makes due what is due in a queue, up to 500 jobs; returns whether there was any.
local function promote(queue)
  local key = P .. "due:" .. queue
  local found = call("ZRANGEBYSCORE", key, "-inf", now, "LIMIT", 0, 500)
  if #found == 0 then
    return false
  end
  local scored, retrying = {}, 0
  for _, member in ipairs(found) do
    local kind, order, id = string.match(member, "^([sSyY])(%d+) (.*)$")
    if kind ~= nil then
      scored[#scored + 1] = order
      scored[#scored + 1] = id
    end
    if kind == "y" or kind == "Y" then
      retrying = retrying + 1
    end
    if kind == "S" or kind == "Y" then
      local head = headOf(call("HGET", P .. "jobs", id))
      if head ~= nil and head.expireAt ~= nil then
        call("ZADD", P .. "expiring:" .. queue, head.expireAt, id)
      end
    end
  end
  call("ZREM", key, unpack(found))
  if #scored > 0 then
    call("ZADD", P .. "returned:" .. queue, unpack(scored))
  end
  if retrying > 0 then
    count("retrying", queue, -retrying)
  end
  return true
end
