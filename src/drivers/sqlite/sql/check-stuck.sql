-- Jobs whose time has come, and about which nothing was done since: leases of workers that are gone, waiting jobs that are due,
-- finished ones whose retention is over. ?1 due before this
SELECT
  count(*) FILTER (WHERE state = 3) AS lapsed,
  count(*) FILTER (WHERE state IN (0, 4)) AS due,
  count(*) FILTER (WHERE state > 4) AS spent
FROM {job}
WHERE deadline <= ?1 AND deadline IS NOT NULL;
