#!/usr/bin/env bats
# scripts/check-docs: documents keep their word, and it is seen when one does not.

setup() {
  tree=$BATS_TEST_TMPDIR
  mkdir -p "$tree"/{docs,man,completions/{bash,zsh,fish}}
  cd "$tree"
  echo 'cb_tool(cb-one SOURCES one.cc)' >CMakeLists.txt
  echo 'See [more](docs/more.md#part) about `cb-one` or <https://example.org>.' >README.md
  echo 'Back to [the start](../README.md), [home](https://example.org).' >docs/more.md
  for file in man/cb-one.1 completions/{bash/cb-one,zsh/_cb-one,fish/cb-one.fish}; do echo text >"$file"; done
}

refused() {
  run "$ROOT/scripts/check-docs" "$tree"
  echo "$output"
  [ "$status" -eq 1 ]
  [ "$output" = "$1" ]
}

@test "this tree's documents keep their word" {
  "$ROOT/scripts/check-docs" "$ROOT"
}

@test "a whole tree passes" {
  run "$ROOT/scripts/check-docs" "$tree"
  [ "$status" -eq 0 ]
}

@test "a dead link is named with its file" {
  echo '[gone](gone.md)' >>docs/more.md
  refused 'docs/more.md: no such file: gone.md'
}

@test "a command that cannot be run is named" {
  printf '```sh\n./nothing --at-all\n```\n' >>README.md
  refused 'README.md: cannot be run: ./nothing'
}

@test "a tool without its page, its line or a completion is named" {
  rm man/cb-one.1
  refused 'cb-one: no man/cb-one.1'
  echo text >man/cb-one.1
  rm completions/zsh/_cb-one
  refused 'cb-one: no completions/zsh/_cb-one'
  echo text >completions/zsh/_cb-one
  echo nothing >README.md
  refused 'cb-one: not in README.md'
}

@test "a helper needs no completions" {
  echo 'cb_tool(cb-upstream-x SOURCES x.cc)' >>CMakeLists.txt
  echo '`cb-upstream-x`' >>README.md
  echo text >man/cb-upstream-x.1

  run "$ROOT/scripts/check-docs" "$tree"
  [ "$status" -eq 0 ]
}

@test "every test that docs/guarantees.md names exists" {
  ! grep -q -- -fsanitize "$BUILD/CMakeCache.txt" || skip "the sanitizers leave the crash tests out"
  ctest --test-dir "$BUILD" -N | sed -n 's/.*Test *#[0-9]*: //p' >"$BATS_TEST_TMPDIR/tests"
  missing=
  for name in $(grep -oE '`[a-z_]+\.[A-Za-z0-9_*.-]+`' "$ROOT/docs/guarantees.md" | tr -d '`' | sort -u); do
    pattern=${name//./\\.}
    grep -qx -- "${pattern//\*/.*}" "$BATS_TEST_TMPDIR/tests" || missing+="$name "
  done
  [ -z "$missing" ] || { echo "no such tests: $missing"; false; }
}
