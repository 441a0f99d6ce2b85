-- Jobs that belong to other partitions, accepted here in the step that made them, and delivered after it.
--
-- posts   number by when anybody may deliver it, for who posted it does so at once.
-- posted  number -> "<partition> <id of the job that ended by it>\n<arguments of enqueue.lua, as JSON>". Who watches that
--         job is told when all is delivered.

local POSTER_MS = 5000

local function post(partition, ended, payload)
  local number = call("HINCRBY", P .. "facts", "posts", 1)
  call("ZADD", P .. "posts", now + POSTER_MS, number)
  call("HSET", P .. "posted", number, partition .. " " .. ended .. "\n" .. payload)
  return number
end
