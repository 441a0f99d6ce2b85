-- ?1 queue, ?2 task, ?3 state, ?4 priority, ?5 deadline, ?6 now, ?7 expire_at, ?8 lease, ?9 run_at, then id and body.
-- Those two have no numbers: SQLite looks each numbered one up in a list of them, which grows with the rows.
-- FAIL: whoever calls undoes all of a failed transaction, so no statement needs a journal to be undone by itself.
INSERT OR FAIL INTO {job} (queue, task, state, priority, deadline, created_at, expire_at, lease, run_at, id, body)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?, ?)
ON CONFLICT (id) DO NOTHING;
