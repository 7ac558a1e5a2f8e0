#!/usr/bin/env bats
# cb-upstream-file as a program: what it prints, and what is left when it is killed at any moment.

setup() {
  BIN=${CB_BIN:-$BATS_TEST_DIRNAME/../../build/default/bin}
  HELPER=$BIN/cb-upstream-file
  HELLO='{"op":"hello","protocol":1,"source":"board","options":{"path":"board.json"},"statuses":{}}'
  export ASAN_OPTIONS=detect_leaks=0  # as it cannot under strace
  cd "$BATS_TEST_TMPDIR"
}

# ask REQUEST…: the answers after that to hello.
ask() {
  { echo "$HELLO"; printf '%s\n' "$@"; } | "$HELPER" | tail -n +2
}

two_tasks() {
  cat >board.json <<'END'
{
  "note": "ours, keep 1.50",
  "tasks": [
    {"id": "1", "title": "One", "status": "to do", "estimate": 1.50},
    {
      "id": "2",
      "title": "Two"
    }
  ]
}
END
}

@test "it lists, and exits 0 at the end of input" {
  two_tasks
  run ask '{"op":"list","cursor":null}'
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" -eq 3 ]
  [[ ${lines[0]} == '{"task":{"id":"1","title":"One","status":"to do","version":"'*'"}}' ]]
  [[ ${lines[2]} == '{"ok":true,"cursor":"'*'","complete":true,"full":true}' ]]
}

@test "an entry that is no task is one line on stderr" {
  echo '{"tasks":[{"id":"1","title":"One"},{"id":"2","title":"T","due":"soon"}]}' >board.json
  ask '{"op":"list","cursor":null}' 2>problems >answers
  [ "$(wc -l <problems)" -eq 1 ]
  grep -q '^cb-upstream-file: board.json: /tasks/1/due: ' problems
  grep -q '"complete":false' answers
}

@test "a person's diff shows the change and nothing else" {
  two_tasks
  cp board.json before.json
  ask '{"op":"set_status","id":"op-1","task":"1","status":"in progress","maybe_sent":false}' \
    '{"op":"set_status","id":"op-2","task":"2","status":"done","maybe_sent":false}'
  run diff before.json board.json
  [ "$output" = '4c4
<     {"id": "1", "title": "One", "status": "to do", "estimate": 1.50},
---
>     {"id": "1", "title": "One", "status": "in progress", "estimate": 1.50},
7c7,8
<       "title": "Two"
---
>       "title": "Two",
>       "status": "done"' ]
}

@test "a version is greater than that of the change before" {
  two_tasks
  versions=$(for i in 1 2 3 4 5; do
    ask "{\"op\":\"set_status\",\"id\":\"op-$i\",\"task\":\"1\",\"status\":\"s$i\"}"
  done | sed 's/.*"version":"\([0-9]*\)".*/\1/')
  [ "$versions" = "$(sort -nu <<<"$versions")" ]
  [ "$(wc -l <<<"$versions")" -eq 5 ]
}

@test "a home directory path is understood" {
  mkdir home
  echo '{"tasks":[{"id":"7","title":"Seven"}]}' >home/b.json
  HELLO='{"op":"hello","protocol":1,"source":"s","options":{"path":"~/b.json"},"statuses":{}}'
  HOME=$PWD/home run ask '{"op":"get","task":"7"}'
  [[ $output == *'"title":"Seven"'* ]]
}

@test "a damaged board is reported with its place and not touched" {
  printf '{"tasks": [\n  {"id" "1"}\n]}\n' >board.json
  cp board.json before.json
  run ask '{"op":"set_status","id":"op-1","task":"1","status":"x"}'
  [[ $output == *'"kind":"transient","message":"board.json: line 2, column 9: '* ]]
  cmp before.json board.json
}

@test "a missing board is transient, so that nothing owed to it is given up" {
  run ask '{"op":"list","cursor":null}'
  [ "$output" = '{"ok":false,"error":{"kind":"transient","message":"read board.json: no such file"}}' ]
}

@test "a closed output ends it quietly" {
  two_tasks
  (yes '{"op":"list","cursor":null}' | head -5000) >requests
  { echo "$HELLO"; cat requests; } | { "$HELPER" 2>errors; echo $? >status; } | head -1
  [ "$(cat status)" -eq 0 ]
  [ ! -s errors ]
}

@test "--version and --help are answered" {
  run "$HELPER" --version
  [ "$status" -eq 0 ]
  [[ $output == "cb-upstream-file "* ]]
  run "$HELPER" --help
  [ "$status" -eq 0 ]
  run "$HELPER" extra
  [ "$status" -eq 64 ]
}

# fails_at INJECTION: sets a status while a system call fails, under strace.
fails_at() {
  { echo "$HELLO"; echo '{"op":"set_status","id":"op-1","task":"1","status":"done"}'; } |
    strace -f -qq -o /dev/null -e trace="${1%%:*}" -e inject="$1" "$HELPER" >answers
}

@test "what the machine refuses is transient, and the board unchanged" {
  need_strace
  for injection in fchmod:error=EPERM fsync:error=ENOSPC renameat2:error=EIO; do
    two_tasks
    cp board.json old.json
    fails_at "$injection"
    cat answers
    tail -1 answers | grep -q '"kind":"transient","message":"set_status: '
    cmp board.json old.json
    [ ! -e .board.json.new ]
  done
}

@test "a change that may not survive a power cut has an unknown outcome" {
  need_strace
  fails_at fdatasync:error=EIO
  tail -1 answers | grep -q '"kind":"unknown_outcome"'
  grep -q '"status": "done"' board.json
}

@test "without an atomic exchange, as on some network file systems, it renames" {
  need_strace
  fails_at renameat2:error=EINVAL
  tail -1 answers | grep -q '"ok":true,"version"'
  grep -q '"status": "done"' board.json
  [ ! -e .board.json.new ]
}

# kill_at CALL N REQUEST: runs the helper and kills it as it enters the Nth such system call; fails when it was not killed.
kill_at() {
  { echo "$HELLO"; echo "$3"; } |
    strace -f -qq -o /dev/null -e trace="$1" -e inject="$1:signal=KILL:when=$2" "$HELPER" >answers 2>/dev/null
  [ "$?" -ne 0 ]
}

# Kills at every call that changes something; `check` must hold for what is left, and the repetition must succeed.
sweep() {
  local call n kills=0
  for call in write fsync fdatasync renameat2 unlink unlinkat mkdirat fchown fchmod; do
    n=1
    while two_tasks && rm -rf board.json.files && kill_at "$call" "$n" "$1"; do
      check
      ask "${1/\"maybe_sent\":false/\"maybe_sent\":true}" | grep -q '"ok":true'
      check_done
      n=$((n + 1)) kills=$((kills + 1))
      [ "$n" -lt 40 ]
    done
    grep -q '"ok":true,"version"' answers
  done
  echo "killed at $kills calls"
  [ "$kills" -gt 8 ]
}

need_strace() {
  command -v strace >/dev/null || skip "strace is not installed"
  two_tasks
  strace -qq -o /dev/null true 2>/dev/null || skip "strace may not trace here"
}

# Lets somebody save the board between the helper's last look at it and its replacing it.
save_at_the_last_moment() {
  { echo "$HELLO"; echo '{"op":"set_status","id":"op-1","task":"1","status":"done","maybe_sent":false}'; } |
    strace -f -qq -o calls -e trace=renameat2 -e inject=renameat2:delay_enter=1000000:when=1 "$HELPER" >answers &
  for _ in $(seq 500); do
    [ ! -e .board.json.new ] || [ "$(stat -c %s .board.json.new)" -eq 0 ] || break
    sleep 0.01
  done
  sleep 0.3
  "$@"
  wait $!
}

@test "what is saved by rename at the last moment stays, and the change is made on top of it" {
  need_strace
  save() { sed 's/"One"/"Uno"/' board.json >mine && mv mine board.json; }
  save_at_the_last_moment save
  grep -q '"Uno", "status": "done"' board.json
  grep -q '"ok":true,"version"' answers
  [ "$(grep -c RENAME_EXCHANGE calls)" -eq 3 ]
}

@test "what is saved in place at the last moment stays, and the change is made on top of it" {
  need_strace
  save() { local text; text=$(sed 's/"One"/"Uno"/' board.json) && echo "$text" >board.json; }
  save_at_the_last_moment save
  grep -q '"Uno", "status": "done"' board.json
  grep -q '"ok":true,"version"' answers
  [ "$(grep -c RENAME_EXCHANGE calls)" -eq 3 ]
}

@test "killed at any call of set_status, the board is the old or the new one" {
  need_strace
  two_tasks
  cp board.json old.json
  sed 's/"to do"/"done"/' old.json >new.json
  check() { cmp -s board.json old.json || cmp -s board.json new.json; }
  check_done() {
    cmp -s board.json new.json
    ask '{"op":"set_status","id":"op-2","task":"1","status":"next"}' # what was left behind is taken away
    [ ! -e .board.json.new ]
  }
  sweep '{"op":"set_status","id":"op-1","task":"1","status":"done","maybe_sent":false}'
}

@test "killed at any call of comment, it is posted once in the end" {
  need_strace
  two_tasks
  cp board.json old.json
  check() { cmp -s board.json old.json || [ "$(grep -c '"op-1"' board.json)" -eq 1 ]; }
  check_done() { [ "$(grep -c '"op-1"' board.json)" -eq 1 ]; }
  sweep '{"op":"comment","id":"op-1","task":"2","text":"hello","maybe_sent":false}'
}

@test "killed at any call of attach, the board mentions only a file that is there whole" {
  need_strace
  two_tasks
  cp board.json old.json
  head -c 300000 /dev/urandom >report.bin
  check() {
    cmp -s board.json old.json || cmp -s board.json.files/2/report.bin report.bin
  }
  check_done() {
    cmp -s board.json.files/2/report.bin report.bin
    [ "$(ls -A board.json.files/2)" = report.bin ]
    [ "$(grep -c '"op-1"' board.json)" -eq 1 ]
  }
  sweep "{\"op\":\"attach\",\"id\":\"op-1\",\"task\":\"2\",\"path\":\"$PWD/report.bin\",\"name\":\"report.bin\",\"maybe_sent\":false}"
}
