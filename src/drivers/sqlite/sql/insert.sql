-- ?1 id, ?2 queue, ?3 task, ?4 state, ?5 priority, ?6 deadline, ?7 now, ?8 expire_at, ?9 lease, ?10 body
INSERT INTO {job} (id, queue, task, state, priority, deadline, created_at, expire_at, lease, body)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (id) DO NOTHING;
