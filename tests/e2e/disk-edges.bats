#!/usr/bin/env bats
# No room, no inodes, no right to write: for backups, for the journal, and with the reserve.

bats_require_minimum_version 1.5.0

setup() {
  BIN=${CB_BIN:-$BATS_TEST_DIRNAME/../../build/default/bin}
  PATH=$BIN:$PATH
  cd "$BATS_TEST_TMPDIR"
  export CB_STATE=$PWD/state CB_CONFIG=$PWD/config.json
  echo '{"backup": {"headroom": "0KB"}}' >config.json
  unshare -Urm true 2>/dev/null || skip "no namespaces of one's own here"
}

add() {  # ID…
  for id; do cb-task add "Task $id" --id "$id" >/dev/null; done
}

# Runs what is on standard input where file systems may be mounted; it may call what follows.
apart() {
  {
    cat <<'END'
left_of() { find "$1" -name '.tmp*'; }
fill() { dd if=/dev/zero of="$1/ballast" bs=1k 2>/dev/null || :; [ "$2" = 0 ] || truncate -s -"$2"K "$1/ballast"; }
take_names() {  # DIR LEFT
  mkdir "$1/ballast.d"
  i=0
  while : 2>/dev/null >"$1/ballast.d/$i"; do i=$((i + 1)); [ $i -lt 2000 ] || break; done 2>/dev/null
  for j in $(seq 1 "$2"); do rm "$1/ballast.d/$((i - j))"; done
}
sum_of() { grep -ho '"seq":[0-9]*' "$CB_STATE"/journal/*.jsonl | tr '\n' ' '; }
events() { sqlite3 "$CB_STATE/state.db" "SELECT group_concat('\"seq\":' || seq, ' ') || ' ' FROM (SELECT seq FROM events ORDER BY seq)"; }
fail() { echo "FAILED: $*"; exit 1; }
END
    cat
  } >inside
  run unshare -Urm bash inside
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $output != *FAILED* ]]
}

@test "a backup without enough room is refused, and nothing of it is left" {
  for _ in $(seq 1 30); do add "$(head -c 3000 /dev/urandom | base64 -w 0 | tr -d /+= | head -c 200)"; done
  mkdir small
  apart <<'END'
mount -t tmpfs -o size=4m tmpfs small
cb-backup --dest small >/dev/null || fail "the first"
refused=0 made=0
for left in 0 4 16 64 128 256 512 1024 3000; do
  cb-task add "x$left" >/dev/null
  fill small $left
  cb-backup create --full --dest small >out 2>err
  case $? in
    0) made=$((made + 1)) ;;
    75) refused=$((refused + 1)); [ "$(wc -l <err)" = 1 ] || fail "$left: $(cat err)" ;;
    *) fail "$left: exit other: $(cat err)" ;;
  esac
  [ -z "$(left_of small)" ] || fail "$left: left: $(left_of small)"
  rm small/ballast
  cb-backup --dest small verify --all >/dev/null || fail "$left: unsound"
done
[ $refused -gt 2 ] && [ $made -gt 1 ] || fail "refused $refused, made $made"
END
}

@test "a backup that would leave less than the headroom is refused before it begins" {
  add one
  mkdir small
  apart <<'END'
mount -t tmpfs -o size=4m tmpfs small
echo '{"backup": {"headroom": "1TB"}}' >config.json
cb-backup --dest small >out 2>err
[ $? = 75 ] || fail "exit"
grep -q '^cb-backup: write .*/small: only .* are free, and .* are needed (backup.headroom' err || fail "$(cat err)"
[ "$(ls small | wc -l)" = 0 ] || fail "$(ls small)"
END
}

@test "a backup without inodes is refused, and nothing of it is left" {
  add one
  mkdir small
  apart <<'END'
mount -t tmpfs -o size=8m,nr_inodes=60 tmpfs small
cb-backup --dest small >/dev/null || fail "the first"
refused=0
for left in 0 1 2 3 4 5 6 8; do
  cb-task add "x$left" >/dev/null
  take_names small $left
  cb-backup create --full --dest small >out 2>err
  code=$?
  [ $code = 0 ] || [ $code = 75 ] || fail "$left: exit $code: $(cat err)"
  [ $code = 0 ] || refused=$((refused + 1))
  [ -z "$(left_of small)" ] || fail "$left: left: $(left_of small)"
  rm -r small/ballast.d
  cb-backup --dest small verify --all >/dev/null || fail "$left: unsound"
done
[ $refused -gt 2 ] || fail "refused only $refused"
cb-backup --dest small >/dev/null || fail "the last"
END
}

@test "a journal that cannot be written stops nothing, is told of once, and is filled later" {
  echo '{"handlers": {"all": {"match": {}, "run": ["true"]}}, "exec": {"jobs": 1}, "backup": {"headroom": "0KB"}}' >config.json
  add one
  apart <<'END'
cp -r state/journal was
mount -t tmpfs -o size=256k,nr_inodes=8 tmpfs state/journal
cp -p was/* state/journal/
title=$(head -c 3000 /dev/zero | tr '\0' x)
prepare() { for i in 1 2 3; do cb-task add "$title" --id "$1-$i" >/dev/null || fail "add $1-$i"; done; }
hindered() {  # WHAT: a tool that commits more than once says so once, and its work is done
  cb-exec >out 2>err || fail "$1: $(cat err)"
  [ "$(wc -l <err)" = 1 ] || fail "$1: told: $(cat err)"
  grep -q '^cb-exec: .*state/journal.*; the journal is behind, and is completed by the next to write$' err || fail "$1: $(cat err)"
  [ "$(sqlite3 state/state.db "SELECT count(*) FROM tasks WHERE id LIKE '$1-%' AND state = 'succeeded'")" = 3 ] || fail "$1: $(cb-status list)"
  [ "$(sum_of)" != "$(events)" ] || fail "$1: the journal could be written"
}
filled() {  # WHAT: a tool to which nothing happens makes it good
  cb-task add x --id "$1-after" >/dev/null 2>err || fail "$1: $(cat err)"
  [ ! -s err ] || fail "$1: $(cat err)"
  [ "$(sum_of)" = "$(events)" ] || fail "$1: the journal has $(sum_of), not $(events)"
  cb-backup check >/dev/null || fail "$1: the store is not sound"
}
prepare full
fill state/journal 0
hindered full
rm state/journal/ballast
filled full

prepare readonly
mount -o remount,ro state/journal || fail remount
hindered readonly
mount -o remount,rw state/journal
filled readonly

prepare names
rm state/journal/*.jsonl
take_names state/journal 0
hindered names
rm -r state/journal/ballast.d
filled names
END
}

@test "on a disk that a command fills its end is recorded, and nothing else begins until there is room" {
  mkdir state
  cat >config.json <<'END'
{"handlers": {"all": {"match": {}, "run": ["sh", "-c", "[ $CB_TASK != input:1 ] || cat /dev/zero >$CB_STATE/filling; true"]}},
 "exec": {"jobs": 1}, "backup": {"headroom": "20MB"}}
END
  apart <<'END'
mount -t tmpfs -o size=48m none state
printf '{"id":"1","title":"t","priority":1}\n{"id":"2","title":"t"}\n' | cb-poll -q --input - >/dev/null || fail poll
cb-exec --json >out 2>err
code=$?
cat out err
[ $code = 75 ] || fail "exit $code"
grep -q 'the reserve .*/state/reserve was given up' err || fail "the reserve was not needed"
[ ! -e state/reserve ] || fail "the reserve is still there"
[ "$(sqlite3 state/state.db "SELECT group_concat(id || state) FROM (SELECT * FROM tasks ORDER BY id)")" = 1succeeded,2ready ] || fail "$(cb-status list)"
cb-status why 2 >out
grep -q 'less than backup.headroom is free in .*/state' out || fail "why: $(cat out)"
cb-exec >out 2>err
[ $? = 75 ] || fail "begun again"
rm state/filling
cb-exec >/dev/null 2>err || fail "$(cat err)"
[ -e state/reserve ] || fail "no new reserve"
cb-status list | grep -c succeeded
[ "$(sqlite3 state/state.db "SELECT count(*) FROM tasks WHERE state = 'succeeded'")" = 2 ] || fail "$(cb-status list)"
END
}
