#!/usr/bin/env bats
# scripts/check-layers: the tree keeps to its layers, and each way to break them is seen.

setup() {
  tree=$BATS_TEST_TMPDIR
  mkdir -p "$tree"/common/{base,os,db,model} "$tree"/tools/{cb-one,cb-two}
  cat >"$tree/CMakeLists.txt" <<'LISTS'
cb_module(base SOURCES a.cc)
cb_module(os USES base SOURCES a.cc)
cb_module(db USES base os SOURCES a.cc LINKS SQLite::SQLite3)
cb_module(model USES base
  SOURCES a.cc
  b.cc)
LISTS
}

# refuses FILE LINE MESSAGE: a tree in which FILE holds LINE is refused with FILE:1: MESSAGE.
refuses() {
  echo "$2" >"$tree/$1"
  run "$ROOT/scripts/check-layers" "$tree"
  echo "$output"
  [ "$status" -eq 1 ]
  [ "$output" = "$1:1: $3" ]
}

accepts() {
  echo "$2" >"$tree/$1"
  run "$ROOT/scripts/check-layers" "$tree"
  echo "$output"
  [ "$status" -eq 0 ]
  [ -z "$output" ]
}

@test "this tree keeps to its layers" {
  "$ROOT/scripts/check-layers" "$ROOT"
}

@test "a module may include itself, what it uses and the standard library" {
  accepts common/model/a.cc '#include "model/a.h"'
  accepts common/model/b.cc '#include "base/error.h"'
  accepts common/model/c.cc '#include <vector>'
}

@test "a module may not include one that it does not use" {
  refuses common/model/a.cc '#include "os/file.h"' 'model may not include os'
}

@test "a module may not include a tool" {
  refuses common/base/a.h '#include "cb-one/one.h"' '"cb-one/one.h": cb-one is no module'
}

@test "a module names the module of what it includes" {
  refuses common/base/a.cc '#include "error.h"' '"error.h": name the module, "base/error.h"'
}

@test "a tool may include every module and its own headers" {
  accepts tools/cb-one/a.cc '#include "db/connection.h"'
  accepts tools/cb-one/b.cc '#include "one.h"'
}

@test "a tool may not include another tool" {
  refuses tools/cb-one/a.cc '#include "cb-two/two.h"' '"cb-two/two.h": cb-two is no module'
  refuses tools/cb-one/a.cc '#include "../cb-two/two.h"' '"../cb-two/two.h" climbs out of its folder'
}

@test "only common/db includes sqlite3.h" {
  accepts common/db/a.cc '#include <sqlite3.h>'
  refuses common/model/a.cc '  #  include <sqlite3.h>  // why' '<sqlite3.h> outside common/db'
}

@test "only helpers include curl.h" {
  mkdir "$tree/tools/cb-upstream-web"
  accepts tools/cb-upstream-web/a.cc '#include <curl/curl.h>'
  refuses tools/cb-one/a.cc '#include <curl/curl.h>' '<curl/curl.h> outside a helper'
}

@test "only common/os includes headers of system calls" {
  accepts common/os/a.cc '#include <unistd.h>'
  refuses common/db/a.cc '#include <sys/wait.h>' '<sys/wait.h> outside common/os'
  rm "$tree/common/db/a.cc"
  refuses tools/cb-one/a.cc '#include <filesystem>' '<filesystem> outside common/os'
}
