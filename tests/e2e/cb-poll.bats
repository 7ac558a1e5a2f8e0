#!/usr/bin/env bats
# cb-poll as a program, on real boards, configurations and pipes.

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
      "statuses": {"ready": "to do", "running": "doing", "succeeded": "done", "failed": "broken"},
      "opt_in": "fields.Automate"
    },
    "plain": {"no_due_date": "run"}
  },
  "handlers": {"work": {"match": {"kind": "Work"}, "run": ["true", "{fields.Client}"]}}
}
END
  cat >board.json <<'END'
{"tasks": [
  {"id": "1", "title": "One", "kind": "Work", "status": "to do", "fields": {"Automate": true, "Client": "Acme"}},
  {"id": "2", "title": "Two", "kind": "Work", "status": "to do", "fields": {"Automate": true, "Client": "Acme"}, "after": ["1"]},
  {"id": "3", "title": "Three", "kind": "Work", "status": "to do", "fields": {"Client": "Acme"}},
  {"id": "4", "title": "Four", "kind": "Work", "status": "to do", "fields": {"Automate": true}},
  {"id": "5", "title": "Five", "kind": "Play", "status": "to do", "fields": {"Automate": true}},
  {"id": "6", "title": "Six", "kind": "Work", "status": "doing", "fields": {"Automate": true, "Client": "Acme"}},
  {"id": "7", "title": "Seven", "kind": "Work", "status": "done", "fields": {"Automate": true, "Client": "Acme"}}
]}
END
}

# A helper of our own instead of cb-upstream-file: greets, then does what stdin says.
helper() {
  { echo 'read -r line; echo '\''{"ok":true,"can":["list","set_status","comment","attach"]}'\'; cat; } >helper.sh
  sed -i 's|"upstream": "file"|"upstream": ["/bin/sh", "helper.sh"]|' config.json
}

set_status() {  # ID STATUS
  sed -i "s|\(\"id\": \"$1\".*\"status\": \)\"[^\"]*\"|\1\"$2\"|" board.json
}

fails() {  # CODE COMMAND…
  local want=$1
  shift
  run "$@"
  echo "exit $status: $output"
  [ "$status" -eq "$want" ]
}

@test "every task has a verdict and a reason" {
  cb-poll --json >out 2>err
  cat err
  diff - out <<'END'
{"task":"board:1","verdict":"ready","previous":null,"reason":"ready","title":"One"}
{"task":"board:2","verdict":"blocked","previous":null,"reason":"after board:1","title":"Two"}
{"task":"board:3","verdict":"held","previous":null,"reason":"not_opted_in","title":"Three","detail":"fields.Automate is not set"}
{"task":"board:4","verdict":"held","previous":null,"reason":"missing_field","title":"Four","detail":"needs fields.Client"}
{"task":"board:5","verdict":"held","previous":null,"reason":"no_handler","title":"Five","detail":"kind is \"Play\""}
{"task":"board:6","verdict":"held","previous":null,"reason":"in_progress_elsewhere","title":"Six","detail":"status doing"}
END
  [ "$(cat err)" = "cb-poll: board: 7 tasks listed, 1 ready, 4 held, 1 blocked, 0 unchanged, 1 ignored" ]
}

@test "what did not change is not told again" {
  cb-poll >/dev/null
  [ -z "$(cb-poll)" ]
}

@test "lines have tabs between their fields, and control characters of a title reach no terminal" {
  sed -i 's|"One"|"O\\u001b[31mn\\te"|' board.json
  run -0 cb-poll --quiet
  [ "${lines[0]}" = "$(printf 'board:1\tready\tready\tO\xef\xbf\xbd[31mn e')" ]
}

@test "--quiet leaves the problems only" {
  cb-poll --quiet 2>err >/dev/null
  [ ! -s err ]
}

@test "a task that is done on the board releases those that wait for it" {
  cb-poll >/dev/null
  set_status 1 done
  run -0 cb-poll --quiet
  [ "${lines[0]}" = "$(printf 'board:1\tcanceled\tdone_upstream\tOne')" ]
  [ "${lines[1]}" = "$(printf 'board:2\tready\tready\tTwo')" ]
}

@test "a task that leaves the board is canceled after two complete listings" {
  cb-poll >/dev/null
  sed -i '/"id": "3"/d' board.json
  [ -z "$(cb-poll --full)" ]
  [ "$(cb-poll --quiet)" = "$(printf 'board:3\tcanceled\tgone_upstream\tThree')" ]
}

@test "another configuration is heeded without news from the board" {
  cb-poll >/dev/null
  sed -i 's|, "{fields.Client}"||' config.json
  [ "$(cb-poll --quiet)" = "$(printf 'board:4\tready\tready\tFour')" ]
}

@test "--dry-run changes nothing, and makes nothing" {
  mkdir scratch
  TMPDIR=$PWD/scratch run -0 cb-poll --dry-run --quiet
  [ "${#lines[@]}" -eq 6 ]
  [ ! -e state ]
  [ -z "$(ls scratch)" ]

  cb-poll >/dev/null
  set_status 1 done
  before=$(sqlite3 state/state.db .dump 2>/dev/null | cksum)
  [ "$(cb-poll --dry-run --quiet | wc -l)" -eq 2 ]
  [ "$(sqlite3 state/state.db .dump 2>/dev/null | cksum)" = "$before" ]
}

@test "wrong arguments are refused before anything is made" {
  fails 64 cb-poll bord
  [ "$output" = "cb-poll: poll bord: there is no such source; known: board" ]
  fails 64 cb-poll plain
  [ "$output" = "cb-poll: poll plain: this source has no upstream" ]
  fails 64 cb-poll board --input -
  fails 64 cb-poll --every 0s
  [ ! -e state ]
}

@test "nothing to poll is a wrong configuration" {
  echo '{}' >config.json
  fails 78 cb-poll
  [ "$output" = "cb-poll: nothing to poll: no source with an upstream in $PWD/config.json" ]
  unset CB_CONFIG
  XDG_CONFIG_HOME=$PWD/none fails 78 cb-poll
  [ ! -e state ]
}

@test "a source that cannot be reached harms no other" {
  sed -i 's|"plain": {|"other": {"upstream": "file", "options": {"path": "none.json"}, "statuses": {"ready": "a", "running": "b", "succeeded": "c", "failed": "d"}, |' config.json
  fails 69 cb-poll
  [[ $output == *"cb-poll: other: "* ]]
  [[ $output == *"board: 7 tasks listed"* ]]
  [ "$(cb-status list | wc -l)" -eq 6 ]
}

@test "a helper that hangs is given up" {
  sed -i 's|"opt_in"|"deadline": "300ms", "opt_in"|' config.json
  helper <<'END'
sleep 60
END
  fails 69 timeout 20 cb-poll
  [[ $output == *"no answer to list within 300ms"* ]]
}

@test "a helper that dies in the middle leaves what it listed, and the cursor as it was" {
  helper <<'END'
read -r line
echo '{"task":{"id":"8","title":"Eight","status":"to do"}}'
exit 3
END
  fails 69 cb-poll
  [[ $output == *"board:8"* ]]
  helper <<'END'
read -r line
echo "$line" >asked
echo '{"ok":true,"cursor":"c1","complete":true}'
END
  cb-poll
  grep -q '"cursor":null' asked
}

@test "the next listing begins where the last one ended" {
  helper <<'END'
read -r line
echo "$line" >asked
echo '{"ok":true,"cursor":"c1","complete":true}'
END
  cb-poll
  cb-poll
  grep -q '"cursor":"c1"' asked
}

@test "a malformed task is named, the others are taken in" {
  helper <<'END'
read -r line
echo '{"task":{"id":"8","title":"Eight","status":"to do","colour":"red"}}'
echo '{"task":{"id":"9","title":"Nine","status":"to do"}}'
echo '{"ok":true,"cursor":null,"complete":true}'
END
  fails 65 cb-poll
  [[ $output == *'cb-poll: board:8: '*'unknown member "colour"'* ]]
  [[ $output == *"board:9"* ]]
}

@test "a listing of thousands is taken in, and costs little when nothing changed" {
  helper <<'END'
read -r line
seq 3000 | sed 's|.*|{"task":{"id":"&","title":"T &","kind":"Work","status":"to do"}}|'
echo '{"ok":true,"cursor":null,"complete":true}'
END
  [ "$(cb-poll | wc -l)" -eq 3000 ]
  [ -z "$(cb-poll)" ]
}

@test "killed at any moment, the next poll makes it whole" {
  helper <<'END'
read -r line
seq 2000 | sed 's|.*|{"task":{"id":"&","title":"T &","kind":"Work","status":"to do"}}|'
echo '{"ok":true,"cursor":"c1","complete":true}'
END
  for moment in 0.02 0.05 0.1 0.2 0.4; do
    timeout -s KILL "$moment" cb-poll >/dev/null 2>&1 || true
  done
  cb-poll >/dev/null
  [ "$(cb-status list | wc -l)" -eq 2000 ]
}

@test "two polls at once take turns" {
  cb-poll >one 2>&1 &
  cb-poll >two 2>&1
  wait $!
  [ "$(cb-status list | wc -l)" -eq 6 ]
  [ "$(cat one two | grep -c 'board:[1-6]')" -eq 6 ]
}

@test "--follow goes on until it is told to stop" {
  cb-poll --every 100ms >out 2>err &
  pid=$!
  for _ in $(seq 100); do grep -q board:1 out && break; sleep 0.1; done
  set_status 1 done
  for _ in $(seq 100); do grep -q done_upstream out && break; sleep 0.1; done
  kill -TERM "$pid"
  wait "$pid"
  grep -q done_upstream out
}

@test "--follow survives an unreachable source and asks less often" {
  echo 'exit 3' | helper
  cb-poll --every 100ms >out 2>err &
  pid=$!
  for _ in $(seq 100); do [ "$(grep -c board err)" -ge 2 ] && break; sleep 0.1; done
  sleep 0.5
  kill -INT "$pid" || kill -TERM "$pid"
  wait "$pid"
  [ "$(grep -c 'cb-poll: board: ' err)" -eq 2 ]
}

@test "a source that failed too often is left alone by all tools, unless a person names it" {
  echo 'echo "$line" >>asked; exit 3' | helper
  for _ in 1 2; do fails 69 cb-poll; done
  requests=$(wc -l <asked)

  fails 69 cb-poll
  [[ $output == *"board: left alone until "*"ended before it answered"* ]]
  fails 69 cb-reconcile
  [[ $output == *"board: left alone until "* ]]
  cb-exec
  [ "$(wc -l <asked)" -eq "$requests" ]
  cb-status summary --json | grep -q '"breaker":"open"'

  fails 69 cb-poll board
  [ "$(wc -l <asked)" -gt "$requests" ]
}

@test "a wrong token is tried once, until the file or the configuration is another" {
  sed -i 's|"options": {"path": "board.json"}|"options": {"path": "board.json", "token_file": "token"}|' config.json
  echo pk_secret_bad >token
  helper <<'END'
while read -r line; do
  echo asked >>asked
  if grep -q good token; then echo '{"ok":true,"cursor":null,"complete":true}'
  else echo '{"ok":false,"error":{"kind":"unauthorized","message":"the token is wrong"}}'; fi
done
END
  fails 69 cb-poll
  fails 69 cb-poll
  [[ $output == *"board: left alone until its token or the configuration changes: the token is wrong"* ]]
  [ "$(wc -l <asked)" -eq 1 ]

  echo pk_secret_good >token
  cb-poll
  cb-poll
  [ "$(wc -l <asked)" -eq 3 ]
  run -1 grep -arl pk_secret state
}

# --- --input

@test "tasks come from a file or a pipe, without any configuration" {
  unset CB_CONFIG
  export XDG_CONFIG_HOME=$PWD/none
  printf '%s\n' '{"id":"1","title":"One"}' '{"id":"2","title":"Two","after":["1"]}' >tasks
  [ "$(cb-poll --input tasks --json --quiet | head -1)" = \
    '{"task":"input:1","verdict":"held","previous":null,"reason":"no_handler","title":"One","detail":"the task has no kind"}' ]
  [ -z "$(cb-poll --input - --quiet <tasks)" ]
  [ -z "$(cb-poll --input <(cat tasks) --quiet)" ]
  cb-poll --input - --source mail <tasks | grep -q '^mail:1'
}

@test "bad lines are numbered and the others are stored" {
  printf '%s\n' '{"id":"1","title":"One"}' 'rubbish' '{"id":"3","title":"Three","due":"soon"}' '' '{"id":"4","title":"Four"}' >tasks
  fails 65 cb-poll --input tasks
  [[ $output == *"cb-poll: tasks: line 2: column 1: "* ]]
  [[ $output == *"cb-poll: tasks: line 3: /due: "* ]]
  [[ $output == *"cb-poll: tasks: 2 of 4 lines refused"* ]]
  [ "$(cb-status list | wc -l)" -eq 2 ]
}

@test "a cycle is refused with the tasks on it" {
  printf '%s\n' '{"id":"1","title":"One","after":["2"]}' '{"id":"2","title":"Two","after":["1"]}' >tasks
  fails 65 cb-poll --input tasks
  [[ $output == *"line 2: /after: its dependencies form a cycle: input:2 -> input:1 -> input:2"* ]]
}

@test "a missing input is bad data" {
  fails 65 cb-poll --input none
  [ "$output" = "cb-poll: read none: No such file or directory" ]
  fails 65 cb-poll --input .
}

@test "what comes slowly is stored soon" {
  mkfifo pipe
  cb-poll --input pipe --quiet >out &
  pid=$!
  exec 5>pipe
  echo '{"id":"1","title":"One"}' >&5
  for _ in $(seq 100); do [ -s out ] && break; sleep 0.1; done
  [ "$(cb-status list | wc -l)" -eq 1 ]
  exec 5>&-
  wait "$pid"
}

@test "a huge input needs little memory, and is harmless twice" {
  seq 20000 | sed 's|.*|{"id":"&","title":"T &","fields":{"x":"0123456789012345678901234567890123456789"}}|' >tasks
  (  # AddressSanitizer reserves terabytes
    grep -qs -- -fsanitize "${BUILD-}/CMakeCache.txt" || ulimit -v 400000
    cb-poll --input tasks --quiet >/dev/null
  )
  [ "$(cb-poll --input tasks 2>&1)" = "cb-poll: tasks: 20000 tasks read, 0 ready, 0 held, 0 blocked, 20000 unchanged, 0 ignored" ]
}

@test "a reader that goes away ends nothing" {
  seq 3000 | sed 's|.*|{"id":"&","title":"T &"}|' >tasks
  cb-poll --input tasks --quiet | head -1
  [ "$(cb-status list | wc -l)" -eq 3000 ]
}
