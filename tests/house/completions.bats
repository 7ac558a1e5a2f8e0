#!/usr/bin/env bats
# Completions are what the tools say of themselves, and work in three shells.

setup() {
  cd "$ROOT"
  PATH=$BUILD/bin:$PATH
}

# What bash offers for the words $@, the last one being typed.
in_bash() {
  bash -c '
    source /usr/share/bash-completion/bash_completion
    source "completions/bash/$1"
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE=$* COMP_POINT=${#COMP_LINE}
    "_${1//-/_}"
    printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}

in_fish() {
  fish -N -c 'source completions/fish/$argv[1].fish; complete -C "$argv"' "$@" | cut -f 1
}

@test "completions are what the tools say" {
  scripts/completions --check "$BUILD"
}

@test "each file is clean in its own shell" {
  for file in completions/bash/*; do shellcheck "$file"; done
  for file in completions/zsh/*; do zsh -n "$file"; done
  for file in completions/fish/*; do fish -n "$file"; done
}

@test "bash offers options, their values, and commands" {
  [ "$(in_bash cb-exec --qui)" = --quiet ]
  [ "$(in_bash cb-exec --color a | tr '\n' ' ')" = "auto always " ]
  [ "$(in_bash cb-task rel)" = release ]
}

@test "fish offers options, their values, and commands" {
  [ "$(in_fish cb-exec --qui)" = --quiet ]
  [ "$(in_fish cb-exec --color n)" = never ]
  [ "$(in_fish cb-task rel)" = release ]
}

@test "zsh offers options, their values, and commands" {
  zsh=$ROOT/tests/house/zsh-offers
  [[ $("$zsh" completions/zsh cb-exec --qui) == *--quiet* ]]
  [[ $("$zsh" completions/zsh cb-exec --color '') == *always*auto*never* ]]
  [[ $("$zsh" completions/zsh cb-task '') == *cancel*release* ]]
}

@test "tasks are offered where a task is meant" {
  export CB_STATE=$BATS_TEST_TMPDIR
  cb-task add 'Write it' --id writing

  [ "$(in_bash cb-status show local:wr)" = writing ]  # bash takes what precedes the colon as said
  [[ $(in_fish cb-status show local:wr) == local:writing ]]
}

@test "the name of a task is never run by pressing TAB" {
  export CB_STATE=$BATS_TEST_TMPDIR/state
  cd "$BATS_TEST_TMPDIR"
  cb-task add 'Hostile' --id '$(touch${IFS}here)`touch${IFS}there`'
  cd "$ROOT"

  [[ $(in_bash cb-status show local:) == *touch* ]]
  [[ $(in_fish cb-status show local:) == *touch* ]]

  [ -z "$(find "$ROOT" "$BATS_TEST_TMPDIR" -maxdepth 1 \( -name here -o -name there \))" ]
}
