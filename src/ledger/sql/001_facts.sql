-- Facts are appended once and never changed; the triggers hold that against every program that opens the file.
CREATE TABLE fact (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  learner TEXT    NOT NULL,
  id      TEXT    NOT NULL,  -- idempotency key, chosen by whoever records the fact
  kind    TEXT    NOT NULL,
  version INTEGER NOT NULL,
  at_ms   INTEGER NOT NULL,  -- UTC, milliseconds since 1970
  data    TEXT    NOT NULL,  -- JSON object, canonical
  UNIQUE (learner, id)
) STRICT;

CREATE INDEX fact_by_learner ON fact (learner, seq);

CREATE TRIGGER fact_is_never_changed BEFORE UPDATE ON fact
BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END;

CREATE TRIGGER fact_is_never_removed BEFORE DELETE ON fact
BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END;

CREATE TABLE blob (
  sha256 TEXT PRIMARY KEY,
  bytes  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
