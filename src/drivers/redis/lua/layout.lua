-- What is stored of a job.
--
-- jobs      id -> "<task> <queue> <priority> <tags> <created at> <base> <index>\n<body>", written once.
--           base + index is the job's place in the order of acceptance. Tags: e/E expiry (absolute, or after acceptance),
--           r/d start (the same), l the token to start above, separated by commas; "-" where there are none.
-- running   id -> "<lease> <kind><flag> <attempt> <crashes> <reserved at> <holder> <queue> <worker>".
--           kind: F, nothing in `progress`; R, something. Flag: c, cancellation was requested.
-- progress  id -> "<state> <lease> <attempt> <crashes> <flags> <started> <finished> <keep> <keep value> <run at> <queue>
--           <bytes of worker, error, trail, notes>\n" and those texts, then "+<value>" or "-". Absent for a job that never
--           ran, and while it runs for the first time. States: q queued, s scheduled, y retrying, b running elsewhere,
--           S F X C final. Flags: c cancellation was requested, o no worker knew the task, x the expiry is void,
--           u another system is the broker.
local P, call = KEYS[1], redis.call

-- Orders jobs by priority, then acceptance, in one score.
local SPAN = 2 ^ 49

local function text(number)
  return string.format("%.0f", number)
end

local function dash(value)
  return value == nil and "-" or value
end

local function runningOf(stamp)
  if not stamp then
    return nil
  end
  local lease, kind, flag, attempt, crashes, reserved, holder, queue, worker =
    string.match(stamp, "^(%d+) (%a)(%S) (%d+) (%d+) (%d+) (%S+) (%S+) (.*)$")
  if lease == nil then
    return nil
  end
  return {
    lease = tonumber(lease),
    fresh = kind == "F",
    cancelled = flag == "c",
    attempt = tonumber(attempt),
    crashes = tonumber(crashes),
    reserved = tonumber(reserved),
    holder = holder,
    queue = queue,
    worker = worker,
  }
end

local function count(state, queue, by)
  call("HINCRBY", P .. "counts", state .. " " .. queue, by)
end
