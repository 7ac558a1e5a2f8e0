#!/usr/bin/env bats
# scripts/setup: reads the one list of packages, and touches nothing when all is there.

# A dpkg-query that knows only the packages in $INSTALLED.
setup() {
  mkdir "$BATS_TEST_TMPDIR/bin"
  cat >"$BATS_TEST_TMPDIR/bin/dpkg-query" <<'FAKE'
#!/bin/sh
for name in $INSTALLED; do echo "$name installed"; done
FAKE
  chmod +x "$BATS_TEST_TMPDIR/bin/dpkg-query"
  PATH=$BATS_TEST_TMPDIR/bin:$PATH
  export CB_SETUP_DRY=1
}

@test "all packages there: silent" {
  CB_SETUP_DRY=1 INSTALLED='' run "$ROOT/scripts/setup"
  everything=${output##*recommends}

  INSTALLED=$everything run "$ROOT/scripts/setup"

  [ "$status" -eq 0 ]
  [ -z "$output" ]
}

@test "building needs neither the tests' packages nor debhelper" {
  INSTALLED='' run "$ROOT/scripts/setup"

  [[ $output == *" libsqlite3-dev"* ]]
  [[ $output != *libgtest-dev* ]]
  [[ $output != *debhelper* ]]
  [[ $output != *[\(\<,]* ]]
}

@test "each step adds to the one before" {
  INSTALLED='' run "$ROOT/scripts/setup" --test
  [[ $output == *" libsqlite3-dev"*" libgtest-dev"* ]]
  [[ $output != *clang* ]]

  INSTALLED='' run "$ROOT/scripts/setup" --check
  [[ $output == *" libsqlite3-dev"*" libgtest-dev"*" clang-tidy-19"* ]]
}

@test "only what is missing is named" {
  INSTALLED="g++ cmake ninja-build" run "$ROOT/scripts/setup"

  [[ $output == *" libcli11-dev"* ]]
  [[ $output != *g++* ]]
  [[ $output != *cmake* ]]
}

@test "an unknown argument is refused" {
  run "$ROOT/scripts/setup" --all
  [ "$status" -eq 64 ]
}
