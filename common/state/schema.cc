#include "state/schema.h"

namespace cb::state {
namespace {

// The shape of each state is checked here too; single values only in model/: every program parses
// these lines whenever it starts.
constexpr const char* kVersion1 = R"(
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tasks (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  due INTEGER,
  priority INTEGER NOT NULL,
  fields TEXT NOT NULL,
  url TEXT NOT NULL,
  version TEXT NOT NULL,
  fingerprint INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  since INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  handler TEXT NOT NULL,
  key TEXT,
  turn INTEGER NOT NULL,
  not_before INTEGER,
  recheck INTEGER,
  attempts INTEGER NOT NULL,
  unmet INTEGER NOT NULL,
  run TEXT,
  wish TEXT,
  missed INTEGER NOT NULL,
  sent TEXT,
  sent_version TEXT NOT NULL,
  sent_seq INTEGER NOT NULL,
  UNIQUE (source, id),
  CHECK ((state = 'running') = (run IS NOT NULL)),
  CHECK (state <> 'blocked' OR unmet > 0),
  CHECK (state <> 'ready' OR unmet = 0),
  CHECK (not_before IS NULL OR state = 'ready')
) STRICT;
CREATE INDEX tasks_claim ON tasks (handler, priority, coalesce(due, 253402300799999), n)
  WHERE state = 'ready' AND turn = 1 AND not_before IS NULL;
CREATE INDEX tasks_waiting ON tasks (not_before) WHERE not_before IS NOT NULL;
CREATE INDEX tasks_waiting_since ON tasks (since) WHERE not_before IS NOT NULL;
CREATE INDEX tasks_recheck ON tasks (recheck) WHERE recheck IS NOT NULL;
CREATE INDEX tasks_key ON tasks (key, priority, coalesce(due, 253402300799999), n)
  WHERE key IS NOT NULL AND state = 'ready';
CREATE INDEX tasks_key_taken ON tasks (key, state)
  WHERE key IS NOT NULL AND (turn = 1 OR state = 'running');
CREATE INDEX tasks_state ON tasks (state, n) WHERE state <> 'succeeded';
CREATE INDEX tasks_missed ON tasks (source, state) WHERE missed > 0;
CREATE INDEX tasks_failed ON tasks (state, since, n) WHERE state = 'failed';

CREATE TABLE counts (
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  tasks INTEGER NOT NULL,
  PRIMARY KEY (source, state, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE deps (
  task INTEGER NOT NULL REFERENCES tasks (n) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  met INTEGER NOT NULL,
  PRIMARY KEY (task, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX deps_on ON deps (source, id, task);

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  task INTEGER NOT NULL REFERENCES tasks (n) ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  handler TEXT NOT NULL,
  argv TEXT NOT NULL,
  policy TEXT NOT NULL,
  host TEXT NOT NULL,
  boot TEXT NOT NULL,
  pid INTEGER NOT NULL,
  pid_start INTEGER NOT NULL,
  tag INTEGER NOT NULL,
  claimed_at INTEGER NOT NULL,
  ended_at INTEGER,
  outcome TEXT,
  exit INTEGER,
  signal INTEGER,
  message TEXT NOT NULL,
  cost_usd REAL,
  data TEXT,
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_task ON runs (task, id);
CREATE INDEX runs_live ON runs (id) WHERE ended_at IS NULL;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  task INTEGER NOT NULL,
  run TEXT,
  cause TEXT NOT NULL,
  old TEXT,
  new TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX events_task ON events (task, seq);

CREATE TABLE outbox (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  op TEXT NOT NULL UNIQUE,
  task INTEGER NOT NULL REFERENCES tasks (n) ON DELETE CASCADE,
  run TEXT,
  kind TEXT NOT NULL,
  meaning TEXT,
  text TEXT NOT NULL,
  path TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  maybe_sent INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  next_try INTEGER NOT NULL,
  state TEXT NOT NULL,
  done_at INTEGER,
  error TEXT NOT NULL,
  CHECK ((state = 'owed') = (done_at IS NULL))
) STRICT;
CREATE INDEX outbox_owed ON outbox (task, n) WHERE state = 'owed';
CREATE INDEX outbox_task ON outbox (task);
CREATE INDEX outbox_parked ON outbox (task) WHERE state = 'parked';

CREATE TABLE sources (
  source TEXT PRIMARY KEY,
  cursor TEXT,
  listed_at INTEGER,
  full_at INTEGER,
  error TEXT NOT NULL,
  error_at INTEGER,
  failures INTEGER NOT NULL,
  breaker TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE seen (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  n INTEGER,
  done INTEGER NOT NULL,
  version TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE files (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  watch TEXT NOT NULL,
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  size INTEGER NOT NULL,
  stamp INTEGER NOT NULL,
  path TEXT NOT NULL,
  old_path TEXT NOT NULL,
  stage TEXT NOT NULL,
  task INTEGER REFERENCES tasks (n) ON DELETE SET NULL,
  match TEXT NOT NULL,
  missed INTEGER NOT NULL,
  since INTEGER NOT NULL,
  UNIQUE (watch, name, content),
  CHECK ((stage = 'leaving') = (old_path <> '')),
  CHECK (stage <> 'given' OR task IS NOT NULL),
  CHECK (stage NOT IN ('listed', 'unmatched') OR task IS NULL)
) STRICT;
CREATE INDEX files_stamp ON files (watch, stage, stamp);
CREATE INDEX files_task ON files (task) WHERE task IS NOT NULL;
CREATE INDEX files_open ON files (watch, stage, n)
  WHERE stage IN ('unmatched', 'given', 'leaving');
)";

constexpr const char* kMigrations[] = {kVersion1};

}  // namespace

std::span<const char* const> migrations() { return kMigrations; }

}  // namespace cb::state
