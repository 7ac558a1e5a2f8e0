#!/usr/bin/env bats
# A store that is damaged, lost or too old, as each tool meets it; and one that mends itself.

bats_require_minimum_version 1.5.0

setup() {
  BIN=${CB_BIN:-$BATS_TEST_DIRNAME/../../build/default/bin}
  PATH=$BIN:$PATH
  cd "$BATS_TEST_TMPDIR"
  export CB_STATE=$PWD/state CB_CONFIG=$PWD/config.json
  mkdir in
  configure false
  echo '{"tasks": [{"id": "1", "title": "One", "status": "to do"}]}' >board.json
  cb-poll --quiet >/dev/null
}

configure() {  # AUTO_RESTORE
  cat >config.json <<END
{
  "sources": {"board": {"upstream": "file", "options": {"path": "board.json"},
    "statuses": {"ready": "to do", "running": "doing", "succeeded": "done", "failed": "broken"}}},
  "watches": {"in": {"dir": "in", "settle": "0s", "kind": "F"}},
  "handlers": {"work": {"match": {}, "run": ["sh", "-c", "echo \$CB_TASK >>\"\$CB_STATE/../ran\""]}},
  "backup": {"auto_restore": $1}
}
END
}

lose_header() { dd if=/dev/zero of=state/state.db bs=100 count=1 conv=notrunc status=none; }
lose_pages() {
  sqlite3 state/state.db 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
  dd if=/dev/urandom of=state/state.db bs=4096 seek=1 count=90 conv=notrunc status=none
}

# What each tool says, one after the other, and its exit code.
each_tool() {
  local call
  for call in "cb-poll" "cb-exec" "cb-exec x -- true" "cb-reconcile" "cb-watch" "cb-status list" \
    "cb-task add y" "cb-task hold board:1" "cb-backup create --full"; do
    run $call
    echo "$call: $status: $output"
  done
}

expect_each() {  # WHAT-THEY-NAME
  each_tool >said
  cat said
  [ "$(grep -c ': 70: .*; run cb-backup '"$1" said)" = 9 ]
  [ "$(wc -l <said)" = 9 ]
}

@test "a store without its header: every tool names the way to restore it" {
  lose_header
  expect_each restore
}

@test "a store with damaged pages: every tool names the way to check it" {
  lose_pages
  expect_each check
}

@test "a store that was lost: every tool names the way to restore it" {
  rm state/state.db*
  expect_each restore
}

@test "a store that is older than its journal: whoever would write names the way to restore it" {
  sqlite3 state/state.db "VACUUM INTO 'old.db'"
  cb-task add z >/dev/null
  rm state/state.db*
  mv old.db state/state.db
  sqlite3 state/state.db 'PRAGMA journal_mode=WAL' >/dev/null
  for call in "cb-poll --full" "cb-exec" "cb-task add y"; do
    run -70 $call
    [[ $output == *"older than its journal"*"; run cb-backup restore" ]] || { echo "$call: $output"; false; }
  done
  run -1 cb-backup check
  [[ $output == behind* ]]
}

@test "damaged and left alone, unless the configuration says otherwise" {
  cb-backup --quiet >/dev/null
  lose_header
  run -70 cb-exec
  run -70 cb-exec
  [ ! -e state/quarantine ]
}

@test "restored without a person, loudly, and the next call goes on" {
  cb-backup --quiet >/dev/null
  cb-task add second --id second >/dev/null
  configure true
  lose_header
  cp state/state.db damaged

  run -75 cb-exec
  echo "$output"
  [[ $output == *"cb-exec: the store is damaged ("*"); as backup.auto_restore says: cb-backup restore"* ]]
  [[ $output == *"the store was damaged, and is whole again: restored from backup 2"*", 0 tasks held, 0 events lost; the old files are in $CB_STATE/quarantine; the next call goes on"* ]]
  cmp damaged state/quarantine/2*/state.db
  [ ! -e ran ]
  cb-exec >/dev/null
  [ "$(sort ran)" = $'board:1\nlocal:second' ]
  cb-backup check
  [[ $(cb-status) == *$'\nstore\trestored\t'*" from backup 2"*", tasks held: 0, events lost: 0"* ]]
  [ "$(cb-status --json | jq -c '.mended | [.how, .held, .missing]')" = '["restore",0,0]' ]
}

@test "every tool that works on the store restores it; one that only looks does not" {
  cb-backup --quiet >/dev/null
  configure true
  for call in "cb-poll" "cb-reconcile" "cb-watch" "cb-exec x -- true"; do
    rm -f state/quarantine/auto-restored
    lose_header
    run -70 cb-status list
    run -70 cb-poll --dry-run
    run -75 $call
    [[ $output == *"is whole again: restored from backup"* ]] || { echo "$call: $output"; false; }
    cb-backup check >/dev/null
  done
}

@test "a store that was lost, and one that is older than its journal, are restored as well" {
  cb-backup --quiet >/dev/null
  configure true
  rm state/state.db*
  run -75 cb-exec
  rm state/quarantine/auto-restored
  sqlite3 state/state.db "VACUUM INTO 'old.db'"
  cb-task add z --id z >/dev/null
  rm state/state.db*
  mv old.db state/state.db
  sqlite3 state/state.db 'PRAGMA journal_mode=WAL' >/dev/null
  run -75 cb-exec
  cb-status show local:z >/dev/null
}

@test "a second damage within a day is left to a person" {
  cb-backup --quiet >/dev/null
  configure true
  lose_header
  run -75 cb-exec
  cb-exec >/dev/null
  lose_header
  cp state/state.db damaged

  run -70 cb-exec
  [[ $output == *"is damaged again within 24 hours of "*"look at the disk, then run cb-backup restore"* ]]
  cmp damaged state/state.db
  sed -i 's/"at":"[^"]*"/"at":"2020-01-01T00:00:00.000Z"/' state/quarantine/auto-restored
  run -75 cb-exec
  cb-backup check
}

@test "an index alone is built anew, and nothing restored" {
  cb-task add two --id two >/dev/null
  cb-backup --quiet >/dev/null
  configure true
  # The index gets the rows of one task alone: what is claimed first is missing in it.
  sqlite3 state/state.db "PRAGMA writable_schema=ON;
    UPDATE sqlite_schema SET sql = replace(sql, 'WHERE state <>', 'WHERE id = ''two'' AND state <>') WHERE name = 'tasks_state'" \
    'PRAGMA writable_schema=RESET' 'REINDEX tasks_state' 'PRAGMA writable_schema=ON' \
    "UPDATE sqlite_schema SET sql = replace(sql, 'WHERE id = ''two'' AND state <>', 'WHERE state <>') WHERE name = 'tasks_state'"

  run -75 cb-exec
  echo "$output"
  [[ $output == *"is whole again: its indexes were built anew"* ]]
  cb-backup check
  [[ $(cb-status) == *$'\nstore\trepaired\t'* ]]
  cb-exec >/dev/null
  [ "$(wc -l <ran)" = 2 ]
}

@test "without a backup the damage is told, and stays" {
  configure true
  lose_header
  run -70 cb-exec
  [[ $output == *"cb-backup restore: exit 1; the store stays damaged: it is left to you"* ]]
}

@test "what is no damage is never restored" {
  cb-backup --quiet >/dev/null
  configure true
  sqlite3 state/state.db 'PRAGMA user_version = 999'
  run -70 cb-exec
  [[ $output == *"is newer than this program's"* ]]
  sqlite3 state/state.db 'PRAGMA user_version = 1; PRAGMA application_id = 7'
  run -70 cb-exec
  [[ $output == *"not a store of cb"* ]]
  [ ! -e state/quarantine ]
}

@test "two that meet the damage together: one restores, the other waits for the next call" {
  cb-backup --quiet >/dev/null
  configure true
  lose_header
  for _ in 1 2 3 4; do
    { cb-exec >/dev/null 2>&1; echo $? >>codes; } &
  done
  wait
  ! grep -qv '^75$\|^0$' codes || { cat codes; false; }
  [ "$(ls -d state/quarantine/2* | wc -l)" = 1 ]
  cb-exec >/dev/null
  [ "$(cat ran)" = board:1 ]
}
