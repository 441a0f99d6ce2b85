-- Workers that ended without a word. ?1 now
DELETE FROM {presence} WHERE until <= ?1;
