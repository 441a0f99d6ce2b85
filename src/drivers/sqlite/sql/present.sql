-- ?1 now
SELECT name, about, seen_at FROM {presence} WHERE until > ?1;
