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

-- More than this is not told, only that it is there: who listens slowly must not fill the server's memory.
local FEW, TOLD_BYTES = 16, 65536

-- What to say of jobs that ended. Of a few small ones all there is, so that nobody has to ask for it.
local function wordOf(ids)
  local bytes = #ids <= FEW and 0 or math.huge
  for _, id in ipairs(bytes == 0 and ids or {}) do
    bytes = bytes + call("HSTRLEN", P .. "jobs", id) + call("HSTRLEN", P .. "progress", id)
  end
  if bytes > TOLD_BYTES then
    return "ended " .. table.concat(ids, " ")
  end
  local records, progress = call("HMGET", P .. "jobs", unpack(ids)), call("HMGET", P .. "progress", unpack(ids))
  for i = 1, #ids do
    records[i], progress[i] = records[i] or cjson.null, progress[i] or cjson.null
  end
  return "final " .. cjson.encode({ ids, now, records, progress })
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
          batches[connection] = batches[connection] or {}
          table.insert(batches[connection], ids[i])
        end
      end
    end
  end
  for connection, ids in pairs(batches) do
    tell(connection, wordOf(ids))
  end
end
