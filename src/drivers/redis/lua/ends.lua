-- The end of jobs, and of their records.
--
-- finished:<ms>, values:<ms>  lists of ids in the order of their end, by how long the record, or its value, is kept.
-- ends                        the name of each such list by when something in it is over.
-- dead                        id by acceptance, of failed jobs.
-- watched                     id -> the connections that wait for its end.
-- index                       ids in the order of acceptance; see accept.lua. survivors: id by acceptance, of those that
--                             were taken out of it; see trim.lua.

local ended = {}
-- Numbers of the posts that settlements made.
local posts = {}

local function retain(list, ms, ids)
  local name = list .. ":" .. text(ms)
  if call("RPUSH", P .. name, unpack(ids)) == #ids then
    call("ZADD", P .. "ends", now + ms, name)
  end
end

-- Removes what is known of jobs.
local function forget(ids)
  call("HDEL", P .. "jobs", unpack(ids))
  call("HDEL", P .. "progress", unpack(ids))
  local indexed = #ids
  if call("EXISTS", P .. "survivors") == 1 then
    indexed = indexed - call("ZREM", P .. "survivors", unpack(ids))
  end
  call("HINCRBY", P .. "facts", "gone", indexed)
end

-- Tells those who watch of the jobs that ended in this call.
local function tellEnded()
  if #ended == 0 or call("EXISTS", P .. "watched") == 0 then
    return
  end
  local batches = {}
  for from = 1, #ended, 1000 do
    local ids = { unpack(ended, from, math.min(from + 999, #ended)) }
    for i, connections in ipairs(call("HMGET", P .. "watched", unpack(ids))) do
      if connections then
        call("HDEL", P .. "watched", ids[i])
        for connection in string.gmatch(connections, "%S+") do
          batches[connection] = batches[connection] or { "ended" }
          table.insert(batches[connection], ids[i])
        end
      end
    end
  end
  for connection, batch in pairs(batches) do
    tell(connection, table.concat(batch, " "))
  end
end
