-- Who holds an id. ?1 id
SELECT seq, state, lease, cancelled, expire_at FROM {job} WHERE id = ?1;
