-- ?1 name, ?2 about, ?3 now, ?4 until
INSERT INTO {presence} (name, about, seen_at, until) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (name) DO UPDATE SET about = excluded.about, seen_at = excluded.seen_at, until = excluded.until;
