SELECT deadline FROM {job} WHERE deadline IS NOT NULL AND state < 5 ORDER BY deadline LIMIT 1;
