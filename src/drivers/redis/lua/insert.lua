-- Makes records of jobs that another system carries, all or none. ARGV: mode, what accept.lua takes.
return accept(2, function(ids, from, to, base, group)
  for i = from, to do
    if ids[i] then
      note(ids[i], {
        queue = group.queue,
        expireAt = group.expireAt,
        lease = group.lease,
      }, group.due)
    end
  end
  call("SADD", P .. "queues", group.queue)
end)
