-- Sets jobs aside whose task no worker here knows. ?1 their seqs as a JSON array, ?2 parking ends
UPDATE {job} SET state = -1, deadline = ?2 WHERE seq IN (SELECT value FROM json_each(?1));
