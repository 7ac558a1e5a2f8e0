#!/usr/bin/env bats
# cb-upstream-clickup as a program, against a fake ClickUp that loses answers, is slow, and counts requests.

setup() {
  BIN=${CB_BIN:-$BATS_TEST_DIRNAME/../../build/default/bin}
  FAKE=$BATS_TEST_DIRNAME/../support/fake-clickup
  HELPER=$BIN/cb-upstream-clickup
  export CB_CLICKUP_TOKEN=pk_4411723_FAKE no_proxy=127.0.0.1
  export ASAN_OPTIONS=detect_leaks=0
  cd "$BATS_TEST_TMPDIR"
  TASK=86c6m5dz4  # the first that --make makes
}

teardown() {
  [ -z "${FAKE_PID-}" ] || { kill "$FAKE_PID" 2>/dev/null && wait "$FAKE_PID" || true; }
  # What was printed anywhere never holds the token.
  [ -z "$(grep -rl 4411723_FAKE "$BATS_TEST_TMPDIR" --include='*out*' --include='*err*')" ]
}

# start_fake MAKE [OPTION]…: sets URL, HELLO and FAKE_PID.
start_fake() {
  local make=$1
  shift
  "$FAKE" --ready ready --make "$make" --ledger ledger --seed 1 --for 120 "$@" >fake.log 2>&1 3>&- &
  FAKE_PID=$!
  for _ in $(seq 200); do
    [ ! -s ready ] || break
    sleep 0.05
  done
  URL=$(cat ready)
  hello
}

# hello [OPTIONS]: further options of the source, as JSON members.
hello() {
  HELLO="{\"op\":\"hello\",\"protocol\":1,\"source\":\"board\",\"options\":{\"workspace\":\"9014123456\",\"base_url\":\"$URL/api/v2\",
    \"settle\":\"50ms\",\"timeout\":\"2s\",\"max_wait\":\"6s\",${1:-\"space\":\"90140000011\"}},\"statuses\":{}}"
  HELLO=${HELLO//$'\n'/}
}

# ask REQUEST…: the answers after that to hello, in out; what people are told, in err.
ask() {
  { echo "$HELLO"; printf '%s\n' "$@"; } | "$HELPER" 2>>err >all.out
  tail -n +2 all.out | tee out
}

# tell PATH JSON: POST to the fake's own API; from PATH: what it tells.
tell() {
  python3 - "$URL/_fake/$1" "$2" <<'END'
import sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
print(opener.open(urllib.request.Request(sys.argv[1], sys.argv[2].encode(), {"Content-Type": "application/json"})).read().decode())
END
}
from() {
  python3 - "$URL/_fake/$1" <<'END'
import sys, urllib.request
print(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[1]).read().decode())
END
}
# fault ROUTE MODE [MEMBERS]: what happens to the next such request.
fault() { tell faults "[{\"route\":\"$1\",\"mode\":\"$2\",\"nth\":1${3:+,$3}}]" >/dev/null; }

# requests METHOD PATTERN: how many there were.
requests() { from requests | python3 -c "
import json, re, sys
log = json.load(sys.stdin)
log = log if isinstance(log, list) else log['requests']
print(sum(1 for r in log if r['method'] == sys.argv[1] and re.search(sys.argv[2], r['path'])))" "$1" "$2"; }

ids() { sed -n 's/^{"task":{"id":"\([^"]*\)".*/\1/p' out; }
cursor() { tail -1 out | sed 's/.*"cursor":"\([^"]*\)".*/\1/'; }
applied() { grep -c "\"what\": *\"$1\"" ledger || true; }

status() { echo "{\"op\":\"set_status\",\"id\":\"op-1\",\"task\":\"$TASK\",\"status\":\"$1\",\"maybe_sent\":${2:-false}}"; }
comment() { echo "{\"op\":\"comment\",\"id\":\"op-2\",\"task\":\"$TASK\",\"text\":\"failed: exit 3\",\"maybe_sent\":${1:-false}}"; }
# shellcheck disable=SC2120  # `once` passes one
attach() {
  [ -e a.log ] || echo "some text" >a.log
  echo "{\"op\":\"attach\",\"id\":\"op-3\",\"task\":\"$TASK\",\"path\":\"$PWD/a.log\",\"name\":\"a.log\",\"maybe_sent\":${1:-false}}"
}

LIST='{"op":"list","cursor":null}'

@test "a full listing has every task once, of all pages, closed ones and subtasks included" {
  start_fake lists=30,tasks=450,ready=40,subtasks=1,types=1,fields=1 --switch rate_limit=1000
  ask "$LIST" >/dev/null
  [ "$(ids | wc -l)" -eq 450 ]
  [ "$(ids | sort -u | wc -l)" -eq 450 ]
  grep -q '"status":"closed"' out
  grep -q '"parent":"86c' out
  grep -q '"kind":"Bug"' out
  [[ $(tail -1 out) == '{"ok":true,"cursor":"'*'","complete":true}' ]]
  [ ! -s err ]
}

@test "a listing is right without last_page, with inclusive filters, and with small pages" {
  for switch in team_last_page=0 date_updated_inclusive=1 page_size=7; do
    start_fake lists=3,tasks=210,ready=40 --switch rate_limit=1000 --switch "$switch"
    ask "$LIST" >/dev/null
    [ "$(ids | sort -u | wc -l)" -eq 210 ]
    tail -1 out | grep -q '"complete":true'
    kill "$FAKE_PID"; wait "$FAKE_PID" || true
    rm ready
  done
}

@test "a folder's and a list's tasks are listed, and nobody else's" {
  start_fake lists=30,tasks=300,ready=40 --switch rate_limit=1000
  hello '"list":["901410000001","901410000002"]'
  ask "$LIST" >/dev/null
  [ "$(ids | wc -l)" -eq 20 ]
  [ -z "$(grep '"task"' out | grep -vE '"list":"List [12]"')" ]
  hello '"folder":"90140000021"'
  ask "$LIST" >/dev/null
  [ "$(ids | wc -l)" -eq 90 ]
  [ -z "$(grep '"task"' out | grep -vF '"folder":"Folder 1"')" ]
}

@test "an incremental listing tells what changed, and little else" {
  start_fake lists=3,tasks=450,ready=40 --switch rate_limit=1000
  ask "$LIST" >/dev/null
  changed=$(ids | sed -n '3p;200p;450p')
  for task in $changed; do tell "task/$task" '{"name":"Changed"}' >/dev/null; done
  ask "{\"op\":\"list\",\"cursor\":\"$(cursor)\"}" >/dev/null
  [ "$(grep -c '"title":"Changed"' out)" -eq 3 ]
  for task in $changed; do ids | grep -qx "$task"; done
  tail -1 out | grep -q '"complete":true'
  [[ $(tail -1 out) != *'"full"'* ]]
  ask "{\"op\":\"list\",\"cursor\":\"$(cursor)\"}" >/dev/null
  [ "$(ids | wc -l)" -eq 3 ]
}

@test "a cursor that is none of ours lists everything and says so" {
  start_fake lists=3,tasks=20,ready=2
  ask '{"op":"list","cursor":"of another helper"}' >/dev/null
  [ "$(ids | wc -l)" -eq 20 ]
  tail -1 out | grep -q '"full":true'
}

@test "people who change, move and make tasks between pages hide no task that stays" {
  start_fake lists=3,tasks=650,ready=40 --switch rate_limit=1000
  ask "$LIST" >/dev/null
  ids | sort >before
  for what in touch create; do
    tell faults "[{\"route\":\"GET /team/*/task\",\"mode\":\"mutate_between_pages\",\"what\":\"$what\"}]" >/dev/null
    ask "$LIST" >/dev/null
    [ -z "$(comm -23 before <(ids | sort -u))" ]
    tail -1 out | grep -q '"complete":true'
  done
  tell faults '[{"route":"GET /team/*/task","mode":"mutate_between_pages","what":"delete"}]' >/dev/null
  ask "$LIST" >/dev/null
  ids | sort -u >listed
  tell faults '[]' >/dev/null
  ask "$LIST" >/dev/null
  [ -z "$(comm -23 <(ids | sort -u) listed)" ]
}

@test "a page that fails for a moment is asked for again" {
  start_fake lists=3,tasks=250,ready=4 --switch rate_limit=1000
  for mode in lose_response_after_apply fail_before_apply truncate_body html_504 reset_connection; do
    fault 'GET /team/*/task' "$mode" '"times":1'
    ask "$LIST" >/dev/null
    [ "$(ids | sort -u | wc -l)" -eq 250 ]
    tail -1 out | grep -q '"complete":true'
  done
}

@test "a listing that cannot be finished is a failure, and what it has listed stands" {
  start_fake lists=3,tasks=250,ready=4 --switch rate_limit=1000
  tell faults '[{"route":"GET /team/*/task","mode":"status","code":503,"body":"x","nth":2},
    {"route":"GET /team/*/task","mode":"html_504"}]' >/dev/null
  ask "$LIST" >/dev/null
  [[ $(tail -1 out) == '{"ok":false,"error":{"kind":"transient","message":"list tasks: HTTP 50'* ]]
  tell faults '[]' >/dev/null
}

@test "get tells a task as it is; one that is archived, elsewhere or unknown is not found" {
  start_fake lists=3,tasks=20,ready=2,archived=1
  hello '"list":"901410000001"'
  run ask "{\"op\":\"get\",\"task\":\"$TASK\"}" '{"op":"get","task":"nosuch"}'
  [[ ${lines[0]} == *'"kind":"not_found"'*'archived'* ]]
  [[ ${lines[1]} == *'"kind":"not_found","message":"get task nosuch: HTTP 401, Team not authorized (OAUTH_027)"'* ]]
  hello '"list":"901410000003"'
  ask "$LIST" >/dev/null
  task=$(ids | head -1)
  run ask "{\"op\":\"get\",\"task\":\"$task\"}"
  [[ ${lines[0]} == '{"ok":true,"task":{"id":"'"$task"'",'* ]]
  hello '"list":"901410000002"'
  run ask "{\"op\":\"get\",\"task\":\"$task\"}"
  [[ ${lines[0]} == *'"kind":"not_found"'*'in no list of this source'* ]]
  tell "task/$task" '{"delete":true}'
  run ask "{\"op\":\"get\",\"task\":\"$task\"}"
  [[ ${lines[0]} == *'"kind":"not_found"'*'ITEM_013'* ]]
}

@test "a status is set in the list's own words, and a newer version told" {
  start_fake lists=3,tasks=20,ready=2 --switch strict_status_case=1
  run ask "$(status 'IN PROGRESS')"
  [[ ${lines[0]} =~ ^\{\"ok\":true,\"version\":\"[0-9]+\"\}$ ]]
  [ "$(applied status)" -eq 1 ]
  run ask "$(status 'in progress' true)"
  [[ ${lines[0]} == '{"ok":true,"version":"'* ]]
  [ "$(requests PUT .)" -eq 1 ]
}

@test "a second status of a task needs one request" {
  start_fake lists=3,tasks=20,ready=2
  ask "$(status 'in progress')" >/dev/null
  before=$(requests GET .)
  ask "$(status 'in progress')" "$(status done)" >/dev/null
  [ $(($(requests GET .) - before)) -eq 2 ]
  [ "$(requests PUT .)" -eq 3 ]
}

@test "a status that the list does not have is invalid, and the answer names those it has" {
  start_fake lists=3,tasks=20,ready=2
  run ask "$(status 'internal review')"
  [[ ${lines[0]} == *'"kind":"invalid","message":"set status of task '$TASK': no status \"internal review\" on the list \"List 1\"; it has: to do, ready, in progress, in review, done, closed"'* ]]
  [ "$(requests PUT .)" -eq 0 ]
}

@test "a status whose answer was lost is not written twice" {
  start_fake lists=3,tasks=20,ready=2
  for mode in lose_response_after_apply truncate_body; do
    : >ledger
    new=$([ "$mode" = truncate_body ] && echo done || echo 'in progress')
    fault 'PUT /task/*' "$mode"
    run ask "$(status "$new")"
    [[ ${lines[0]} == *'"kind":"unknown_outcome"'* ]]
    run ask "$(status "$new" true)"
    [[ ${lines[0]} == '{"ok":true,"version":"'* ]]
    [ "$(applied status)" -eq 1 ]
  done
}

# once WHAT REQUEST-FUNCTION ROUTE: exactly one is there in the end, whatever happens to the first attempt.
once() {
  local each mode op
  for each in lose_response_after_apply fail_before_apply truncate_body html_504 reset_connection \
    'html_504 "apply":true' 'reset_connection "apply":true' 'delay "ms":4500' 'delay "ms":4500,"when":"before"'; do
    mode=${each%% *} op=op-${each//[^a-z0-9]/}
    : >ledger
    rm -f a.log
    echo "text of $each" >a.log
    fault "$3" "$mode" "${each:$((${#mode} + 1))}"
    ask "$("$2" | sed "s/op-[23]/$op/")" | grep -q '"kind":"unknown_outcome"'
    [[ $each != *before* ]] || sleep 4  # it is applied after all
    ask "$("$2" true | sed "s/op-[23]/$op/")" | grep -q '"ok":true'
    cat ledger
    [ "$(applied "$1")" -eq 1 ]
  done
}

@test "a comment is there once, whatever happened to the first attempt" {
  start_fake lists=3,tasks=20,ready=2,comments=60 --switch comment_boundary_repeated=1 --switch rate_limit=1000
  once comment comment 'POST /task/*/comment'
}

@test "an attachment is there once, whatever happened to the first attempt" {
  start_fake lists=3,tasks=20,ready=2 --switch rate_limit=1000
  once attachment attach 'POST /task/*/attachment'
}

@test "a comment after others on the same connection is not sent twice by the HTTP library" {
  start_fake lists=3,tasks=20,ready=2
  fault 'POST /task/*/comment' lose_response_after_apply
  run ask "{\"op\":\"get\",\"task\":\"$TASK\"}" "$(comment)"
  [[ ${lines[1]} == *'"kind":"unknown_outcome"'* ]]
  [ "$(requests POST comment)" -eq 1 ]
  [ "$(applied comment)" -eq 1 ]
}

@test "an earlier comment is found behind many others" {
  start_fake lists=3,tasks=20,ready=2 --switch rate_limit=1000
  ask "$(comment)" >/dev/null
  for n in $(seq 30); do ask "$(comment | sed "s/op-2/op-x$n/")" >/dev/null; done
  run ask "$(comment true)"
  [ "${lines[0]}" = '{"ok":true}' ]
  [ "$(requests POST comment)" -eq 31 ]
}

@test "a comment ends in its mark, on a line of its own" {
  start_fake lists=3,tasks=20,ready=2
  ask "$(comment)" >/dev/null
  grep -qE '"text": *"failed: exit 3\\n\\nref cb-[0-9a-f]{16}"' ledger
}

@test "a file that is not there, and one that is too big, are invalid" {
  start_fake lists=3,tasks=20,ready=2 --switch attachment_limit=100
  run ask "$(attach | sed 's/a\.log","name/nothing","name/')"
  [[ ${lines[0]} == *'"kind":"invalid"'*'no such file'* ]]
  head -c 200 /dev/zero >a.log
  run ask "$(attach)"
  [[ ${lines[0]} == *'"kind":"invalid"'*'HTTP 413'* ]]
}

@test "nothing is written to a task that is gone, and it is said so" {
  start_fake lists=3,tasks=20,ready=2
  tell "task/$TASK" '{"delete":true}' >/dev/null
  run ask "$(status done)" "$(comment)" "$(attach)"
  for line in "${lines[@]}"; do [[ $line == *'"kind":"not_found"'* ]]; done
  [ "${#lines[@]}" -eq 3 ]
}

@test "a token that lost the workspace is unauthorized, so that nothing is given up" {
  start_fake lists=3,tasks=20,ready=2
  hello '"space":"90140000011"'
  HELLO=${HELLO/9014123456/9014999999}
  tell "task/$TASK" '{"delete":true}' >/dev/null
  run ask '{"op":"get","task":"nosuch"}'
  [[ ${lines[0]} == *'"kind":"unauthorized","message":"get task nosuch: the token does not see the workspace 9014999999"'* ]]
}

@test "a wrong token is unauthorized, and never shown" {
  start_fake lists=3,tasks=20,ready=2
  CB_CLICKUP_TOKEN=pk_1_4411723_FAKEST run ask "$LIST" "$(comment)"
  [[ ${lines[0]} == *'"kind":"unauthorized","message":"list tasks: HTTP 401, '* ]]
  [[ ${lines[1]} == *'"kind":"unauthorized"'* ]]
  [[ $output != *FAKEST* ]]
}

@test "a token in a file counts when only its owner may read it, and is read again when it was replaced" {
  start_fake lists=3,tasks=20,ready=2
  hello '"space":"90140000011","token_file":"token"'
  unset CB_CLICKUP_TOKEN
  echo pk_4411723_FAKE >token
  chmod 644 token
  { echo "$HELLO" | "$HELPER"; } >out 2>err
  grep -q '"kind":"unauthorized","message":"read token .*/token: others may read it; run: chmod 600 ' out
  chmod 600 token
  run ask "{\"op\":\"get\",\"task\":\"$TASK\"}"
  [[ ${lines[0]} == '{"ok":true,"task"'* ]]

  echo pk_1_OLD >token
  mkfifo requests
  "$HELPER" <requests >out 2>>err 3>&- &
  helper=$!
  exec 4>requests
  echo "$HELLO" >&4
  for _ in $(seq 100); do [ ! -s out ] || break; sleep 0.05; done
  echo pk_4411723_FAKE >token
  echo "{\"op\":\"get\",\"task\":\"$TASK\"}" >&4
  exec 4>&-
  wait "$helper"
  tail -1 out | grep -q '"ok":true'
  rm token
}

@test "a server that is not there has certainly got nothing" {
  start_fake lists=3,tasks=20,ready=2
  kill "$FAKE_PID"; wait "$FAKE_PID" || true
  run ask "$LIST" "$(status done)" "$(comment)" "$(attach)"
  for line in "${lines[@]}"; do [[ $line == *'"kind":"transient"'* ]]; done
  [ "${#lines[@]}" -eq 4 ]
}

@test "a server that is too slow for a question is transient, for a write unknown" {
  start_fake lists=3,tasks=20,ready=2
  hello '"space":"90140000011","timeout":"300ms","max_wait":"500ms"'
  HELLO=${HELLO/'"timeout":"2s","max_wait":"6s",'/}
  tell faults '[{"route":"* *","mode":"delay","ms":1000}]' >/dev/null
  run ask "$LIST" "$(comment)"
  [[ ${lines[0]} == *'"kind":"transient"'*'timed out'* ]]
  [[ ${lines[1]} == *'"kind":"unknown_outcome"'*'timed out'* ]]
}

@test "a refusal without headers is answered with the time to wait" {
  start_fake lists=3,tasks=20,ready=2
  tell faults '[{"route":"* *","mode":"rate_limited_bare"}]' >/dev/null
  run ask "$(comment)" "$LIST"
  [[ ${lines[0]} =~ '"kind":"rate_limited","message":"'.*'"retry_after_ms":'(60|61) ]]
  [[ ${lines[1]} == *'"kind":"rate_limited"'* ]]
  [ "$(requests POST comment)" -eq 1 ]
  [ "$(requests GET .)" -eq 0 ]  # it is known already
}

@test "the limit of requests is kept, with some left to people, and the listing still ends" {
  for switch in retry_after=0 retry_after=1 reset_in_ms=1 rate_400=1 lowercase_headers=1; do
    start_fake lists=3,tasks=1650,ready=4 --switch rate_limit=12 --switch rate_window_ms=2000 --switch "$switch"
    ask "$LIST" >/dev/null
    [ "$(ids | sort -u | wc -l)" -eq 1650 ]
    from stats >stats
    cat stats
    python3 -c "
import json, sys
stats = json.load(open('stats'))
assert not [v for k, v in stats.items() if '429' in k and v], stats"
    kill "$FAKE_PID"; wait "$FAKE_PID" || true
    rm ready
  done
}

@test "where the limit is told only in refusals, it waits after one and goes on" {
  start_fake lists=3,tasks=850,ready=4 --switch rate_limit=5 --switch rate_window_ms=2000 --switch rate_headers_only_429=1
  ask "$LIST" >/dev/null
  [ "$(ids | sort -u | wc -l)" -eq 850 ]
}

@test "options that nobody knows are refused with what was meant" {
  run "$HELPER" <<<'{"op":"hello","protocol":1,"source":"s","options":{"workspce":"1"},"statuses":{}}'
  [[ $output == *'"kind":"invalid","message":"hello: /options/workspce: unknown member \"workspce\"; did you mean \"workspace\"?"'* ]]
}

@test "a closed output, and the end of input, end it quietly" {
  start_fake lists=3,tasks=450,ready=2 --switch rate_limit=1000
  { echo "$HELLO"; for _ in $(seq 5); do echo "$LIST"; done; } >requests
  { "$HELPER" <requests 2>err; echo $? >status; } | head -1 >/dev/null
  [ "$(cat status)" -eq 0 ]
  [ ! -s err ]
}

# config STATUSES: a configuration of the source "board".
config() {
  local statuses='{"ready": ["ready"], "running": "in progress", "succeeded": "In Review", "failed": "to do"}'
  cat >config.json <<END
{"sources": {"board": {"upstream": "clickup",
  "options": {"workspace": "9014123456", "base_url": "$URL/api/v2", "space": "90140000011"},
  "statuses": ${1:-$statuses}}},
 "handlers": {}}
END
}

@test "check says who the token is and what it sees" {
  start_fake lists=11,tasks=20,ready=2
  config
  run "$HELPER" check --config config.json
  echo "$output"
  [ "$status" -eq 0 ]
  [[ ${lines[0]} == "board	ok	the token of the variable CB_CLICKUP_TOKEN is that of Ola Nordin <ola@acme.example>, time zone "* ]]
  [ "${lines[1]}" = "board	ok	workspace Acme Works (9014123456); spaces: Engineering (90140000011)" ]
  [ "${lines[2]}" = "board	ok	space Engineering (90140000011): 11 lists" ]
  [ "${#lines[@]}" -eq 14 ]
}

@test "check names the list that lacks a status, and exits 1" {
  start_fake lists=11,tasks=20,ready=2
  config '{"ready": "ready", "running": "in progress", "succeeded": "done", "failed": "blocked"}'
  run "$HELPER" check --config config.json board
  [ "$status" -eq 1 ]
  [ "$(grep -c '	look	list List .* no status "blocked", which is to mean failed; it has: to do' <<<"$output")" -eq 9 ]
  run "$HELPER" check --config config.json --json
  [ "$(grep -c '^{"source":"board","result":"look","about":"status","id":"9014' <<<"$output")" -eq 9 ]
}

@test "check tells a wrong token, a wrong workspace and a wrong space" {
  start_fake lists=3,tasks=20,ready=2
  config
  CB_CLICKUP_TOKEN=pk_1_WRONG run "$HELPER" check --config config.json
  [ "$status" -eq 1 ]
  [[ $output == *"ClickUp refuses the token of the variable CB_CLICKUP_TOKEN"* ]]
  [[ $output != *WRONG* ]]
  sed -i 's/9014123456/9014000000/' config.json
  run "$HELPER" check --config config.json
  [ "$status" -eq 1 ]
  [[ $output == *"does not see the workspace 9014000000; it sees Acme Works (9014123456)"* ]]
  config
  sed -i 's/90140000011/90140000099/' config.json
  run "$HELPER" check --config config.json
  [ "$status" -eq 1 ]
  [[ $output == *"	look	get space 90140000099: HTTP 401"* ]]
}

@test "check exits 69 when ClickUp cannot be reached, and 78 for a wrong configuration" {
  start_fake lists=3,tasks=20,ready=2
  config
  unset CB_CLICKUP_TOKEN
  run "$HELPER" check --config config.json
  [ "$status" -eq 78 ]
  [ "$output" = "cb-upstream-clickup: read token: the variable CB_CLICKUP_TOKEN is not set" ]
  export CB_CLICKUP_TOKEN=x
  run "$HELPER" check --config config.json nosuch
  [ "$status" -eq 78 ]
  sed -i 's/"space"/"spase"/' config.json
  run "$HELPER" check --config config.json
  [ "$status" -eq 78 ]
  [[ $output == *'/config.json: /sources/board/options/spase: unknown member "spase"; did you mean "space"?' ]]
  config
  kill "$FAKE_PID"; wait "$FAKE_PID" || true
  run "$HELPER" check --config config.json
  [ "$status" -eq 69 ]
}

@test "a ready task is worked on, and ends in the right status with its artifact and its comment" {
  start_fake lists=3,tasks=60,ready=2 --switch rate_limit=1000
  cat >config.json <<END
{"sources": {"board": {"upstream": "clickup", "no_due_date": "run",
  "options": {"workspace": "9014123456", "base_url": "$URL/api/v2", "space": "90140000011", "settle": "50ms"},
  "statuses": {"ready": "ready", "running": "in progress", "succeeded": "In Review", "failed": "to do"}}},
 "handlers": {"write": {"match": {}, "run": ["sh", "-c", "echo {id} >\\"\$CB_ARTIFACTS/result.md\\""], "artifacts": ["*.md"]}}}
END
  sed -i 's/{id}/done/' config.json
  export CB_STATE=$PWD/state
  fault 'POST /task/*/attachment' lose_response_after_apply
  "$BIN/cb-poll" --config config.json
  "$BIN/cb-exec" --config config.json || true
  for _ in $(seq 15); do
    [ "$(applied attachment)" -lt 2 ] || [ "$(grep '"what": *"status"' ledger | grep -c 'in review')" -lt 2 ] || break
    sleep 1
    "$BIN/cb-exec" --config config.json || true
  done
  cat ledger
  [ "$(applied attachment)" -eq 2 ]
  [ "$(grep '"what": *"status"' ledger | grep -c 'in review')" -eq 2 ]
}

@test "the configuration of the example is one" {
  run "$HELPER" check --config "$BATS_TEST_DIRNAME/../../examples/clickup/config.json"
  [ "$status" -eq 78 ]
  [[ $output == "cb-upstream-clickup: read token "*"/examples/clickup/clickup.token: no such file" ]]
}

@test "cb-poll learns of the tasks of a space" {
  start_fake lists=3,tasks=250,ready=30 --switch rate_limit=1000
  config
  export CB_STATE=$PWD/state
  run "$BIN/cb-poll" --config config.json --json
  [ "$status" -eq 0 ]
  [ "$(grep -c '"verdict":"ready"\|"verdict":"held"' <<<"$output")" -ge 30 ]
  run "$BIN/cb-poll" --config config.json
  [ "$status" -eq 0 ]
}

@test "--version and --help are answered, and other arguments refused" {
  run "$HELPER" --version
  [ "$status" -eq 0 ]
  [[ $output == "cb-upstream-clickup "* ]]
  run "$HELPER" check --help
  [ "$status" -eq 0 ]
  run "$HELPER" extra
  [ "$status" -eq 64 ]
}
