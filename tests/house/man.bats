#!/usr/bin/env bats
# Manual pages are well-formed, and say what the binaries say.

setup() {
  cd "$ROOT"
}

tools() {
  sed -n 's/^cb_tool(\(cb-[a-z-]*\).*/\1/p' CMakeLists.txt
}

@test "pages pass mandoc's lint" {
  mandoc -Tlint -Wwarning man/*.[157]
}

@test "every tool's page has the same sections in the same order" {
  for tool in $(tools); do
    echo "$tool"
    sections=$(sed -n 's/^\.Sh //p' "man/$tool.1" | tr '\n' ,)
    [[ $sections == "NAME,SYNOPSIS,DESCRIPTION,"*"EXIT STATUS,"*"SEE ALSO,"* ]]
  done
}

# The long options of a tool without those that all share (cb.7 tells of them), one per line, of its commands too.
long_options() {
  "$BUILD/bin/$1" --spec | sed 's/"long":/\n&/g' | sed -n 's/^"long":"--\([a-z0-9-]*\)".*/\1/p' | sort -u |
    grep -vxE 'config|state|json|quiet|verbose|color|version|help'
}

@test "every option of a tool is on its page, and every option on its page exists" {
  for tool in $(tools | grep -v cb-upstream); do
    echo "$tool"
    paged=$(grep -oE '(Fl|,) -[a-z][a-z0-9-]*' "man/$tool.1" | sed 's/.* -//' | sort -u |
      grep -vxE 'config|state|json|quiet|verbose|color|version|help')
    diff <(long_options "$tool") <(echo "$paged")
  done
}
