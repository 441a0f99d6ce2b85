-- Settles, extends, then reserves, in one step. ARGV is read from front to back:
--   mode
--   how many entries to settle. An entry is "", how many leases, keep, keep value, and what settle-plain.lua takes for
--     each; or one settlement as JSON, how many texts it has, and those
--   how many leases to extend; if any, their life; an id, its token, "+<notes>" or "-", and its holder for each
--   how many queues to reserve from; if any, holder, turn, worker, life of leases, life of what is parked, for how long to
--     sleep where there is not enough (0: not at all), as whom (see wake.lua), the tasks that are known; a name and a limit
--     for each
-- Returns the time, a list for each entry, a letter for each extension, what was parked, what was leased, the numbers of
-- posts that were made, whether some were left behind, and in how many milliseconds something is due if it put the
-- connection to sleep: -1 for never; "" if it did not.
local at = 1
local function take()
  at = at + 1
  return ARGV[at]
end

-- -1 stands for ever.
local function takeMs()
  local ms = tonumber(take())
  return ms ~= -1 and ms or nil
end

local settled = {}
for i = 1, tonumber(take()) do
  local json = take()
  local n = tonumber(take())
  if json == "" then
    local keep, keepValue = takeMs(), takeMs()
    settled[i] = settlePlain(at + 1, n, keep, keepValue)
    at = at + 3 * n
  else
    settled[i] = { rarely().settleGiven(json, at + 1) }
    at = at + n
  end
end

local extended, extensions = {}, tonumber(take())
if extensions > 0 then
  local leaseMs = take()
  for i = 1, extensions do
    extended[i] = rarely().extend(take(), tonumber(take()), take(), take(), leaseMs)
  end
end

local leases, parked, left, asleep = {}, {}, 0, ""
local queues = tonumber(take())
if queues > 0 then
  local r = { holder = take(), turn = take(), worker = take(), leaseMs = take(), parkMs = take(), sleepMs = take() }
  r.sleeper = take()
  r.tasks = " " .. take() .. " "
  for i = 1, queues do
    r[i] = { name = take(), limit = tonumber(take()) }
  end
  left, asleep = reserve(r, leases, parked)
end
tellEnded()
return { now, settled, extended, parked, leases, posts, left, asleep }
