-- ?1 queue, ?2 task, ?3 state, ?4 priority, ?5 deadline, ?6 now, ?7 expire_at, ?8 lease, ?9 id, ?10 body
INSERT INTO {job} (queue, task, state, priority, deadline, created_at, expire_at, lease, id, body)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (id) DO NOTHING;
