#!/usr/bin/env bats
# A journal that is damaged, too, on the day on which the store is.

bats_require_minimum_version 1.5.0

setup() {
  BIN=${CB_BIN:-$BATS_TEST_DIRNAME/../../build/default/bin}
  PATH=$BIN:$PATH
  cd "$BATS_TEST_TMPDIR"
  export CB_STATE=$PWD/state CB_CONFIG=$PWD/config.json
  echo '{"handlers": {"work": {"match": {}, "run": ["sh", "-c", "echo $CB_TASK >>$CB_STATE/ran"]}}}' >config.json
  for id in one two three four; do cb-task add "Task $id" --id "$id" >/dev/null; done
  cb-backup --quiet >/dev/null
  cb-exec local:one >/dev/null
  cb-exec local:two >/dev/null
  two=$(sqlite3 state/state.db "SELECT max(seq) FROM events")
  cb-task hold three >/dev/null
}

# One finished file for each line but the last.
split_journal() {
  local file line seq
  file=$(ls state/journal/*.jsonl)
  mv "$file" whole
  while IFS= read -r line; do
    seq=$(sed -E 's/^\{"seq":([0-9]+).*/\1/' <<<"$line")
    printf '%s\n' "$line" >"$(file_of "$seq")"
    chmod 0400 "$(file_of "$seq")"
  done <whole
  chmod 0600 "$(ls state/journal/*.jsonl | tail -n 1)"
}
file_of() { printf 'state/journal/%016d.jsonl' "$1"; }

# That the end of local:two is in no line is told; what nothing is known of since is not run again.
restored_with_gap() {
  dd if=/dev/zero of=state/state.db bs=100 count=1 conv=notrunc status=none
  cb-backup restore --json >out 2>err || { cat out err; false; }
  cat out err
  grep -q "^cb-backup: the journal lacks events $two to $two\$" err
  [[ $(cat out) == *'"missing":1'* ]]
  grep -q "held: local:four: the journal lacks events up to $two" err
  [[ $(cb-status list --state held) == *local:four* ]]
  cb-backup check
  cb-exec >/dev/null || true
  cb-task release three >/dev/null
  cb-exec >/dev/null || true
  [ "$(sort state/ran)" = $'local:one\nlocal:three\nlocal:two' ]
}

@test "a file that is missing in the middle is told, and what it may concern is held" {
  split_journal
  rm -f "$(file_of "$two")"
  restored_with_gap
}

@test "a damaged line in a finished file is told, and what it may concern is held" {
  split_journal
  chmod 0600 "$(file_of "$two")"
  printf X | dd of="$(file_of "$two")" bs=1 seek=100 conv=notrunc status=none
  chmod 0400 "$(file_of "$two")"
  restored_with_gap
  grep -q "$(basename "$(file_of "$two")"):1: the line is damaged" err
}

@test "without any line since the backup, what is open is held" {
  rm -f state/journal/*.jsonl
  dd if=/dev/zero of=state/state.db bs=100 count=1 conv=notrunc status=none
  cb-backup restore >out 2>err || { cat out err; false; }
  cat out err
  cb-exec >/dev/null || true
  [ "$(grep -c local:one state/ran)" = 1 ]
  [ "$(grep -c local:two state/ran)" = 1 ]
}
