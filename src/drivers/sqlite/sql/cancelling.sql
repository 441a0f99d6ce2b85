SELECT id, lease FROM {job} WHERE cancelled = 1 AND state = 3;
