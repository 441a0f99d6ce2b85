-- A record whose retention is over but which was not purged yet makes room for a new job of its id. ?1 id, ?2 now
DELETE FROM {job} WHERE id = ?1 AND state > 4 AND purge_at <= ?2;
