#!/usr/bin/env bats
# A file that is replaced between the moment when cb-watch saw it and the one when its command begins.

bats_require_minimum_version 1.5.0

setup() {
  BIN=${CB_BIN:-$BATS_TEST_DIRNAME/../../build/default/bin}
  PATH=$BIN:$PATH
  cd "$BATS_TEST_TMPDIR"
  export CB_STATE=$PWD/state CB_CONFIG=$PWD/config.json
  mkdir in
  cat >config.json <<'JSON'
{"watches": {"inbox": {"dir": "in", "settle": "50ms", "kind": "file"}},
 "handlers": {"all": {"run": ["sh", "-c", "cat \"$1\" >>\"$CB_STATE/../seen\"", "sh", "{file}"]}}}
JSON
}

seen() { cat seen 2>/dev/null || true; }

@test "no command gets another file than its task was made of" {
  echo first >in/report.csv
  cb-watch inbox
  echo second >in/other && mv in/other in/report.csv

  run cb-exec
  echo "$output"
  [[ $output == *"interrupted"* && $output == *"it is no longer what cb-watch saw there"* ]] || cb-status list
  [ "$(seen)" = "" ]
  run cb-watch inbox
  echo "$output"
  [[ $output == *replaced* && $output == *given* ]]
  cb-exec

  [ "$(seen)" = second ]
  [ "$(sqlite3 state/state.db "SELECT group_concat(state, ' ') FROM (SELECT state FROM tasks ORDER BY n)")" = "canceled succeeded" ]
}

@test "what was only touched, or linked elsewhere, is still the file of its task" {
  echo first >in/report.csv
  cb-watch inbox
  touch -d yesterday in/report.csv
  ln in/report.csv another-name

  cb-exec

  [ "$(seen)" = first ]
}

@test "a file that somebody is writing again is not handed over" {
  echo first >in/report.csv
  cb-watch inbox
  exec 7>>in/report.csv
  echo more >&7

  run cb-exec
  exec 7>&-
  echo "$output"
  [ "$(seen)" = "" ]
}
