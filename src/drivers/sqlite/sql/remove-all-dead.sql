-- ?1 limit
DELETE FROM {job} WHERE seq IN (SELECT seq FROM {job} WHERE state = 6 ORDER BY seq LIMIT ?1);
