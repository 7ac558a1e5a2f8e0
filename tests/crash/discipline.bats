#!/usr/bin/env bats
# What the tools do to the files of the database, as the kernel sees it.

setup() {
  strace -f -o /dev/null true 2>/dev/null || skip "strace cannot trace here"
  cd "$BATS_TEST_TMPDIR"
  export CB_STATE=$PWD/state CB_CONFIG=$PWD/config.json PATH=$CB_BIN:$PATH
  cat >config.json <<'END'
{"sources": {"board": {"upstream": "file", "options": {"path": "board.json"},
   "statuses": {"ready": ["to do"], "running": "in progress", "succeeded": "done", "failed": "stuck"}}},
 "handlers": {"all": {"match": {}, "run": ["/bin/true"]}}}
END
  echo '{"tasks": [{"id": "a", "title": "A", "status": "to do"}, {"id": "b", "title": "B", "status": "to do"}]}' >board.json
  seq 15000 | sed 's/.*/{"id": "i&", "title": "Task & of the input", "fields": {"Text": "some words that fill the log"}}/' >tasks.jsonl
}

# The violations of one call, added to the file `violations`, and what there was to judge to `judged`.
traced() {
  strace -f -y -s 0 -o trace -e trace=%file,%process,open,openat,creat,write,writev,pwrite64,pwritev,ftruncate,fallocate,flock \
    "$@" >/dev/null 2>&1 || [[ $? = 1 ]]
  awk -f "$ROOT/tests/crash/trace.awk" trace >verdict
  sed '$d; s/^/'"$1"': /' verdict >>violations
  tail -n 1 verdict >>judged
}

@test "only SQLite opens the database, and writes to it only inside the gate" {
  traced cb-poll
  traced cb-exec
  traced cb-task add "By hand" --id hand
  traced cb-task hold local:hand
  traced cb-task release local:hand
  traced cb-exec nightly -- true
  for query in summary list 'show board:a' 'why board:b' 'log board:a' events; do
    traced cb-status $query
  done
  traced cb-exec
  traced cb-poll

  cat violations judged
  [[ ! -s violations ]]
  [[ $(grep -c 'written [1-9]' judged) -ge 7 ]]
  ! grep -q 'opened 0,' judged
}

@test "a checkpoint happens only inside the gate" {
  traced cb-poll --input tasks.jsonl

  cat violations judged
  [[ ! -s violations ]]
  ! grep -q 'moved back [0-9]$' judged
}

@test "a file that is opened or written past SQLite is noticed" {
  traced cb-task add "By hand" --id hand
  : >violations

  traced sh -c 'cat state/state.db; : >>state/state.db-wal; echo >>state/state.db-wal'

  [[ $(grep -c 'not opened by SQLite' violations) = 3 ]]
  grep 'written without the gate' violations
}
