-- ?1 queue, ?2 task, ?3 state, ?4 priority, ?5 deadline, ?6 now, ?7 expire_at, ?8 lease, ?9 run_at, ?10 id, ?11 body
INSERT INTO {job} (queue, task, state, priority, deadline, created_at, expire_at, lease, run_at, id, body)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT (id) DO NOTHING;
