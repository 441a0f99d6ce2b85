-- Puts a job aside whose record cannot be read: as a dead letter, with the bytes of the record for a body.
local UNREADABLE = '{"name":"MalformedRecordError","code":"ERR_MALFORMED_RECORD",'
  .. '"message":"the stored job cannot be read; its bytes are kept as its arguments were"}'

local function putAside(id, bytes, queue)
  local task = string.match(bytes, "^%w[%w._:/-]*")
  if task == nil or #task > 128 then
    task = "unreadable"
  end
  local sequence = call("HINCRBY", P .. "facts", "seq", 1)
  local record = task .. " " .. queue .. " 0 - " .. now .. " " .. text(sequence) .. " 0\n" .. bytes
  call("HSET", P .. "jobs", id, record)
  call("SADD", P .. "queues", queue)
  local progress = { lease = 0, attempt = 0, crashes = 0, queue = queue, error = UNREADABLE }
  finish(id, headOf(record), progress, "F")
end
