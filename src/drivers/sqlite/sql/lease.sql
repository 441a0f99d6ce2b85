-- Gives leases on jobs just read. ?1 their seqs as a JSON array, ?2 worker, ?3 now, ?4 lease ends
UPDATE {job} SET state = 3, lease = lease + 1, deadline = ?4, started_at = ?3, worker = ?2
WHERE seq IN (SELECT value FROM json_each(?1));
