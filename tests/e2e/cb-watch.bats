#!/usr/bin/env bats
# cb-watch as a program, on real folders: as a filter, and with watches whose files become work.

bats_require_minimum_version 1.5.0

setup() {
  BIN=${CB_BIN:-$BATS_TEST_DIRNAME/../../build/default/bin}
  PATH=$BIN:$PATH
  cd "$BATS_TEST_TMPDIR"
  export CB_STATE=$PWD/state CB_CONFIG=$PWD/config.json
  mkdir in
  started=()
}

teardown() {
  for pid in "${started[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
  if [[ -n ${shm-} ]]; then rm -rf "$shm"; fi
}

# in the background, with its pid in $pid; what it prints is in out and err
begin() {
  "$@" >out 2>err 3>&- &
  pid=$!
  started+=("$pid")
}

# eventually COMMAND…: within 10 seconds
eventually() {
  local i
  for ((i = 0; i < 500; i++)); do
    if "$@"; then return 0; fi
    sleep 0.02
  done
  echo "never: $*"
  for file in out err; do [[ ! -e $file ]] || { echo "$file:"; cat "$file"; }; done
  return 1
}

ends() {  # CODE PID
  local code=0
  wait "$2" || code=$?
  echo "exit $code"
  [ "$code" -eq "$1" ]
}

fails() {  # CODE COMMAND…
  local want=$1
  shift
  run "$@"
  echo "exit $status: $output"
  [ "$status" -eq "$want" ]
}

filter() { cb-watch --dir in --settle 50ms "$@"; }
names() { filter "$@" | sed "s|^$PWD/in/||" | LC_ALL=C sort | tr '\n' ' '; }
has() { grep -qF -- "$1" out; }
has_lines() { [ "$(wc -l <out)" -eq "$1" ]; }
db() { sqlite3 "$CB_STATE/state.db" "$1"; }

# watches MEMBERS: the watch "inbox" of in/, whose tasks run the line of shell in $COMMAND with the file as $1; other watches
# may follow after "}".
watches() {
  local default='cat -- "$1"'
  local command=${COMMAND:-$default}
  cat >config.json <<END
{"handlers": {"all": {"match": {"source": "inbox"}, "run": ["sh", "-c", "${command//\"/\\\"}", "sh", "{file}"],
                      "attempts": ${ATTEMPTS:-1}, "backoff": {"first": "1ms", "max": "1ms"}}},
 "watches": {"inbox": {"dir": "in", "settle": "50ms", "kind": "File"$1}}
END
}

log_of_last_run() { cat "$CB_STATE/runs/$(db 'select id from runs order by id desc limit 1')/output.log"; }

# --- the filter

@test "a filter prints every file once, whole calls later too" {
  echo 1 >in/b.csv
  echo 2 >"in/a file.csv"
  run -0 --separate-stderr filter
  [ "$output" = "$PWD/in/a file.csv
$PWD/in/b.csv" ]
  [ -z "$stderr" ]
  [ -z "$(filter)" ]
  echo 3 >in/c.csv
  [ "$(names)" = "c.csv " ]
}

@test "two names remember apart, and one name may be shared by directories" {
  echo 1 >in/a
  [ "$(names --as one)" = "a " ]
  [ "$(names --as two)" = "a " ]
  [ -z "$(names --as one)" ]
  mkdir other
  echo 1 >other/a
  [ -z "$(cb-watch --dir other --settle 0s --as one)" ]
}

@test "--again prints what was printed, and says so" {
  echo 1 >in/a
  filter >/dev/null
  echo 2 >in/b
  run -0 filter --again --json
  [[ ${lines[0]} == '{"file":"'$PWD'/in/a","name":"a","watch":"dir:'$PWD'/in","size":2,"content":"'*'","again":true}' ]]
  [[ ${lines[1]} == *'/in/b"'*'"again":false}' ]]
  [ -z "$(filter)" ]
}

@test "only names that fit are printed, and unfinished ones are not" {
  touch in/{a.csv,b.txt,draft.csv,x.csv.part,y.crdownload,.hidden.csv,z.csv~,t.tmp}
  [ "$(names --match '*.csv' --ignore 'draft*')" = "a.csv " ]
  [ "$(names)" = "b.txt draft.csv " ]
  [ "$(names --match '.hid*' --match '*.part')" = ".hidden.csv x.csv.part " ]
}

@test "folders below are for --recursive" {
  mkdir -p in/deep/er in/.git
  touch in/top in/deep/er/x in/.git/config
  [ "$(names)" = "top " ]
  [ "$(names -r)" = "deep/er/x " ]
}

@test "what is no plain file is passed over and never opened" {
  mkfifo in/fifo
  mkdir in/folder
  ln -s /etc/passwd in/link
  ln -s nowhere in/dangling
  python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("in/socket")'
  if [ "$(id -u)" -eq 0 ]; then mknod in/device c 1 3; fi
  echo 1 >in/real
  [ "$(timeout 10 cb-watch --dir in --settle 50ms)" = "$PWD/in/real" ]
}

@test "names that are no line are refused in lines, and safe with --print0 and --json" {
  touch in/$'new\nline' in/$'esc\e[31m' in/-rf in/$'\xff\xfe'
  long=$(printf '%0255d' 0)
  touch "in/$long"
  run -1 --separate-stderr filter
  [ "${#lines[@]}" -eq 3 ]
  [ "$(wc -l <<<"$stderr")" -eq 2 ]
  [[ $stderr == *"cb-watch: print $PWD/in/esc"*"use --print0 or --json"* ]]
  [[ $stderr != *$'\e'* ]]
  run -1 filter  # not remembered, so told again

  filter --print0 >out
  printf '%s\0' "$PWD/in/"$'esc\e[31m' "$PWD/in/"$'new\nline' | cmp - out
  run -0 filter --json --again
  [ "${#lines[@]}" -eq 5 ]
  [[ $output == *'\u001b[31m"'* ]]
  [[ $output == *'"bytes":"'$PWD'/in/%FF%FE"'* ]]
  jq -e .file <<<"$output" >/dev/null
}

@test "touch, another mode, a copy back and a move away and back repeat nothing" {
  echo 1 >in/a
  filter >/dev/null
  touch in/a
  [ -z "$(filter)" ]
  chmod 640 in/a
  [ -z "$(filter)" ]
  cp in/a keep && rm in/a && cp keep in/a
  [ -z "$(filter)" ]
  mv in/a away && [ -z "$(filter)" ] && mv away in/a
  [ -z "$(filter)" ]
  echo 2 >in/a
  [ "$(names)" = "a " ]
  echo 1 >in/a  # known
  [ -z "$(filter)" ]
}

@test "recreated with the same name, size and time it is its content that counts" {
  echo 1 >in/a
  touch -d 2020-01-01 in/a
  filter >/dev/null
  rm in/a
  echo 1 >in/a
  touch -d 2020-01-01 in/a
  [ -z "$(filter)" ]
  rm in/a
  echo 2 >in/a
  touch -d 2020-01-01 in/a
  [ "$(names)" = "a " ]
}

@test "times from the future and the past are as good as any" {
  echo 1 >in/a
  touch -d '2200-01-01' in/a
  echo 1 >in/b
  touch -d '1901-12-14' in/b
  [ "$(names)" = "a b " ]
  touch -d '1970-01-01' in/a
  [ -z "$(filter)" ]
}

@test "a hard link is another name, and harms not the first" {
  echo 1 >in/a
  filter >/dev/null
  ln in/a in/b
  [ "$(names)" = "b " ]
}

@test "a file that is open for writing is not complete, however long it stays the same" {
  exec 7>in/slow
  printf half >&7
  begin cb-watch --dir in --settle 50ms --every 50ms --json --verbose 7>&-
  eventually grep -q "slow: somebody is writing it" err
  [ ! -s out ]
  printf ' and half' >&7
  exec 7>&-
  eventually has '"size":13'
  has_lines 1
  kill "$pid"
  ends 0 "$pid"
}

@test "a file that is appended to by many openings is taken when it stays" {
  begin cb-watch --dir in --settle 1s --every 50ms --json
  for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    echo line >>in/log
    sleep 0.1
  done
  eventually has '"size":60'
  has_lines 1
}

@test "renamed over, and moved in from another file system" {
  shm=$(mktemp -d /dev/shm/cb-watch.XXXXXX)
  begin cb-watch --dir in --settle 200ms --json
  echo one >in/a
  echo three >.new
  mv .new in/a
  echo far >"$shm/b"
  mv "$shm/b" in/b
  eventually has '"name":"b"'
  eventually has '"name":"a","watch":"dir:'"$PWD"'/in","size":6'
  has_lines 2
}

@test "what is not printed is not remembered" {
  echo 1 >in/a
  fails 70 sh -c 'cb-watch --dir in --settle 0s >/dev/full'
  [[ $output == *"write standard output: No space left on device" ]]
  run -0 python3 -c '
import os, subprocess
reader, writer = os.pipe()
os.close(reader)
raise SystemExit(subprocess.run(["cb-watch", "--dir", "in", "--settle", "0s"], stdout=writer).returncode)'
  [ "$(names)" = "a " ]
}

@test "nobody else may watch the same meanwhile" {
  begin filter --follow
  eventually test -e state/progress
  eventually test -s state/state.db
  fails 75 filter
  [ "$output" = "cb-watch: somebody else is watching in" ]
  fails 75 filter --follow
  [ -z "$(filter --as other)" ]
}

@test "a folder that is not there is told, and waited for with --follow" {
  rmdir in
  fails 1 filter
  [ "$output" = "cb-watch: in: read $PWD/in: No such file or directory" ]
  begin cb-watch --dir in --settle 50ms --every 50ms
  eventually grep -q "No such file" err
  mkdir in
  eventually grep -q "can be read again" err
  echo 1 >in/a
  eventually has "$PWD/in/a"
  mv in gone
  eventually [ "$(grep -c 'No such file' err)" -ge 1 ]
  eventually eval '[ "$(grep -c "No such file" err)" -eq 2 ]'
  mv gone in
  echo 2 >in/b
  eventually has "$PWD/in/b"
  [ "$(grep -c 'No such file' err)" -eq 2 ]
  has_lines 2
}

@test "a folder or a file that may not be read is told once, and harms no other" {
  if [ "$(id -u)" -eq 0 ]; then
    command -v setpriv >/dev/null || skip "needs setpriv"
    chmod 755 . "$BATS_RUN_TMPDIR" "$BATS_SUITE_TMPDIR" "$BATS_FILE_TMPDIR" 2>/dev/null || true
    as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    "${as[@]}" test -x "$PWD" || skip "another user does not get here"
    "${as[@]}" test -x "$BIN/cb-watch" || skip "another user does not get to the binaries"
    mkdir -m 777 theirs
    export CB_STATE=$PWD/theirs/state
  fi
  mkdir in/closed in/open
  echo 1 >in/closed/x
  echo 1 >in/open/x
  echo 1 >in/secret
  chmod 000 in/closed in/secret
  chmod 755 in in/open
  run -1 --separate-stderr "${as[@]}" cb-watch --dir "$PWD/in" -r --settle 0s
  [ "$output" = "$PWD/in/open/x" ]
  [[ $stderr == *"read $PWD/in/closed: Permission denied"* ]]
  [[ $stderr == *"read $PWD/in/secret: Permission denied"* ]]
  begin "${as[@]}" cb-watch --dir "$PWD/in" -r --settle 0s --every 20ms
  eventually grep -q secret err
  sleep 0.3
  [ "$(wc -l <err)" -eq 2 ]
  chmod 755 in/closed
  chmod 644 in/secret
  eventually has in/closed/x
  eventually has in/secret
}

# --- going on

@test "a stop ends --follow at once, with 0, also while it reads a long file" {
  begin cb-watch --dir in --settle 10ms --every 1h
  eventually test -e state/progress
  kill -TERM "$pid"
  ends 0 "$pid"
  truncate -s 200G in/long || skip "no sparse files here"
  begin cb-watch --dir in --settle 10ms --follow
  eventually sh -c "ls -l /proc/$pid/fd | grep -q in/long"
  kill -INT "$pid"
  SECONDS=0
  ends 0 "$pid"
  [ "$SECONDS" -le 2 ]
}

@test "hints shorten the wait, and it works without them" {
  begin cb-watch --dir in -r --settle 0s --every 1h
  eventually test -e state/progress
  eventually sh -c "ls -l /proc/$pid/fd | grep -q inotify"
  sleep 0.2
  echo 1 >in/a
  eventually has in/a
  mkdir -p in/new/deep
  echo 1 >in/new/deep/b
  eventually has in/new/deep/b
  echo 1 >in/new/deep/c
  eventually has in/new/deep/c
  kill "$pid"
  ends 0 "$pid"

  begin cb-watch --dir in --settle 0s --follow --no-hint
  echo 2 >in/a
  eventually has in/a
  run ! grep -q inotify <(ls -l "/proc/$pid/fd")
}

@test "a limit of the kernel is told with its name, and it is looked at all the same" {
  unshare -r true 2>/dev/null || skip "needs user namespaces"
  begin unshare -r sh -c 'echo 0 >/proc/sys/user/max_inotify_instances && exec cb-watch --dir in --settle 0s --follow'
  eventually grep -q "max_user_instances\|max_inotify_instances" err
  echo 1 >in/a
  eventually has in/a
  [ "$(grep -c inotify err)" -eq 1 ]
  kill "$pid"
  ends 0 "$pid"
}

@test "progress is recorded at each turn, and no descriptor is lost" {
  begin cb-watch --dir in --settle 0s --every 20ms
  eventually eval '[ -n "$(ls state/progress 2>/dev/null)" ]'
  file=state/progress/$(ls state/progress)
  before=$(stat -c %y "$file")
  export count
  count=$(ls "/proc/$pid/fd" | wc -l)
  for i in 1 2 3 4 5 6 7 8 9 10; do echo $i >in/f$i; done
  eventually has_lines 10
  eventually eval '[ "$(stat -c %y "$file")" != "$before" ]'
  eventually eval '[ "$(ls /proc/$pid/fd | wc -l)" -eq "$count" ]'
}

@test "the store's disk is full: told once, nothing is lost, and it goes on when there is room" {
  unshare -rm true 2>/dev/null || skip "needs user and mount namespaces"
  mkdir small
  cat >full.sh <<'END'
mount -t tmpfs -o size=2m tmpfs small
export CB_STATE=$PWD/small/state
echo 1 >in/a
cb-watch --dir in --settle 0s >/dev/null || exit 90
dd if=/dev/zero of=small/ballast bs=4k status=none 2>/dev/null
for i in $(seq 300); do echo $i >in/f$i; done
cb-watch --dir in --settle 0s >out.full 2>err.full
[ $? -eq 75 ] || exit 91
cb-watch --dir in --settle 0s --follow >out 2>err &
pid=$!
for i in $(seq 100); do [ -s err ] && break; sleep 0.05; done
sleep 1.2
grep -c "is full\|No space" err >told
rm small/ballast
for i in $(seq 200); do [ "$(sqlite3 small/state/state.db "select count(*) from files")" -eq 301 ] && break; sleep 0.05; done
kill $pid
wait $pid || exit 92
[ -z "$(cb-watch --dir in --settle 0s)" ] || exit 93
END
  run -0 unshare -rm sh full.sh
  cat err.full err
  [ "$(cat told)" -eq 1 ]
  [ "$(sort -u out | wc -l)" -eq 300 ]
  has_lines 300
}

# --- watches

@test "a file becomes a task, its command gets it, and it is moved when that has ended" {
  COMMAND='case $1 in *bad*) exit 65;; esac; cat "$1"; echo "$CB_FILE"' watches ', "on_success": "processed/", "on_failure": "failed/"}'
  echo hello >in/good.txt
  echo oh >in/bad.txt
  mkdir in/processed
  echo other >in/processed/good.txt
  run -0 cb-watch --json
  [[ ${lines[0]} == '{"file":"'$PWD'/in/bad.txt","watch":"inbox","verdict":"given","task":"inbox:bad.txt@'*'","state":"ready","score":null,"runner_up":null,"candidates":[],"size":3,"content":"'* ]]
  [ "$(db 'select id, title, kind, state from tasks order by n' | sed 's/@[0-9a-f]*//')" = "bad.txt|bad.txt|File|ready
good.txt|good.txt|File|ready" ]
  fails 1 cb-exec --jobs 1
  log_of_last_run
  [ "$(log_of_last_run)" = "hello
$PWD/in/good.txt" ]

  run -0 cb-watch
  [ "$(sed 's/@[0-9a-f]*//' <<<"$output")" = "$PWD/in/failed/bad.txt	moved	inbox:bad.txt	failed	was $PWD/in/bad.txt
$PWD/in/processed/good (2).txt	moved	inbox:good.txt	succeeded	was $PWD/in/good.txt" ]
  [ "$(cat in/processed/good.txt)" = other ]
  [ "$(cat "in/processed/good (2).txt")" = hello ]
  [ -z "$(ls in/*.txt 2>/dev/null)" ]
  [ -z "$(cb-watch)" ]

  cb-task retry "$(db "select source || ':' || id from tasks where id like 'good%'")" >/dev/null
  cb-exec >/dev/null
  [ "$(log_of_last_run)" = "hello
$PWD/in/processed/good (2).txt" ]
}

@test "a file whose task fails and then succeeds is moved on" {
  COMMAND='[ -e better ] || exit 65; cat "$1"' watches ', "on_success": "processed/", "on_failure": "failed/"}'
  echo hello >in/a.txt
  cb-watch >/dev/null
  fails 1 cb-exec
  cb-watch >/dev/null
  [ "$(cat in/failed/a.txt)" = hello ]
  for work in "$CB_STATE"/work/inbox/a.txt*; do touch "$work/better"; done
  echo newer >in/a.txt # a task of its own; the first keeps its file
  cb-watch >/dev/null

  cb-task retry "$(db "select source || ':' || id from tasks order by n limit 1")" >/dev/null
  fails 1 cb-exec
  cb-watch >/dev/null

  [ "$(db "select group_concat(state, ' ') from (select state from tasks order by n)")" = "succeeded failed" ]
  [ "$(cat in/processed/a.txt)" = hello ]
  [ "$(cat "in/failed/a (2).txt")" = newer ]
  [ "$(ls in)" = "failed
processed" ]
}

@test "a folder that was away for long brings its tasks back" {
  watches ', "recursive": true}'
  mkdir in/d
  echo hello >in/d/a.txt
  cb-watch >/dev/null
  mv in/d aside
  cb-watch >/dev/null
  run -0 cb-watch
  [[ $output == *gone* ]]
  mv aside in/d # nothing about the file itself has changed

  run -0 cb-watch
  [[ $output == *returned* ]]
  cb-exec
  [ "$(db "select group_concat(state) from tasks")" = succeeded ]
  begin cb-watch --follow --every 200ms
  echo other >in/d/b.txt
  eventually has given
  mv in/d aside
  eventually has gone
  mv aside in/d
  eventually has returned
}

@test "without a place to go to a file stays, and is not done again" {
  watches '}'
  echo 1 >in/a
  cb-watch >/dev/null
  cb-exec >/dev/null
  run -0 cb-watch
  [[ $output == "$PWD/in/a	left	inbox:a@"*"	succeeded	it stays where it is" ]]
  touch in/a
  [ -z "$(cb-watch)" ]
  [ -z "$(cb-exec)" ]
  [ "$(db 'select count(*) from runs')" -eq 1 ]
}

@test "folders inside of the watched one where files are moved to are not watched" {
  watches ', "recursive": true, "on_success": "done/ok"}'
  mkdir -p in/sub in/done/ok/deep
  echo 1 >in/sub/a
  echo 1 >in/done/ok/deep/b
  echo 1 >in/done/c
  [ "$(cb-watch --quiet | wc -l)" -eq 2 ]
  cb-exec >/dev/null
  cb-watch >/dev/null
  [ -e in/done/ok/sub/a ]
  [ -e in/done/ok/done/c ]
  [ -z "$(cb-watch)" ]
}

@test "a file is moved to another file system as a whole" {
  shm=$(mktemp -d /dev/shm/cb-watch.XXXXXX)
  watches ', "on_success": "'"$shm/processed"'"}'
  echo 1 >in/a
  touch -d 2020-01-01 in/a
  cb-watch >/dev/null
  cb-exec >/dev/null
  run -0 cb-watch
  [[ $output == "$shm/processed/a	moved"* ]]
  [ "$(cat "$shm/processed/a")" = 1 ]
  [ "$(stat -c %y "$shm/processed/a" | cut -d' ' -f1)" = 2020-01-01 ]
  [ ! -e in/a ]
}

@test "newer content replaces what has not begun" {
  watches ', "on_success": "processed"}'
  echo 1 >in/a
  cb-watch >/dev/null
  echo 2 >in/a
  run -0 cb-watch
  [[ ${lines[0]} == "$PWD/in/a	replaced	inbox:a@"*"	canceled	a newer file has its name" ]]
  [[ ${lines[1]} == "$PWD/in/a	given	inbox:a@"*"	ready	" ]]
  cb-exec >/dev/null
  [ "$(db 'select count(*) from runs')" -eq 1 ]
  [ "$(log_of_last_run)" = 2 ]
  echo 1 >in/a  # as it was at first
  run -0 cb-watch
  [[ $output == *"$PWD/in/a	returned	inbox:a@"*"	ready"* ]]
}

@test "a file that is replaced while its command runs is two pieces of work" {
  COMMAND="while ! test -e $PWD/go; do sleep 0.02; done; cat \$1" watches ', "on_success": "processed"}'
  echo 1 >in/a
  cb-watch >/dev/null
  begin cb-exec
  eventually eval '[ "$(db "select count(*) from runs where ended_at is null")" -eq 1 ]'
  echo 22 >.new
  mv .new in/a
  run -0 cb-watch
  [[ $output == *"	given	"* ]]
  touch go
  ends 0 "$pid"
  run -0 cb-watch
  [[ $output == *"	left	"*"another file has its name now"* ]] || [[ $output == *"	moved	"* ]]
  cb-exec >/dev/null
  cb-watch >/dev/null
  [ "$(cat in/processed/a)" = 22 ]
  [ "$(db "select count(*) from runs where outcome = 'succeeded'")" -eq 2 ]
}

@test "a file that is gone twice takes its task along, and brings it back" {
  watches '}'
  echo 1 >in/a
  cb-watch >/dev/null
  mv in/a away
  [ -z "$(cb-watch)" ]
  run -0 cb-watch
  [[ $output == "$PWD/in/a	gone	inbox:a@"*"	canceled	it is not there any more" ]]
  mv away in/a
  run -0 cb-watch
  [[ $output == "$PWD/in/a	returned	inbox:a@"*"	ready	" ]]
}

@test "a folder that vanishes takes no task along" {
  watches '}'
  echo 1 >in/a
  cb-watch >/dev/null
  mv in elsewhere
  for i in 1 2 3; do fails 1 cb-watch; done
  [ "$(db 'select state from tasks')" = ready ]
  mv elsewhere in
  [ -z "$(cb-watch)" ]
}

waiting_tasks() {
  cat >config.json <<'END'
{"sources": {"board": {"no_due_date": "run"}},
 "handlers": {"links": {"match": {"kind": "Links"}, "needs_file": "inbox", "run": ["cat", "{file}"]}},
 "watches": {"inbox": {"dir": "in", "settle": "50ms", "for": {"source": "board", "kind": "Links"}, "on_success": "processed"}}}
END
  printf '{"id":"%s","title":"%s","kind":"Links"}\n' oslo 'Links for Acme in Oslo' bergen 'Links for Acme in Bergen' \
    autumn 'Links for the autumn campaign of Globex' | cb-poll -q --input - --source board >/dev/null
}

@test "a file goes to the task that waits for it, and is never guessed" {
  waiting_tasks
  echo 1 >"in/globex autumn campaign links.txt"
  echo 2 >"in/acme links.txt"
  run -1 --separate-stderr cb-watch --json
  [ "$(jq -r '.verdict + " " + (.task // "-")' <<<"$output")" = "unmatched -
tied board:autumn" ]
  [ "$(jq -r 'select(.verdict == "unmatched") | .candidates | length' <<<"$output")" -ge 2 ]
  [ "$(jq -r 'select(.verdict == "unmatched") | .runner_up.task' <<<"$output")" != null ]
  run -0 cb-watch  # told once
  [ -z "$output" ]

  run -0 cb-watch list --stage unmatched
  [[ $output == *"unmatched	$PWD/in/acme links.txt	-	-	too "*"board:"* ]]
  fails 1 cb-watch tie "acme links.txt" nothing
  fails 1 cb-watch tie nothing oslo
  [[ $output == *"no such file is known"* ]]
  run -0 cb-watch tie in/"acme links.txt" oslo
  [[ $output == "$PWD/in/acme links.txt	tied	board:oslo	ready	a person said so" ]]
  [ "$(cb-exec | wc -l)" -eq 2 ]
  [ "$(cb-watch | grep -c '	moved	')" -eq 2 ]
  [ "$(cat "in/processed/acme links.txt")" = 2 ]
  [ "$(cb-watch list --json | jq -r .stage | sort | uniq -c | tr -s ' ')" = " 2 settled" ]

  run -0 cb-watch tie "$(db "select n from files where name like 'acme%'")" bergen
  [[ $output == "$PWD/in/processed/acme links.txt	tied	board:bergen	ready"* ]]
  cb-exec >/dev/null
  [ "$(log_of_last_run)" = 2 ]
}

@test "an unmatched file finds its task when that comes" {
  waiting_tasks
  echo 1 >"in/initech spring fair.txt"
  fails 1 cb-watch
  echo '{"id":"fair","title":"Spring fair of Initech","kind":"Links"}' | cb-poll -q --input - --source board >/dev/null
  run -0 cb-watch
  [[ $output == *"	tied	board:fair	ready	"* ]]
}

@test "--follow sees to files of tasks that others ran" {
  watches ', "on_success": "processed"}'
  begin cb-watch --every 100ms --json
  echo 1 >in/a
  eventually has '"verdict":"given"'
  cb-exec >/dev/null
  eventually has '"verdict":"moved"'
  [ -e in/processed/a ]
  echo 2 >in/a
  eventually eval '[ "$(grep -c given out)" -eq 2 ]'
  kill "$pid"
  ends 0 "$pid"
}

@test "several watches: one that is busy or broken harms no other" {
  watches '}, "scans": {"dir": "scans", "settle": "0s"}, "lost": {"dir": "none", "settle": "0s"}'
  mkdir scans
  echo 1 >in/a
  begin cb-watch inbox --follow
  eventually test -e state/progress/watch-inbox
  echo 1 >scans/b
  fails 75 cb-watch
  [[ $output == *"cb-watch: somebody else is watching inbox"* ]]
  [[ $output == *"lost: read $PWD/none: No such file or directory"* ]]
  [[ $output == *"$PWD/scans/b	given	scans:b@"*"held"* ]]
}

@test "--dry-run changes nothing, moves nothing and makes nothing" {
  watches ', "on_success": "processed"}'
  echo 1 >in/a
  TMPDIR=$PWD run -0 cb-watch --dry-run
  [[ $output == "$PWD/in/a	given	inbox:a@"* ]]
  [ ! -e state ]
  [ "$(names --dry-run)" = "a " ]
  cb-watch >/dev/null
  cb-exec >/dev/null
  before=$(sqlite3 state/state.db .dump | cksum)
  run -0 cb-watch --dry-run
  [[ $output == "$PWD/in/processed/a	moved	"* ]]
  [ -e in/a ]
  [ ! -e in/processed ]
  [ "$(sqlite3 state/state.db .dump | cksum)" = "$before" ]
}

@test "hostile names are names of tasks and files like others" {
  watches ', "on_success": "processed"}'
  long=$(printf '%0255d' 0)
  echo 1 >in/-rf
  echo 1 >in/$'a\nb'
  echo 1 >in/$'\e[31m'
  echo 1 >in/$'\xff\xfe'
  echo 1 >"in/$long"
  run -0 --separate-stderr cb-watch
  [ "${#lines[@]}" -eq 5 ]
  [[ $output != *$'\e'* ]]
  run -0 cb-exec --quiet
  run -0 cb-watch
  [ "$(grep -c '	moved	' <<<"$output")" -eq 5 ]
  [ "$(find in -maxdepth 1 -type f | wc -l)" -eq 0 ]
  [ -e in/processed/$'a\nb' ]
  [ -e "in/processed/$long" ]
  [ -z "$(cb-watch)" ]
}

@test "wrong configurations and arguments are refused before anything is made" {
  watches '}'
  fails 64 cb-watch inbx
  [ "$output" = "cb-watch: watch inbx: there is no such watch; known: inbox" ]
  fails 64 cb-watch --settle 1s
  fails 64 cb-watch --every 0s
  echo '{}' >config.json
  fails 78 cb-watch
  [ "$output" = "cb-watch: nothing to watch: no watches in $PWD/config.json" ]
  echo '{"watches": {"inbox": {"dir": "in", "setle": "1s"}}}' >config.json
  fails 78 cb-watch
  [[ $output == *'did you mean "settle"'* ]]
  [ ! -e state ]
  echo '{}' >config.json
  fails 1 cb-watch list
}
