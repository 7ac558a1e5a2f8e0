#!/usr/bin/env bats
# cb-status as a program: nothing is created, following ends as it should, a terminal is safe.

setup() {
  BIN=${CB_BIN:-$BATS_TEST_DIRNAME/../../build/default/bin}
  PATH=$BIN:$PATH
  export CB_STATE=$BATS_TEST_TMPDIR/state CB_CONFIG=$BATS_TEST_TMPDIR/config.json
  cd "$BATS_TEST_TMPDIR"
  echo '{"handlers": {"all": {"match": {"kind": "x"}, "run": ["sh", "-c", "{fields.do}"], "attempts": 1}}}' >"$CB_CONFIG"
}

# tasks LINE…: admitted from standard input.
tasks() { printf '%s\n' "$@" | cb-poll -q --input - >/dev/null; }

# until_there TEXT FILE: waits at most 10 s.
until_there() {
  for _ in {1..100}; do
    grep -q "$1" "$2" 2>/dev/null && return
    sleep 0.1
  done
  cat "$2"
  return 1
}

# ended PID: its exit code, at most 10 s later.
ended() {
  for _ in {1..100}; do
    kill -0 "$1" 2>/dev/null || { wait "$1"; return; }
    sleep 0.1
  done
  kill -KILL "$1"
  return 99
}

@test "a missing store is said in one line, and not created" {
  for command in summary list "show a" "why a" "log a" events; do
    run cb-status $command
    [ "$status" -eq 1 ]
    [ "$output" = "cb-status: open $CB_STATE/state.db: there is no store yet" ]
  done
  [ ! -e "$CB_STATE" ]
}

@test "no file is changed" {
  tasks '{"id":"a","title":"t","kind":"x","fields":{"do":"echo hello"}}'
  cb-exec -q >/dev/null
  find state -printf '%p %s %T@\n' | grep -v shm >before

  for command in summary list "show a" "why a" "log a" events; do cb-status $command >/dev/null; done

  find state -printf '%p %s %T@\n' | grep -v shm | diff before -
}

@test "a task is shown with and without the word show" {
  tasks '{"id":"release","title":"t"}'

  [ "$(cb-status release --json)" = "$(cb-status show input:release --json)" ]
  run cb-status relase
  [ "$status" -eq 1 ]
  [ "$output" = "cb-status: no such task: relase; did you mean release?" ]
}

@test "an id that two sources have is a wrong argument" {
  tasks '{"id":"a","title":"t"}'
  echo '{"id":"a","title":"t"}' | cb-poll -q --input - --source crm >/dev/null

  run cb-status a
  [ "$status" -eq 64 ]
  [ "$output" = "cb-status: task a is in several sources: crm:a, input:a" ]
}

@test "why names what to do" {
  tasks '{"id":"a","title":"t"}' '{"id":"b","title":"t","kind":"x","after":["a"],"fields":{"do":"true"}}'

  run cb-status why b
  echo "$output"
  [ "$status" -eq 0 ]
  [[ ${lines[0]} == "input:b is blocked: it runs after input:a" ]]
  [[ $output == *"because   input:a is held: no handler of the configuration fits it: the task has no kind"* ]]
  [[ $output == *"next      add a handler that fits it to \"handlers\" in $CB_CONFIG, then run cb-poll input"* ]]
}

@test "why does without a configuration that cannot be read" {
  tasks '{"id":"a","title":"t"}'
  echo '{' >"$CB_CONFIG"

  output=$(cb-status why a --json 2>stderr)
  [[ $output == '{"task":"input:a","state":"held","reason":"no_handler","blocker":"held",'* ]]
  grep -q 'explained without it$' stderr
}

@test "the log is printed as it is, but for a terminal it is made safe" {
  tasks '{"id":"a","title":"t","kind":"x","fields":{"do":"printf \"one\\\\033[31m\\\\ntwo\\\\n\""}}'
  cb-exec -q >/dev/null

  [ "$(cb-status log a)" = "$(printf 'one\033[31m\ntwo')" ]
  [ "$(cb-status log -n 1 a)" = two ]
  [ "$(script -qec 'cb-status log a' /dev/null | tr -d '\r')" = "$(printf 'one\xef\xbf\xbd[31m\ntwo')" ]
  [ "$(script -qec 'cb-status log --raw a' /dev/null | tr -d '\r')" = "$(printf 'one\033[31m\ntwo')" ]
}

@test "following a log ends with its run" {
  tasks '{"id":"a","title":"t","kind":"x","fields":{"do":"echo one; until [ -e ../../../../go ]; do sleep 0.05; done; echo two"}}'
  cb-exec -q >/dev/null &
  for _ in {1..100}; do [ "$(cb-status list --state running)" ] && break; sleep 0.1; done
  cb-status log -f a >followed &
  until_there one followed
  touch go

  ended $!
  [ "$(cat followed)" = "$(printf 'one\ntwo')" ]
}

@test "events can be followed; an interrupt ends that with 0" {
  tasks '{"id":"a","title":"t"}'
  cb-status events -f --json >followed &
  until_there '"task":"input:a"' followed
  tasks '{"id":"b","title":"t"}'
  until_there '"task":"input:b"' followed

  kill -INT $!
  ended $!
  [ "$(wc -l <followed)" -eq 2 ]
}

@test "following ends when nobody reads any more" {
  tasks '{"id":"a","title":"t"}'

  timeout 10 bash -c 'cb-status events -f | head -n 1'
}

@test "a closed pipe is no error" {
  for i in {1..2000}; do echo "{\"id\":\"$i\",\"title\":\"a rather long title to fill the pipe with\"}"; done |
    cb-poll -q --input - >/dev/null

  set -o pipefail
  cb-status list --json | head -n 1 | grep -q '"id":"1"'
}

@test "on a terminal there is a table that fits" {
  tasks '{"id":"a","title":"a title that is much too long for the narrow terminal that this is","kind":"x","fields":{"do":"true"}}'

  run env COLUMNS=60 TERM=dumb script -qec 'cb-status list' /dev/null
  echo "$output"
  [[ ${lines[0]} == TASK*STATE*REASON*AGE*KIND*TITLE* ]]
  for line in "${lines[@]}"; do
    line=${line%$'\r'}
    [ ${#line} -le 60 ]
  done
}

@test "names for the shell are one a line" {
  tasks '{"id":"a","title":"t"}' '{"id":"b:1","title":"t"}'

  [ "$(cb-status list --names | sort)" = "$(printf 'input:a\ninput:b:1')" ]
}
