-- Jobs that belong to other partitions, accepted here in the step that made them, and delivered after it.
--
-- posts   number by when anybody may deliver it, for who posted it does so at once.
-- posted  number -> "<partition> <id of the job that ended by it>\n<arguments of enqueue.lua, as JSON>".
-- posting id -> how many of its posts are not delivered. Who watches the job is told of its end after them.

local POSTER_MS = 5000

local function post(partition, ended, payload)
  local number = call("HINCRBY", P .. "facts", "posts", 1)
  call("ZADD", P .. "posts", now + POSTER_MS, number)
  call("HSET", P .. "posted", number, partition .. " " .. ended .. "\n" .. payload)
  if ended ~= "" then
    call("HINCRBY", P .. "posting", ended, 1)
  end
  return number
end
