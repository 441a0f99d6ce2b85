-- Where a window of rows ends. ?1 below this seq, ?2 rows
SELECT seq FROM {job} WHERE seq < ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2;
