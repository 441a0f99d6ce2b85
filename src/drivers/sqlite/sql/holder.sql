-- Who holds an id. ?1 id
SELECT seq, state, lease, cancelled FROM {job} WHERE id = ?1;
