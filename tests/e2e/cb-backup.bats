#!/usr/bin/env bats
# cb-backup as a program: beside tools that write, on a full disk, and restored without it.

bats_require_minimum_version 1.5.0

setup() {
  BIN=${CB_BIN:-$BATS_TEST_DIRNAME/../../build/default/bin}
  PATH=$BIN:$PATH
  cd "$BATS_TEST_TMPDIR"
  export CB_STATE=$PWD/state CB_CONFIG=$PWD/config.json
  echo '{}' >config.json
}

add() {  # ID…
  for id; do cb-task add "Task $id" --id "$id" >/dev/null; done
}

# The program in docs/backup.md.
restorer() {
  awk '/^```python$/ { on = 1; next } /^```$/ { on = 0 } on' \
    "${ROOT:-$BATS_TEST_DIRNAME/../..}/docs/backup.md" >restore.py
  [ -s restore.py ]
}

ids() { cb-backup list | cut -f 1; }

tasks_in() {  # DATABASE
  sqlite3 "$1" "SELECT group_concat(id || ' ' || state) FROM (SELECT * FROM tasks ORDER BY id)"
}

@test "without a store there is nothing to back up" {
  run -1 cb-backup
  [[ $output == *"there is no store yet"* ]]
}

@test "a full backup, an increment, and nothing new" {
  add one two
  [[ $(cb-backup) == *$'\tfull\t'*$'\tcreated\tchecked' ]]
  cb-task hold one >/dev/null
  [[ $(cb-backup) == *$'\tpages\t'*$'\tcreated\tchecked' ]]
  [[ $(cb-backup 2>err) == *$'\tpages\t'*$'\tkept\tchecked' ]]
  [[ $(cat err) == "cb-backup: nothing new since "* ]]
}

@test "silent when nobody wants to know, and only problems are told" {
  add one
  cb-backup --quiet 2>err >/dev/null
  cb-backup --quiet 2>>err >/dev/null
  [ ! -s err ]
}

@test "a full one is restored with zstd and sqlite3 alone" {
  add one two
  cb-backup >/dev/null

  zstd -q -d state/backups/*/state.db.zst -o restored.db

  [ "$(sqlite3 restored.db 'PRAGMA integrity_check')" = ok ]
  [ "$(tasks_in restored.db)" = "one held,two held" ]
  sum=$(sed 's/.*"image_sha256":"\([^"]*\).*/\1/' state/backups/*/manifest.json)
  zstd -q -dc state/backups/*/state.db.zst | sha256sum | grep -q "^$sum "
}

@test "increments are restored with the program of the documentation" {
  echo '{"backup": {"keep": {"hourly": 99}}}' >config.json
  restorer
  for i in $(seq 1 60); do add "task-$i"; done
  # One in each hour, so that all are kept.
  cb-backup >/dev/null
  for i in 1 2 3 4; do
    for j in $(seq "$i" 7 60); do cb-task hold "task-$j" >/dev/null 2>&1 || true; done
    sqlite3 -readonly state/state.db "SELECT group_concat(id || ' ' || state) FROM (SELECT * FROM tasks ORDER BY id)" >"want-$i"
    cb-backup --json | head -1 | sed 's/{"id":"\([^"]*\).*/\1/' >"id-$i"
    cp -r state/backups "shelf-$i"
  done
  for i in 1 2 3 4; do
    python3 restore.py "shelf-$i/$(cat "id-$i")" "restored-$i.db"
    [ "$(sqlite3 "restored-$i.db" 'PRAGMA integrity_check')" = ok ]
    [ "$(tasks_in "restored-$i.db")" = "$(cat "want-$i")" ]
  done
}

@test "a restored image is a store that tools take" {
  add one two
  cb-backup >/dev/null
  zstd -q -d state/backups/*/state.db.zst -o state/restored.db
  rm state/state.db state/state.db-wal state/state.db-shm
  mv state/restored.db state/state.db

  cb-task cancel one >/dev/null
  [ "$(cb-status list --state canceled | wc -l)" = 1 ]
}

@test "copies made while four others write are each one moment" {
  add one
  for writer in 1 2 3 4; do
    for i in $(seq 1 40); do cb-task add x --id "w$writer-$i" >/dev/null; done &
  done
  for i in $(seq 1 8); do
    cb-backup --dest "shelf" --quiet >/dev/null
    cb-backup verify --dest shelf >/dev/null
  done
  wait
  cb-backup --dest shelf >/dev/null
  cb-backup verify --all --dest shelf >/dev/null
  restorer
  newest=$(cb-backup list --dest shelf | head -1 | cut -f 1)
  python3 restore.py "shelf/$newest" restored.db
  [ "$(sqlite3 restored.db 'SELECT count(*) FROM tasks')" = 161 ]
}

@test "a damaged backup is named, and the next one is built on nothing that is damaged" {
  add one
  cb-backup >/dev/null
  id=$(ids)
  printf x | dd of="state/backups/$id/state.db.zst" bs=1 seek=100 conv=notrunc 2>/dev/null
  run -1 cb-backup verify
  [[ $output == *"cb-backup: verify $id: "* ]]
  [[ $(cb-backup list) == *"damaged: "* ]]

  add two
  [[ $(cb-backup) == *$'\tfull\t'* ]]
  cb-backup verify >/dev/null
}

@test "what is missing is seen at a look" {
  add one
  cb-backup >/dev/null
  rm state/backups/*/pages.idx
  [[ $(cb-backup list) == *"damaged: pages.idx is missing" ]]
}

@test "two at once: the second waits, or says who is at it" {
  add one
  mkdir -p state/backups
  exec 9>state/backups/.lock
  flock 9
  run -75 cb-backup --wait 10ms 9>&-
  [[ $output == *"another cb-backup is at work there ("* ]]
  exec 9>&-
  cb-backup >/dev/null
}

@test "on a full disk nothing is left, and old backups stay" {
  unshare -Urm true 2>/dev/null || skip "no namespaces here"
  for i in $(seq 1 30); do cb-task add "$(head -c 3000 /dev/urandom | base64 -w 0 | head -c 3000)" --id "t$i" >/dev/null; done
  mkdir small
  cat >inside <<'END'
mount -t tmpfs -o size=900k tmpfs small
echo '{"backup": {"headroom": "0KB"}}' >config.json
cb-backup --dest small; echo "first $?"
ls small | wc -l
dd if=/dev/zero of=small/ballast bs=1k 2>/dev/null
cb-task hold t1 >/dev/null
cb-backup --dest small; echo "second $?"
ls -A small | grep -c tmp
rm small/ballast
cb-backup --dest small verify --all; echo "third $?"
END
  run unshare -Urm sh inside
  echo "$output"
  [[ $output == *"first 0"*"second 75"*$'\n0\n'*"third 0"* ]]
}

@test "a finished backup goes to a command, and stays here when that fails" {
  add one
  run -1 cb-backup create --to-command -- false
  [[ $output == *"hand over "*": false: exit 1; it is kept here, and tried again the next time"* ]]

  mkdir elsewhere
  cb-backup create --to-command -- cp -r '{dir}' elsewhere/ >/dev/null
  [ "$(ls elsewhere)" = "$(ids)" ]
  echo '{"backup": {"to_command": ["sh", "-c", "echo $0 $1 >>taken", "{file}", "{manifest}"]}}' >config.json
  add two
  cb-backup >/dev/null
  [ "$(wc -l <taken)" = 1 ]
  [[ $(cat taken) == */pages.zst*/manifest.json ]]
}

@test "a wrong configuration is named" {
  echo '{"backup": {"headroom": "lots"}}' >config.json
  run -78 cb-backup
  [[ $output == *'/backup/headroom: expected a size such as "64MB" or "2GB", not "lots"'* ]]
}

# What must come back: everything that tools decide by.
state_of_all() { sqlite3 state/state.db "SELECT n, source, id, title, state, reason, detail, since, attempts, unmet, run FROM tasks ORDER BY n; SELECT * FROM events; SELECT * FROM counts WHERE tasks > 0 ORDER BY 1, 2, 3; SELECT * FROM deps; SELECT id, task, outcome FROM runs"; }

damaged_and_restored() {  # COMMAND…: damages state/state.db
  echo '{"handlers": {"work": {"match": {}, "run": ["sh", "-c", "echo $CB_TASK >>ran"]}}}' >config.json
  add one two three
  cb-task add four --id four --after local:three >/dev/null
  cb-exec local:one >/dev/null
  cb-backup --quiet >/dev/null
  cb-exec local:two >/dev/null
  cb-task hold three >/dev/null
  state_of_all >want
  "$@"
  cb-backup restore >out 2>err || { cat out err; false; }
  diff want <(state_of_all)
  cb-backup check >/dev/null
  cb-task release three >/dev/null
  cb-exec >/dev/null
  [ "$(sort state/work/local/*/ran ran 2>/dev/null | uniq -d | wc -l)" = 0 ]
  [ "$(cb-status list --state succeeded | wc -l)" = 4 ]
}

@test "restored after pages were overwritten" {
  damaged_and_restored dd if=/dev/urandom of=state/state.db bs=4096 seek=2 count=20 conv=notrunc status=none
}

@test "restored after the header was lost" {
  damaged_and_restored dd if=/dev/zero of=state/state.db bs=100 count=1 conv=notrunc status=none
}

@test "restored after the file was cut off" {
  damaged_and_restored truncate -s 9000 state/state.db
}

@test "restored after the file was deleted, and its log was left behind" {
  damaged_and_restored rm state/state.db
}

@test "a restore keeps the damaged file once, with its log" {
  add one
  cb-backup --quiet >/dev/null
  add two
  dd if=/dev/zero of=state/state.db bs=100 count=1 conv=notrunc status=none
  cp state/state.db damaged
  cb-backup restore >/dev/null 2>&1
  cmp damaged state/quarantine/*/state.db
  ls state/quarantine/*/state.db-wal
  [ "$(ls state/quarantine | wc -l)" = 1 ]
}

@test "tools that come during a restore are told, and nothing of theirs is lost" {
  add one
  cb-backup --quiet >/dev/null
  for i in $(seq 1 30); do
    cb-task add x --id "w$i" >/dev/null 2>&1 && echo "local:w$i" >>done
  done &
  writer=$!
  for i in 1 2 3; do cb-backup restore >/dev/null 2>&1; done
  wait "$writer" || true  # its last one may have been turned away
  cb-backup check >/dev/null
  [ ! -e done ] || for task in $(cat done); do cb-status show "$task" >/dev/null; done
}

@test "a dry run tells, and changes nothing" {
  add one
  cb-backup --quiet >/dev/null
  add two
  before=$(state_of_all)
  [[ $(cb-backup restore --dry-run) == *$'\twould restore\t1\t2\t0\t0\t-' ]]
  [ "$(state_of_all)" = "$before" ]
  [ ! -e state/quarantine ]
  [ -z "$(find state/backups -name '.tmp*')" ]
}

@test "into another file, and the store stays as it is" {
  add one
  cb-backup --quiet >/dev/null
  add two
  cb-backup restore --to beside.db >/dev/null
  [ "$(sqlite3 beside.db 'SELECT count(*) FROM tasks')" = 2 ]
  run -64 cb-backup restore --to beside.db
}

@test "an earlier moment: what ran since is held, not run again" {
  echo '{"handlers": {"work": {"match": {}, "run": ["true"]}}}' >config.json
  add one two
  cb-backup --quiet >/dev/null
  sleep 0.01
  at=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
  sleep 0.01
  cb-exec local:one >/dev/null
  cb-backup restore --at "$at" >/dev/null 2>err
  grep -q "held: local:one: run .* came after the moment restored" err
  [[ $(cb-status list --state held) == *"local:one"* ]]
  cb-exec >ran
  [[ $(cat ran) == *local:two* ]]
  [[ $(cat ran) != *local:one* ]]
  cb-backup check
}

@test "a damage right after an earlier moment was restored does not bring back what was left" {
  add one
  cb-backup --quiet >/dev/null
  sleep 0.01
  at=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
  sleep 0.01
  add two three
  cb-backup --quiet >/dev/null
  cb-backup restore --at "$at" >/dev/null
  add four
  rm state/state.db*

  cb-backup restore >/dev/null
  [ "$(tasks_in state/state.db)" = "four held,one held" ]
}

@test "the newest backup that is whole is taken, and the journal does the rest" {
  add one
  cb-backup --dest older --quiet >/dev/null
  add two
  cb-backup --dest newer --quiet >/dev/null
  mv newer/2* older/
  newest=$(cb-backup --dest older list | head -1 | cut -f 1)
  printf x | dd of="older/$newest/state.db.zst" bs=1 seek=300 conv=notrunc status=none
  rm state/state.db*
  cb-backup restore --dest older >/dev/null 2>err
  grep -q "pass over $newest: " err
  [ "$(cb-status list | wc -l)" = 2 ]
}

@test "without any backup that is said" {
  add one
  run -1 cb-backup restore
  [[ $output == *"there is no sound backup"* ]]
  [ "$(cb-status list | wc -l)" = 1 ]
}

@test "check tells what is wrong and what to do" {
  add one
  [ "$(cb-backup check)" = $'sound\t-' ]
  dd if=/dev/zero of=state/state.db bs=100 count=1 conv=notrunc status=none
  run -1 cb-backup check
  [[ $output == damaged* ]]
  [[ $output == *"run cb-backup restore"* ]]
}

# An index that does not have all rows: what the WAL-reset bug of SQLite leaves.
lose_index_rows() {
  sqlite3 state/state.db "PRAGMA writable_schema=ON;
    UPDATE sqlite_schema SET sql = replace(sql, 'WHERE state <>', 'WHERE id = ''two'' AND state <>') WHERE name = 'tasks_state'" \
    'PRAGMA writable_schema=RESET' 'REINDEX tasks_state' 'PRAGMA writable_schema=ON' \
    "UPDATE sqlite_schema SET sql = replace(sql, 'WHERE id = ''two'' AND state <>', 'WHERE state <>') WHERE name = 'tasks_state'"
}

@test "an index that lost rows is repaired, and a copy is kept" {
  add one two three
  lose_index_rows
  run -1 cb-backup check
  [[ $output == index*"run cb-backup repair"* ]]
  run -70 cb-backup

  [[ $(cb-backup repair --dry-run) == repaired* ]]
  run -1 cb-backup check
  [ ! -e state/quarantine ]
  [[ $(cb-backup repair) == repaired* ]]
  cb-backup check
  ls state/quarantine/*/state.db
  [[ $(cb-backup repair) == sound* ]]
  cb-backup >/dev/null
}

# As if each event was of another day.
a_file_for_each_event() {
  mv state/journal all
  mkdir state/journal
  while IFS= read -r line; do
    seq=${line#\{\"seq\":}
    printf '%s\n' "$line" >"state/journal/$(printf '%016d' "${seq%%,*}").jsonl"
  done < <(cat all/*.jsonl)
  rm -r all
  touch -d '8 days ago' state/journal/*
}

@test "the journal reaches back to the oldest backup, and only the configured directory shortens it" {
  echo '{"backup": {"keep": {"hourly": 1}}}' >config.json
  add one two
  cb-backup --quiet >/dev/null
  add three four
  cb-backup --dest elsewhere --quiet >/dev/null
  a_file_for_each_event

  cb-backup prune --dest elsewhere 2>err
  [ ! -s err ]
  [ "$(ls state/journal | wc -l)" = 4 ]
  [ "$(cb-backup prune --json 2>err)" = '{"id":null,"action":"removed journal","files":2,"up_to_event":2}' ]
  [ "$(cat err)" = "cb-backup: removed journal: 2 files of events that no backup needs, up to 2" ]
  [ "$(ls state/journal)" = "$(printf '%016d.jsonl\n' 3 4)" ]

  before=$(state_of_all)
  rm state/state.db*
  cb-backup restore >/dev/null
  [ "$(state_of_all)" = "$before" ]
  cb-backup check
}

# --- what can be proven after a restore, and what cannot

# The journal of the time since the last backup is lost, and so is the store.
lose_all_since_backup() {
  rm -rf state/journal state/state.db*
}

board() {  # the configuration, and a board with the tasks 1 to 3
  cat >config.json <<'END'
{
  "sources": {"board": {"upstream": "file", "options": {"path": "board.json"},
    "statuses": {"ready": "to do", "running": "doing", "succeeded": "done", "failed": "broken"}}},
  "handlers": {"work": {"match": {}, "run": ["sh", "-c", "echo $CB_TASK >>\"$CB_STATE/../ran\""]}}
}
END
  for id in 1 2 3; do echo "{\"id\": \"$id\", \"title\": \"Task $id\", \"status\": \"to do\"}"; done |
    jq -s '{tasks: .}' >board.json
}

@test "what upstream shows as done is not done again, although every trace of it here is lost" {
  board
  cb-poll >/dev/null
  cb-backup --quiet >/dev/null
  cb-exec board:1 board:2 >/dev/null
  lose_all_since_backup
  rm -r state/runs

  [ "$(cb-backup restore --dry-run --json 2>/dev/null | jq -c '[.held, .proven, .missing]')" = "[3,0,0]" ]
  cb-backup restore >/dev/null 2>err
  grep -q "held: board:1: there is no journal after event 3" err
  cb-exec >/dev/null
  [ "$(sort ran)" = $'board:1\nboard:2' ]
  cb-poll >/dev/null
  [ "$(cb-status list --state canceled --json | jq -r '.id + " " + .reason' | sort)" = $'1 done_upstream\n2 done_upstream' ] ||
    { cb-status list --json; false; }
  cb-task release board:3 >/dev/null
  cb-exec >/dev/null
  [ "$(sort ran)" = $'board:1\nboard:2\nboard:3' ]
}

@test "cb-reconcile concludes a held task that upstream shows done, too" {
  board
  cb-poll >/dev/null
  cb-backup --quiet >/dev/null
  cb-exec board:1 >/dev/null
  lose_all_since_backup

  cb-backup restore >/dev/null 2>err
  grep -q "held: board:1: run .* is not in the restored store, and nothing tells how it ended" err
  cb-reconcile >/dev/null
  [ "$(cb-status list --state canceled --json | jq -r .id)" = 1 ]
}

@test "a run whose end was kept is concluded, and only what proves nothing is held" {
  cat >config.json <<'END'
{"handlers": {
  "slow": {"match": {"kind": "Slow"}, "run": ["sh", "-c", "echo $CB_TASK >>\"$CB_STATE/../ran\"; touch \"$CB_STATE/../began\"; until [ -e \"$CB_STATE/../go\" ]; do sleep 0.05; done; echo x >$CB_ARTIFACTS/a.txt"], "artifacts": ["*.txt"]},
  "work": {"match": {}, "run": ["sh", "-c", "echo $CB_TASK >>\"$CB_STATE/../ran\""]}}}
END
  cb-task add Slow --id slow --kind Slow >/dev/null
  add quick
  cb-backup --quiet >/dev/null
  cb-exec local:quick >/dev/null
  cb-exec local:slow >/dev/null 2>&1 3>&- &
  for _ in $(seq 200); do [ ! -e began ] || break; sleep 0.05; done
  # The command ends while nobody can write; cb-exec keeps how, and is killed.
  exec 9>>state/locks/write
  flock 9
  touch go
  for _ in $(seq 200); do ! grep -qs run state/ends/* || break; sleep 0.05; done
  grep -q run state/ends/*
  kill -9 $!
  wait $! || true
  exec 9>&-
  lose_all_since_backup

  [ "$(cb-backup restore --dry-run --json 2>/dev/null | jq -c '[.held, .proven]')" = "[1,1]" ]
  [ "$(cb-backup restore --json 2>err | jq -c '[.held, .proven]')" = "[1,1]" ]
  grep -q "proven: local:slow: run .*: succeeded" err
  grep -q "held: local:quick: run .* is not in the restored store, and nothing tells how it ended" err
  cb-exec >/dev/null
  [ "$(cb-status list --state succeeded --json | jq -r .id)" = slow ]
  [ "$(cat ran | wc -l)" = 2 ]
  cb-backup check
}

@test "a restore begins only if there is room for it, and says how much it needs" {
  unshare -Urm true 2>/dev/null || skip "no namespaces here"
  mkdir small
  cat >inside <<'END'
mount -t tmpfs -o size=6m tmpfs small
export CB_STATE=$PWD/small/state
cb-task add One --id one >/dev/null
cb-backup --dest shelf --quiet >/dev/null
rm small/state/state.db*
dd if=/dev/zero of=small/ballast bs=1k count=$(($(df --output=avail -k small | tail -1) - 64)) 2>/dev/null
cb-backup --dest shelf restore; echo "first $?"
ls small/state | grep -c restore
rm small/ballast
cb-backup --dest shelf restore >/dev/null; echo "second $?"
cb-status show one >/dev/null; echo "third $?"
END
  run unshare -Urm sh inside
  echo "$output"
  [[ $output == *"state.db.restore: only "*" are free, and "*" are needed"*"first 75"*$'\n0\n'*"second 0"*"third 0"* ]]
}

@test "what repair did, cb-status tells" {
  add one two three
  lose_index_rows
  cb-backup repair >/dev/null
  [[ $(cb-status) == *$'store\trepaired\t'*", its indexes: "* ]]
  [ "$(cb-status --json | jq -r .mended.how)" = repair ]
}
