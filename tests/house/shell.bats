#!/usr/bin/env bats
# Every shell script is clean.

setup() {
  cd "$ROOT"
}

# The files of the tree whose first line is $1 (a pattern).
with_first_line() {
  local file first
  while IFS= read -r file; do
    IFS= read -r first <"$file" && [[ $first =~ $1 ]] && echo "$file"
  done < <(find . -path ./build -prune -o -path ./.git -prune -o -path ./.cache -prune -o -type f -size +0 -print)
}

@test "shell scripts pass shellcheck" {
  mapfile -t scripts < <(with_first_line '^#!/bin/(ba)?sh$' 2>/dev/null)
  ((${#scripts[@]} >= 8))
  shellcheck "${scripts[@]}"
}

@test "bats files pass shellcheck" {
  mapfile -t suites < <(with_first_line '^#!/usr/bin/env bats$' 2>/dev/null)
  ((${#suites[@]} >= 5))
  shellcheck -S warning -e SC1010,SC2164 "${suites[@]}"  # "done" is an argument; bats ends a test whose cd fails
}
