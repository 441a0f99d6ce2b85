-- Settles, extends, then reserves, in one step. ARGV[2] says what, as JSON; texts are in the rest of ARGV, by their number.
local request = cjson.decode(ARGV[2])

local function given(number)
  return number ~= nil and ARGV[number] or nil
end

local function forever(ms)
  return ms ~= -1 and ms or nil
end

local settled = {}
for _, s in ipairs(request.settle) do
  local outcomes
  if s.plain ~= nil then
    outcomes = settlePlain(s.at, s.plain, forever(s.keep), forever(s.keepValue))
  else
    outcomes = {
      settleOne({
        id = s.id,
        lease = s.lease,
        to = s.to,
        charged = s.charged,
        repeated = s.repeated,
        delay = s.delay,
        value = given(s.value),
        error = given(s.error),
        trail = given(s.trail),
        notes = given(s.notes),
        keep = forever(s.keep),
        keepValue = forever(s.keepValue),
        follow = s.follow,
        posts = s.posts or {},
      }),
    }
  end
  settled[#settled + 1] = outcomes
end

local extended = {}
for i, e in ipairs(request.extend) do
  extended[i] = extend({ id = e.id, lease = e.lease, notes = given(e.notes) }, request.holder, request.leaseMs)
end

local leases, parked = {}, {}

-- Whether a reservation is carried out once more, or by a holder that does not know of it any more: what it gave would be
-- nobody's.
local function isRepeated(r)
  if call("EXISTS", P .. "retired:" .. r.holder) == 1 then
    return true
  end
  local turn = tonumber(call("HGET", P .. "turns", r.holder)) or 0
  if r.turn <= turn then
    return true
  end
  call("HSET", P .. "turns", r.holder, r.turn)
  return false
end

local r = request.reserve
if r ~= nil and not isRepeated(r) then
  noticeLapses(r.holder)
  r.known = {}
  for _, task in ipairs(r.tasks) do
    r.known[task] = true
  end
  local before = call("ZSCORE", P .. "holders", r.holder)
  if before and tonumber(before) < now then
    call("HDEL", P .. "facts", "scan " .. r.holder)
    call("ZADD", P .. "holders", now + r.leaseMs, r.holder)
  end
  local paused = {}
  if call("EXISTS", P .. "paused") == 1 then
    for _, queue in ipairs(call("SMEMBERS", P .. "paused")) do
      paused[queue] = true
    end
  end
  for _, queue in ipairs(r.queues) do
    if queue.limit > 0 and not paused[queue.name] then
      reserve(queue.name, queue.limit, r, leases, parked)
    end
  end
  if #leases > 0 then
    call("ZADD", P .. "holders", now + r.leaseMs, r.holder)
  end
end
tellEnded()
-- Whether somebody's posts are left to be delivered.
local late = request.posting and #call("ZRANGEBYSCORE", P .. "posts", "-inf", now, "LIMIT", 0, 1) or 0
return { now, settled, extended, parked, leases, posts, late }
