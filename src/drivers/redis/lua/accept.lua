-- Accepts the jobs of one call. They are in ARGV from `at`: the index element, "1" where no id can be there twice, the
-- number of groups; for each group the number of its jobs, the queue, the priority, what their records begin with, when they are due and when they expire ("",
-- "+<ms>" or epoch milliseconds), and the token they start above; then an id and the rest of its record for each job.
--
-- index   ids in the order of acceptance, one element for each call: "<base>", then for each id a line feed, 33 + the
--         number of characters it shares with the one before, as a character, and the rest of it.
-- facts   seq, the latest place in the order of acceptance; gone, ids in the index that are no more; trimmed, elements
--         that were taken from its beginning.
-- queues  the names of all queues.

local GROUP = 7

local function moment(given)
  if string.byte(given) == 43 then
    return now + string.sub(given, 2)
  end
  return tonumber(given)
end

-- Which positions hold ids that are there already, or twice; nil where none does.
local function existing(ids, distinct)
  local there
  local found, seen = call("HMGET", P .. "jobs", unpack(ids)), {}
  for i = 1, #ids do
    local id, exists = ids[i], false
    if not distinct then
      exists = seen[id]
      seen[id] = true
    end
    if found[i] and not exists then
      local progress = progressOf(call("HGET", P .. "progress", id))
      exists = not isSpent(progress)
      if not exists then
        dropSpent(id, progress)
      end
    end
    if exists then
      there = there or {}
      there[i] = true
    end
  end
  return there
end

-- What must be known of an accepted job where it does not simply stand in line.
local function headOfAccepted(sequence, group)
  local order = (9 - group.priority) * SPAN + sequence
  return { queue = group.queue, sequence = sequence, order = order, expireAt = group.expireAt }
end

-- Puts accepted jobs of one group where they wait; `ids` by their index. All of them are accepted if `whole`.
local function place(ids, from, to, base, group, whole)
  local queue, priority = group.queue, group.priority
  local lookCloser = call("EXISTS", P .. "sleepers:" .. queue, P .. "ghosts") > 0
  local ghosts = lookCloser and call("EXISTS", P .. "ghosts") == 1
  local isLater = group.due ~= nil and group.due > now
  local fresh, expiring, later, isNew = {}, {}, {}, false
  if whole and not isLater and not ghosts and group.lease == 0 and group.expireAt == nil then
    -- As it mostly is.
    fresh, from = { unpack(ids, from, to) }, to + 1
  end
  for i = from, to do
    local id = ids[i]
    if id then
      if isLater then
        local head = headOfAccepted(base + i, group)
        later[#later + 1] = dueAt(head, group.due)
        later[#later + 1] = dueMember(id, head, "s")
      elseif group.lease > 0 or (ghosts and call("HEXISTS", P .. "ghosts", id) == 1) then
        makeReady(id, headOfAccepted(base + i, group))
        wake(queue, 1)
        isNew = true
      else
        fresh[#fresh + 1] = id
        if group.expireAt ~= nil then
          expiring[#expiring + 1] = group.expireAt
          expiring[#expiring + 1] = id
        end
      end
    end
  end
  if #fresh > 0 then
    local begins = call("RPUSH", P .. "fresh:" .. priority .. ":" .. queue, unpack(fresh)) == #fresh
    if begins and priority > 0 then
      call("SADD", P .. "prior", queue)
    end
    isNew = isNew or begins
    if lookCloser then
      wake(queue, #fresh)
    end
  end
  if #expiring > 0 then
    call("ZADD", P .. "expiring:" .. queue, unpack(expiring))
  end
  if #later > 0 then
    letWait(queue, later)
    isNew = true
  end
  if isNew then
    call("SADD", P .. "queues", queue)
  end
end

-- Returns one letter for each job where some were there already (a accepted, e exists), and "" where none was.
local function accept(at, placed)
  local element, distinct, groups, total = ARGV[at], ARGV[at + 1] == "1", tonumber(ARGV[at + 2]), 0
  at = at + 3
  for g = 0, groups - 1 do
    total = total + ARGV[at + g * GROUP]
  end
  local first = at + groups * GROUP
  local ids = {}
  for i = 1, total do
    ids[i] = ARGV[first + 2 * i - 2]
  end
  local there = existing(ids, distinct)
  local base = call("HINCRBY", P .. "facts", "seq", total) - total
  -- Its length is kept: to ask for it costs as much as all the rest of an entry.
  local outcomes, values, length, from = {}, {}, 0, 1
  if there ~= nil then
    local accepted = {}
    for i, id in ipairs(ids) do
      outcomes[i] = there[i] and "e" or "a"
      if there[i] then
        ids[i] = false
      else
        accepted[#accepted + 1] = "\n!" .. id
      end
    end
    if element ~= "" then
      element = table.concat(accepted)
    end
  end
  for g = 0, groups - 1 do
    local n, queue, priority, opening, due, expiry, lease = unpack(ARGV, at + g * GROUP, at + (g + 1) * GROUP - 1)
    local prefix = opening .. now .. " " .. text(base) .. " "
    local to = from + n - 1
    for i = from, to do
      if ids[i] then
        values[length + 1] = ids[i]
        values[length + 2] = prefix .. ARGV[first + 2 * i - 1]
        length = length + 2
      end
    end
    local group = {
      queue = queue,
      priority = tonumber(priority),
      due = moment(due),
      expireAt = moment(expiry),
      lease = tonumber(lease),
    }
    (placed or place)(ids, from, to, base, group, there == nil)
    from = to + 1
  end
  if length > 0 then
    call("HSET", P .. "jobs", unpack(values))
    if element ~= "" then
      call("RPUSH", P .. "index", text(base) .. element)
    end
  end
  return table.concat(outcomes)
end
