-- The end of jobs, and of their records.
--
-- finished:<ms>, values:<ms>  lists of ids in the order of their end, by how long the record, or its value, is kept.
-- ends                        the name of each such list by when something in it is over.
-- dead                        id by acceptance, of failed jobs.
-- watched                     id -> the connections that wait for its end.
-- index                       ids in the order of acceptance; see accept.lua. survivors: id by acceptance, of those that
--                             were taken out of it; see trim.lua.

local ended = {}

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

-- Makes a job final. `keep` and `keepValue` are milliseconds, nil for ever.
local function finish(id, head, progress, state, keep, keepValue)
  ended[#ended + 1] = id
  if state ~= "F" and keep == 0 then
    forget({ id })
    return
  end
  progress.state, progress.finished, progress.runAt = state, now, nil
  if state == "F" then
    keep, keepValue = nil, nil
    call("ZADD", P .. "dead", text(head.sequence), id)
  end
  if state ~= "S" or keepValue == 0 then
    progress.value = nil
  end
  progress.keep, progress.keepValue = keep, keepValue
  saveProgress(id, progress)
  count(state, head.queue, 1)
  if keep ~= nil then
    retain("finished", keep, { id })
  end
  if progress.value ~= nil and keepValue ~= nil and (keep == nil or keepValue < keep) then
    retain("values", keepValue, { id })
  end
end

local function isSpent(progress)
  return progress ~= nil and progress.finished ~= nil and progress.keep ~= nil and progress.finished + progress.keep <= now
end

-- Makes room where a record's retention is over, though it was not purged yet.
local function dropSpent(id, progress)
  call("HINCRBY", P .. "ghosts", "finished:" .. text(progress.keep) .. " " .. id, 1)
  count(progress.state, progress.queue, -1)
  forget({ id })
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
