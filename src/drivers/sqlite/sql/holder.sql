-- Why a settlement or an extension was refused. ?1 id
SELECT state, lease, cancelled FROM {job} WHERE id = ?1;
