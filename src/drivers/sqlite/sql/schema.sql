-- One row a job, from acceptance until its retention is over.
-- state: -1 parked, 0 scheduled, 1 blocked, 2 queued, 3 running, 4 retrying, 5 succeeded, 6 failed, 7 expired, 8 cancelled.
-- deadline: when the store must do something about the row: make it due, take its lease back, end its parking, purge it.
CREATE TABLE IF NOT EXISTS {job} (
  seq          INTEGER PRIMARY KEY,
  id           TEXT    NOT NULL,
  queue        TEXT    NOT NULL,
  task         TEXT    NOT NULL,
  state        INTEGER NOT NULL,
  priority     INTEGER NOT NULL,
  deadline     INTEGER,
  run_at       INTEGER,
  created_at   INTEGER NOT NULL,
  expire_at    INTEGER,
  lease        INTEGER NOT NULL,
  attempt      INTEGER NOT NULL DEFAULT 0,
  crashes      INTEGER NOT NULL DEFAULT 0,
  cancelled    INTEGER NOT NULL DEFAULT 0,
  orphaned     INTEGER NOT NULL DEFAULT 0,
  started_at   INTEGER,
  finished_at  INTEGER,
  purge_at     INTEGER,
  result_until INTEGER,
  worker       TEXT,
  body         TEXT    NOT NULL,
  result       TEXT,
  error        TEXT,
  trail        TEXT,
  notes        TEXT
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS {job_id} ON {job} (id);
-- Each index holds only the rows it is for, so that its cost is theirs.
CREATE INDEX IF NOT EXISTS {job_ready} ON {job} (queue, priority DESC, seq) WHERE state = 2;
CREATE INDEX IF NOT EXISTS {job_live} ON {job} (deadline) WHERE deadline IS NOT NULL AND state < 5;
CREATE INDEX IF NOT EXISTS {job_spent} ON {job} (deadline) WHERE deadline IS NOT NULL AND state > 4;
CREATE INDEX IF NOT EXISTS {job_parked} ON {job} (queue, task, seq) WHERE state = -1;
CREATE INDEX IF NOT EXISTS {job_dead} ON {job} (seq) WHERE state = 6;
CREATE INDEX IF NOT EXISTS {job_cancelling} ON {job} (id) WHERE cancelled = 1 AND state = 3;
-- Queues from which nothing is reserved.
CREATE TABLE IF NOT EXISTS {paused} (queue TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
-- Workers that announced themselves, and until when that holds.
CREATE TABLE IF NOT EXISTS {presence} (
  name    TEXT    PRIMARY KEY,
  about   TEXT    NOT NULL,
  seen_at INTEGER NOT NULL,
  until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
