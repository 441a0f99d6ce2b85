-- ?1 name
DELETE FROM {presence} WHERE name = ?1;
