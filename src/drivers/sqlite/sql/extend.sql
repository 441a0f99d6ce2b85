-- ?1 id, ?2 lease, ?3 deadline, ?4 notes
UPDATE {job} SET deadline = ?3, notes = coalesce(?4, notes)
WHERE id = ?1 AND lease = ?2 AND state = 3
RETURNING cancelled;
