-- ?1 id, ?2 now
SELECT * FROM {job} WHERE id = ?1 AND (purge_at IS NULL OR purge_at > ?2);
