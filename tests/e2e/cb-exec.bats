#!/usr/bin/env bats
# cb-exec as a program: handlers, outcomes, and the wrapper for cron lines.

setup() {
  BIN=${CB_BIN:-$BATS_TEST_DIRNAME/../../build/default/bin}
  PATH=$BIN:$PATH
  export CB_STATE=$BATS_TEST_TMPDIR/state CB_CONFIG=$BATS_TEST_TMPDIR/config.json
  cd "$BATS_TEST_TMPDIR"
}

teardown() {
  pkill -KILL -f "$BATS_TEST_TMPDIR" || true
}

# handler MEMBERS RUN: a configuration with one handler for everything; RUN is a JSON list.
handler() {
  printf '{"handlers": {"all": {"match": {}, %s "run": %s}}, "exec": {"jobs": 2}}\n' "$1" "$2" >"$CB_CONFIG"
}

# tasks LINE…: admitted from standard input.
tasks() { printf '%s\n' "$@" | cb-poll -q --input - >/dev/null; }

field() { sqlite3 "$CB_STATE/state.db" "$1"; }

@test "the command gets the task, its variables and its directories" {
  handler '"artifacts": ["*.txt"],' '["sh", "-c", "cat >stdin.json; cmp stdin.json $CB_TASK_FILE; echo $CB_TASK $CB_ATTEMPT $1; echo x >$CB_ARTIFACTS/a.txt; echo $PWD", "sh", "{fields.Client} & co"]'
  tasks '{"id":"1","title":"One","fields":{"Client":"A; rm -rf /"}}'

  run cb-exec --json

  [ "$status" -eq 0 ]
  [[ $output == *'"outcome":"succeeded","exit":0'* ]]
  log=$(field "select id from runs")
  [ "$(cat "$CB_STATE/runs/$log/output.log")" = "input:1 1 A; rm -rf / & co
$CB_STATE/work/input/1" ]
}

@test "exit codes mean what the manual says" {
  handler '"attempts": 2, "backoff": {"first": "1h"},' '["sh", "-c", "exit $1", "sh", "{id}"]'
  tasks '{"id":"0","title":"t"}' '{"id":"1","title":"t"}' '{"id":"65","title":"t"}' '{"id":"75","title":"t"}'

  run cb-exec

  [ "$status" -eq 1 ]
  [ "$(field "select id||' '||state||' '||reason||' '||attempts from tasks order by id")" = "0 succeeded succeeded 1
1 ready retry 1
65 failed failed 1
75 ready snoozed 0" ]
}

@test "attempts are used up, then it has failed, and --retry starts anew" {
  handler '"attempts": 2, "backoff": {"first": "1ms", "max": "1ms"},' '["false"]'
  tasks '{"id":"1","title":"t"}'

  run cb-exec
  run cb-exec
  [ "$(field "select state, attempts from tasks")" = "failed|2" ]

  run cb-exec --retry
  [ "$status" -eq 1 ]
  [ "$(field "select count(*) from runs")" -ge 3 ]
}

@test "a command that does not exist fails for good and names the path tried" {
  handler '' '["/no/such/program"]'
  tasks '{"id":"1","title":"t"}'

  run cb-exec --json

  [ "$status" -eq 1 ]
  [[ $output == *'"exit":127'*'/no/such/program'* ]]
  [ "$(field "select state from tasks")" = failed ]
}

@test "a claim that needs a confirmation waits while the tracker is left alone, and says so" {
  cat >"$CB_CONFIG" <<'END'
{"sources": {"board": {"upstream": "file", "options": {"path": "board.json"},
   "statuses": {"ready": "to do", "running": "doing", "succeeded": "done", "failed": "broken"}}},
 "handlers": {"all": {"match": {}, "run": ["true"]}}}
END
  echo '{"tasks": [{"id": "1", "title": "One", "status": "to do"}]}' >board.json
  cb-poll -q
  mv board.json away.json
  for _ in 1 2 3 4 5; do run cb-poll -q board; done

  run cb-exec
  [ "$status" -eq 0 ]
  [[ $output == *"board: left alone until "* ]]
  [ "$(field "select state, (select count(*) from runs) from tasks")" = "ready|0" ]
  [[ $(cb-status why board:1) == *"source board is left alone until "* ]]

  mv away.json board.json
  cb-poll -q board
  cb-exec -q
  [ "$(field "select state from tasks")" = succeeded ]
}

@test "a success without its artifacts is a failure" {
  handler '"attempts": 1, "artifacts": ["*.md"],' '["true"]'
  tasks '{"id":"1","title":"t"}'

  run cb-exec --json

  [ "$status" -eq 1 ]
  [[ $output == *'*.md'* ]]
}

@test "a malformed result is a failure that says where" {
  handler '"attempts": 1,' '["sh", "-c", "echo oops >$CB_RESULT"]'
  tasks '{"id":"1","title":"t"}'

  run cb-exec --json

  [[ $output == *'result.json: line 1, column 1'* ]]
}

@test "a result refines the ending" {
  handler '' '["sh", "-c", "echo \"{{\\\"outcome\\\":\\\"snooze\\\",\\\"retry_after\\\":\\\"2h\\\",\\\"cost\\\":{{\\\"usd\\\":0.5}}}}\" >$CB_RESULT"]'
  tasks '{"id":"1","title":"t"}'

  run cb-exec --json

  [ "$status" -eq 0 ]
  [[ $output == *'"outcome":"snoozed"'* ]]
  [ "$(field "select cost_usd from runs")" = 0.5 ]
}

@test "a timeout ends the whole tree: own sessions, double forks, closed descriptors, empty environments" {
  handler '"attempts": 1, "timeout": "1s", "grace": "300ms",' '["sh", "-c", "trap \"\" TERM; setsid sleep 7771 & (env -i setsid sleep 7772 </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &); while :; do sleep 1; done"]'
  tasks '{"id":"1","title":"t"}'

  run timeout 20 cb-exec --json

  [ "$status" -eq 1 ]
  [[ $output == *'"outcome":"timed_out"'* ]]
  run pgrep -f 'sleep 777[12]'
  [ "$status" -ne 0 ]
}

@test "tasks of one key run one at a time, in order" {
  handler '"key": "{kind}",' '["sh", "-c", "echo begin $CB_TASK >>../../../../ledger; sleep 0.1; echo end $CB_TASK >>../../../../ledger"]'
  tasks '{"id":"b","title":"t","kind":"k"}' '{"id":"a","title":"t","kind":"k"}' '{"id":"c","title":"t","kind":"k","priority":1}'

  cb-exec --jobs 3

  [ "$(paste -sd' ' ledger)" = "begin input:c end input:c begin input:b end input:b begin input:a end input:a" ]
}

@test "named tasks run, others do not; one that cannot run says why" {
  handler '' '["true"]'
  tasks '{"id":"1","title":"t"}' '{"id":"2","title":"t"}' '{"id":"3","title":"t","after":["2"]}'

  run cb-exec 1 input:3

  [ "$status" -eq 1 ]
  [[ $output == *'input:3'*blocked* ]]
  [ "$(field "select group_concat(state) from (select state from tasks order by id)")" = "succeeded,ready,blocked" ]
  run cb-exec nosuch
  [ "$status" -eq 1 ]
}

@test "--dry-run shows the order and changes nothing" {
  handler '' '["echo", "{id}"]'
  tasks '{"id":"1","title":"t","priority":4}' '{"id":"2","title":"t"}'

  run cb-exec --dry-run

  [ "${lines[0]}" = "input:2	all	echo 2" ]
  [ "${lines[1]}" = "input:1	all	echo 1" ]
  [ "$(field "select count(*) from runs")" -eq 0 ]
}

@test "killed with -9 it leaves nothing undone: the next one ends the command and runs it again" {
  handler '"grace": "200ms",' '["sh", "-c", "trap \"\" TERM; echo $CB_ATTEMPT >>../../../../ledger; test $CB_ATTEMPT = 2 || while :; do sleep 0.1; done"]'
  sed -i 's/"run"/"backoff": {"first": "1ms"}, "run"/' "$CB_CONFIG"
  tasks '{"id":"1","title":"t"}'
  cb-exec &
  pid=$!
  for _ in $(seq 100); do [ -s ledger ] && break || sleep 0.05; done
  kill -9 $pid

  timeout 20 cb-exec || true
  timeout 20 cb-exec || true

  [ "$(paste -sd' ' ledger)" = "1 2" ]
  [ "$(field "select group_concat(outcome) from runs")" = "crashed,succeeded" ]
}

@test "SIGTERM lets commands end; what is cut short gives its attempt back" {
  handler '' '["sh", "-c", "echo x >>../../../../ledger; exec sleep 60"]'
  tasks '{"id":"1","title":"t"}'
  cb-exec --grace 300ms &
  pid=$!
  for _ in $(seq 100); do [ -s ledger ] && break || sleep 0.05; done

  kill -TERM $pid
  wait $pid

  [ "$(field "select state, reason, attempts from tasks")" = "ready|interrupted|0" ]
}

@test "--follow notices new work from another process within half a second" {
  handler '' '["sh", "-c", "date +%s%N >../../../../ran"]'
  cb-exec --follow &
  pid=$!
  for _ in $(seq 100); do [ -e "$CB_STATE/state.db" ] && break || sleep 0.05; done
  sleep 1

  added=$(date +%s%N)
  tasks '{"id":"1","title":"t"}'
  for _ in $(seq 60); do [ -s ran ] && break || sleep 0.05; done
  kill -TERM $pid
  wait $pid

  [ $((($(cat ran) - added) / 1000000)) -lt 1500 ]
}

@test "cancelling a running task ends its command" {
  handler '' '["sh", "-c", "echo x >../../../../started; exec sleep 60"]'
  tasks '{"id":"1","title":"t"}'
  cb-exec --json >out &
  pid=$!
  for _ in $(seq 100); do [ -s started ] && break || sleep 0.05; done

  cb-task cancel 1 --reason "not needed"
  wait $pid

  grep -q '"outcome":"canceled"' out
  [ "$(field "select state from tasks")" = canceled ]
}

# tie TASK PATH: as cb-watch leaves the store.
tie() {
  field "insert into files (watch, name, content, size, stamp, path, old_path, stage, task, match, missed, since)
    select 'inbox', 'a', hex(randomblob(16)), 1, 1, cast(x'$(printf %s "$2" | xxd -p)' as text), '', 'given', n, '', 0, 0
    from tasks where id = '$1'"
}

@test "a command gets its task's file as {file} and CB_FILE, byte by byte; without one it is held" {
  handler '' '["sh", "-c", "printf %s \"$1|$CB_FILE\"", "sh", "{file}"]'
  tasks '{"id":"1","title":"t"}'
  [ "$(field "select state, reason, detail from tasks")" = "held|missing_field|needs file" ]
  [[ $(cb-status why 1) == *'its command names {file}, and no file is tied to it'* ]]
  tie 1 $'/in/a b;\xff"$x'

  cb-task release -q 1
  cb-exec -q

  [ "$(field "select state from tasks")" = succeeded ]
  [ "$(cat "$CB_STATE"/runs/*/output.log)" = $'/in/a b;\xff"$x|/in/a b;\xff"$x' ]
}

@test "CB_FILE of somebody else is not passed on, and the wrapper knows the task's own" {
  handler '' '["sh", "-c", "echo file: $CB_FILE"]'
  tasks '{"id":"1","title":"t"}'

  CB_FILE=/other cb-exec -q
  [ "$(cat "$CB_STATE"/runs/*/output.log)" = "file:" ]

  tie 1 /in/a
  [ "$(cb-exec input:1 -- sh -c 'echo $CB_FILE')" = /in/a ]
}

@test "the wrapper passes input, output and exit code, and logs" {
  run bash -c 'echo in | cb-exec job -- sh -c "cat; echo err >&2; exit 3"'

  [ "$status" -eq 3 ]
  [[ $output == *in* && $output == *err* ]]
  run cat "$CB_STATE"/runs/*/output.log
  [[ $output == *in* && $output == *err* ]]
}

@test "the wrapper never runs twice at once" {
  cb-exec job -- sh -c 'touch started; sleep 2' &
  for _ in $(seq 100); do [ -e started ] && break || sleep 0.05; done

  run cb-exec job -- true

  [ "$status" -eq 75 ]
  [[ $output == *"already running"* ]]
  wait
}

@test "the wrapper's own codes: 124 timed out, 126 and 127 not startable" {
  run cb-exec a --timeout 200ms -- sleep 9
  [ "$status" -eq 124 ]
  run cb-exec b -- /etc
  [ "$status" -eq 126 ]
  run cb-exec c -- no-such-program
  [ "$status" -eq 127 ]
}

@test "the wrapper tries again while attempts are left" {
  printf '#!/bin/sh\ntest -e again || { touch again; exit 1; }\n' >flaky
  chmod +x flaky
  run timeout 60 cb-exec job --attempts 2 -- ./flaky

  [ "$status" -eq 0 ]
  [ "$(field "select group_concat(outcome) from runs")" = "failed,succeeded" ]
}

@test "wrong arguments are one line and 64" {
  for words in "--jobs 0" "--folow" "a b -- true" "--timeout 1s" "a --"; do
    run cb-exec $words
    [ "$status" -eq 64 ]
    [ "${#lines[@]}" -eq 1 ]
  done
}

@test "on a disk that is nearly full nothing is begun, and it is said why" {
  handler '' '["true"]'
  tasks '{"id":"1","title":"t"}'
  printf '{"handlers": {"all": {"match": {}, "run": ["true"]}}, "backup": {"headroom": "900000TB"}}\n' >"$CB_CONFIG"

  run cb-exec

  [ "$status" -eq 75 ]
  [[ $output == *"less than backup.headroom is free in $CB_STATE"* ]]
  [ "$(field "select state from tasks")" = ready ]
  [[ $(cb-status why 1) == *"less than backup.headroom is free"*"make room"* ]]

  run cb-exec local:x -- touch ran
  [ "$status" -eq 75 ]
  [[ $output == *"run local:x: less than backup.headroom is free in $CB_STATE; it is not started until there is room"* ]]
  [ ! -e ran ]

  echo '{"backup": {"headroom": 1}}' >"$CB_CONFIG"
  cb-exec local:x -- touch ran  # it needs no configuration, so a wrong one stops it from nothing
  [ -e ran ]
}

@test "what has ended is recorded on a full disk, with the room of the reserve" {
  unshare -Urm true || skip "no namespaces of one's own here"
  mkdir "$CB_STATE"
  printf '{"handlers": {"all": {"match": {}, "run": ["sh", "-c", "cat /dev/zero >$1/filling; true", "sh", "%s"]}},
    "backup": {"headroom": "0KB"}}\n' "$CB_STATE" >"$CB_CONFIG"

  run unshare -Urm sh -c 'mount -t tmpfs -o size=24m none "$CB_STATE"
    printf "{\"id\":\"1\",\"title\":\"t\"}\n" | cb-poll -q --input - >/dev/null
    cb-exec; echo "exit $?"
    ls "$CB_STATE"
    cb-status list --json'

  [[ $output == *"the reserve $CB_STATE/reserve was given up"* ]]
  [[ $output == *"exit 0"* ]]
  [[ $output == *'"state":"succeeded"'* ]]
}
