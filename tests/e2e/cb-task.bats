#!/usr/bin/env bats
# cb-task as a program.

bats_require_minimum_version 1.5.0

setup() {
  BIN=${CB_BIN:-$BATS_TEST_DIRNAME/../../build/default/bin}
  PATH=$BIN:$PATH
  cd "$BATS_TEST_TMPDIR"
  export CB_STATE=$PWD/state CB_CONFIG=$PWD/config.json
  echo '{"handlers": {"work": {"match": {"kind": "Work"}, "run": ["true"]}}}' >config.json
}

fails() {  # CODE COMMAND…
  local want=$1
  shift
  run "$@"
  echo "exit $status: $output"
  [ "$status" -eq "$want" ]
}

@test "add stores a task and prints its name" {
  run -0 cb-task add 'Write it' --id 7 --kind Work --field Client=Acme --field pages:=12 --due 2026-11-30 --priority 1 --json
  [ "$output" = '{"task":"local:7","verdict":"ready","previous":null,"reason":"ready","title":"Write it"}' ]
  run -0 cb-status show local:7 --json
  [[ $output == *'"due":"2026-11-30T00:00:00.000Z","priority":1,"after":[],"fields":{"Client":"Acme","pages":12}'* ]]
}

@test "an id is made when none is given" {
  name=$(cb-task add One | cut -f 1)
  [[ $name =~ ^local:[0-9a-z]{26}$ ]]
  [ "$name" != "$(cb-task add One | cut -f 1)" ]
}

@test "a name is taken once" {
  cb-task add One --id 1
  fails 1 cb-task add One --id 1
  [ "$output" = "cb-task: add local:1: there is already a task of that name" ]
}

@test "a task may wait for another, but not for itself" {
  cb-task add One --id 1 --kind Work
  run -0 cb-task add Two --id 2 --kind Work --after 1
  [[ $output == *"after local:1"* ]]
  fails 65 cb-task add Three --id 3 --after 3
}

@test "add --dry-run makes nothing" {
  run -0 cb-task add One --id 1 --dry-run --quiet
  [[ $output == "local:1"* ]]
  [ ! -e state ]
}

@test "hold, release, cancel, retry and forget" {
  cb-task add One --id 1 --kind Work
  [ "$(cb-task hold 1 --json --reason 'not yet')" = \
    '{"task":"local:1","action":"hold","state":"held","previous":"ready","reason":"held_by_user"}' ]
  cb-status events --json | grep -q '"cause":"held_by_user".*"detail":"not yet"'
  [ "$(cb-task release 1)" = "$(printf 'local:1\trelease\tready\tready')" ]
  [ "$(cb-task cancel 1)" = "$(printf 'local:1\tcancel\tcanceled\tcanceled_by_user')" ]
  [ "$(cb-task retry 1)" = "$(printf 'local:1\tretry\tready\tready')" ]
  [ "$(cb-task forget 1)" = "$(printf 'local:1\tforget\tforgotten\tforgotten')" ]
  fails 1 cb-status show 1
}

@test "all tasks are looked up before any is changed" {
  cb-task add One --id 1 --kind Work
  fails 1 cb-task hold 1 none
  [ "$output" = "cb-task: no such task: none" ]
  [ "$(cb-status list --state ready | wc -l)" -eq 1 ]
}

@test "an id of several sources is not guessed" {
  cb-task add One --id 1
  cb-task add One --id 1 --source mail
  fails 64 cb-task hold 1
  [[ $output == *"local:1, mail:1"* ]]
}

@test "what one task refuses is done to the others" {
  cb-task add One --id 1 --kind Work
  cb-task add Two --id 2 --kind Work
  cb-task cancel 1
  fails 1 cb-task hold 1 2
  [[ $output == *"cb-task: hold: local:1 is already canceled"* ]]
  [ "$(cb-status list --state held | wc -l)" -eq 1 ]
}

@test "without a handler a released task says so" {
  cb-task add One --id 1 --kind Work
  cb-task hold 1
  echo '{}' >config.json
  [ "$(cb-task release 1)" = "$(printf 'local:1\trelease\theld\tno_handler')" ]
}

@test "--dry-run changes nothing" {
  cb-task add One --id 1 --kind Work
  for command in hold cancel forget; do
    cb-task "$command" 1 --dry-run
  done
  [ "$(cb-status list --state ready | wc -l)" -eq 1 ]
}

@test "without a store there is no task" {
  fails 1 cb-task hold 1
  [[ $output == *"there is no store yet"* ]]
  [ ! -e state ]
}

@test "wrong arguments are refused" {
  fails 64 cb-task
  fails 64 cb-task add
  fails 64 cb-task add One --field x
  fails 64 cb-task add One --due soon
  [ "$output" = "cb-task: option --due: 'soon' is not a time such as 2026-11-30 or 2026-11-30T08:00:00Z" ]
  fails 64 cb-task hold
  fails 64 cb-task hole 1
  [ ! -e state ]
}
