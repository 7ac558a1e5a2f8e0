#!/usr/bin/env bats
# cb-reconcile as a program: between a board that people edit and a store that others use.

bats_require_minimum_version 1.5.0

setup() {
  BIN=${CB_BIN:-$BATS_TEST_DIRNAME/../../build/default/bin}
  PATH=$BIN:$PATH
  cd "$BATS_TEST_TMPDIR"
  export CB_STATE=$PWD/state CB_CONFIG=$PWD/config.json
  cat >config.json <<'END'
{
  "sources": {
    "board": {
      "upstream": "file",
      "options": {"path": "board.json"},
      "statuses": {"ready": "to do", "running": "doing", "succeeded": "done", "failed": "broken"}
    }
  },
  "handlers": {
    "bad": {"match": {"kind": "Bad"}, "run": ["sh", "-c", "exit 3"], "attempts": 1},
    "report": {"match": {"kind": "Report"}, "run": ["sh", "-c", "echo text >$CB_ARTIFACTS/a.txt"], "artifacts": ["*.txt"]},
    "work": {"match": {}, "run": ["true"]}
  }
}
END
  cat >board.json <<'END'
{"tasks": [
  {"id": "1", "title": "One", "status": "to do"},
  {"id": "2", "title": "Two", "kind": "Bad", "status": "to do"},
  {"id": "3", "title": "Three", "kind": "Report", "status": "to do"}
]}
END
}

set_status() {  # ID STATUS
  sed -i "s|\(\"id\": \"$1\".*\"status\": \)\"[^\"]*\"|\1\"$2\"|" board.json
}

status_of() {
  sed -n "s|.*\"id\": \"$1\".*\"status\": \"\([^\"]*\)\".*|\1|p" board.json
}

keep() {  # JSON
  sed -i "\$ s|}|, \"keep\": $1}|" config.json
}

@test "after a poll and a run nothing disagrees" {
  cb-poll >/dev/null
  run cb-exec
  cb-reconcile --check >out 2>err
  [ ! -s out ]
  [ "$(head -1 err)" = "cb-reconcile: board: 3 tasks compared, all agree" ]
}

@test "a lost status is found, told by --check, and repaired" {
  cb-poll >/dev/null
  run cb-exec
  set_status 2 doing
  run -1 cb-reconcile --check --json --quiet
  [ "$output" = '{"task":"board:2","local":"failed","upstream":"running","action":"owe_final","done":false,"reason":"status doing"}' ]
  [ "$(status_of 2)" = doing ]

  run -0 cb-reconcile --quiet
  [ "${lines[0]}" = "$(printf 'board:2\tfailed\trunning\towe_final\tdone\tstatus doing')" ]
  [ "${lines[1]}" = "$(printf "board:2\tfailed\t-\tdeliver\tdone\tstatus 'broken'")" ]
  [ "$(status_of 2)" = broken ]
  cb-reconcile --check
}

@test "what a person decided on the board stays" {
  cb-poll >/dev/null
  run cb-exec
  set_status 1 archived
  set_status 2 done
  run -0 cb-reconcile --quiet
  [ -z "$output" ]
  [ "$(status_of 1)" = archived ]
  [ "$(status_of 2)" = "done" ]
}

@test "a task that a person put back runs again" {
  cb-poll >/dev/null
  run cb-exec
  set_status 1 'to do'
  run -0 cb-reconcile --quiet
  [ "$output" = "$(printf 'board:1\tsucceeded\tready\trun_again\tdone\tstatus to do; now ready (ready)')" ]
  cb-exec >/dev/null
  [ "$(status_of 1)" = "done" ]
}

@test "writes that could not be delivered are delivered" {
  cb-poll >/dev/null
  mv board.json away.json
  cb-task cancel board:2 >/dev/null
  sed -i 's|"upstream": "file"|"claim": "optimistic", &|' config.json
  run cb-exec
  mv away.json board.json
  run -1 cb-reconcile --check --quiet
  [[ $output == *deliver* ]]
  sqlite3 state/state.db "UPDATE outbox SET next_try = 0" 2>/dev/null || true
  sleep 0.1
  run cb-reconcile
  cb-reconcile --check
  [ "$(status_of 1)" = "done" ]
  grep -q '"name": "a.txt"' board.json
}

@test "a task that left the board is canceled after two complete listings" {
  cb-poll >/dev/null
  sed -i '/"id": "2"/d' board.json
  run -0 cb-reconcile --quiet
  [[ $output == "$(printf 'board:2\tready\tgone\tmissing\tnot yet')"* ]]
  run -0 cb-reconcile --quiet
  [ "$output" = "$(printf 'board:2\tready\tgone\tcancel\tdone\tnot in two complete listings')" ]
}

@test "a dead run is recorded, and only told by --check" {
  sed -i 's|"run": \["true"\]|"run": ["sleep", "60"]|' config.json
  cb-poll >/dev/null
  cb-exec --limit 1 board:1 & pid=$!
  until [ -n "$(cb-status list --state running 2>/dev/null)" ]; do sleep 0.05; done
  until [ "$(status_of 1)" = doing ] && pgrep -P "$pid" sleep >/dev/null; do sleep 0.05; done
  kill -9 "$pid"
  wait "$pid" || true
  until run -1 cb-reconcile --check --quiet && [[ $output == *recover* ]]; do sleep 0.05; done
  [ "$(cb-status list --state running | wc -l)" -eq 1 ]
  cb-reconcile --quiet
  [ -z "$(cb-status list --state running)" ]
}

@test "--dry-run and --check make and change nothing" {
  TMPDIR=$BATS_TEST_TMPDIR run -0 cb-reconcile --dry-run --quiet
  [ "${#lines[@]}" -eq 3 ]
  [ ! -e state ]

  cb-poll >/dev/null
  run cb-exec
  set_status 1 'to do'
  before=$(sqlite3 state/state.db .dump 2>/dev/null | cksum)
  run -1 cb-reconcile --check --quiet
  run -0 cb-reconcile --dry-run --quiet
  [ "$(sqlite3 state/state.db .dump 2>/dev/null | cksum)" = "$before" ]
}

@test "finished tasks are forgotten with their files, and not run again" {
  cb-poll >/dev/null
  run cb-exec
  keep '{"succeeded": "0s"}'
  run -0 cb-reconcile --quiet
  [[ $output == *"board:1"*"forget"* ]]
  [ "$(find state/runs -mindepth 1 -maxdepth 1 | wc -l)" -eq 1 ]
  [ ! -e state/work/board/1 ]
  [ -e state/work/board/2 ]

  [ -z "$(cb-poll)" ]
  [ -z "$(cb-exec)" ]
  cb-reconcile --check
}

@test "old runs are forgotten with their directories" {
  keep '{"runs": 1}'
  for _ in 1 2 3; do cb-exec job -- true; done
  run -0 cb-reconcile --quiet
  [ "$(find state/runs -mindepth 1 -maxdepth 1 | wc -l)" -eq 1 ]
  [ "$(cb-status show local:job --json | grep -o '"run":"[^"]*"' | wc -l)" -eq 1 ]
}

@test "without a configuration it keeps house" {
  rm config.json
  unset CB_CONFIG
  XDG_CONFIG_HOME=$PWD run -0 cb-reconcile
  [[ $output == *"store: nothing to clean up"* ]]
}

@test "two at once do no harm" {
  cb-poll >/dev/null
  run cb-exec
  set_status 2 doing
  cb-reconcile --quiet >one & first=$!
  cb-reconcile --quiet >two
  wait "$first"
  [ "$(cat one two | grep -c deliver)" -eq 1 ]
  cb-reconcile --check
}

@test "a source that cannot be reached is 69, a name that is none is 64" {
  cb-poll >/dev/null
  mv board.json away.json
  run -69 cb-reconcile
  run -64 cb-reconcile bord
  [[ $output == *"reconcile bord: there is no such source; known: board"* ]]
}
