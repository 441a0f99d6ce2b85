-- Settles a job whose retention is none. ?1 id, ?2 lease, ?3 state
DELETE FROM {job} WHERE id = ?1 AND lease = ?2 AND state = 3 AND (cancelled = 0 OR ?3 = 8);
