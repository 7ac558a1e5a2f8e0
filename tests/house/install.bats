#!/usr/bin/env bats
# cmake --install puts every file where Debian expects it.

setup_file() {
  export DESTDIR=$BATS_FILE_TMPDIR/dest
  usr=$DESTDIR/usr
  cmake --install "$BUILD" --prefix /usr >"$BATS_FILE_TMPDIR/log" 2>&1 || { cat "$BATS_FILE_TMPDIR/log"; false; }
  export usr
}

tools() {
  sed -n 's/^cb_tool(\(cb-[a-z-]*\).*/\1/p' "$ROOT/CMakeLists.txt"
}

@test "every tool is installed with its page and its completions" {
  for tool in $(tools); do
    echo "$tool"
    [ -s "$usr/share/man/man1/$tool.1" ]
    case $tool in
      cb-upstream-*) [ -x "$usr/libexec/cb/$tool" ]; continue ;;
    esac
    [ -x "$usr/bin/$tool" ]
    [ -s "$usr/share/bash-completion/completions/$tool" ]
    [ -s "$usr/share/zsh/vendor-completions/_$tool" ]
    [ -s "$usr/share/fish/vendor_completions.d/$tool.fish" ]
  done
}

@test "nothing else is installed as a program" {
  installed=$(find "$usr/bin" "$usr/libexec" -type f -printf "%f\n" | sort)
  [ "$installed" = "$(tools | sort)" ]
}

@test "pages of concepts and configuration, documents and examples are installed" {
  for file in man/man7/cb.7 man/man5/cb-config.5 doc/cb/README.md doc/cb/state.md doc/cb/examples/press/config.json; do
    echo "$file"
    [ -s "$usr/share/$file" ]
  done
}

@test "an installed tool finds its helper" {
  mkdir "$BATS_TEST_TMPDIR/press"
  cp -r "$usr/share/doc/cb/examples/press/." "$BATS_TEST_TMPDIR/press"
  cd "$BATS_TEST_TMPDIR"

  env -i PATH=/usr/bin:/bin "$usr/bin/cb-poll" --config press/config.json --state state
}

@test "files are readable by all and writable by their owner alone" {
  [ -z "$(find "$usr" -type f ! -perm 644 ! -perm 755)" ]
}
