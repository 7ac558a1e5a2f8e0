# Reads what `strace -f -y` wrote, and prints each violation of these rules:
#   only SQLite opens the database, its log, index and journal (nobody else asks for O_NOFOLLOW there);
#   all of them but the index, which belongs to SQLite's own locks, change only while the process holds the gate;
#   nobody removes the log or the index.
# At the end "opened N, written N, moved back N": how much there was to judge; the last are checkpoints' writes.

# A call that was interrupted by another process's line comes in two halves.
/<unfinished \.\.\.>$/ { sub(/ *<unfinished \.\.\.>$/, ""); half[$1] = $0; next }
/<\.\.\. [a-z0-9_]+ resumed>/ { rest = $0; sub(/^.*resumed>/, "", rest); $0 = half[$1] rest }

function violation(what) { print what ": " $0 }

{ pid = $1 }
/ execve\(/ || /\+\+\+ (exited|killed)/ { delete gate[pid] }
/ flock\(.*\/locks\/write>, LOCK_EX.* = 0$/ { gate[pid] = 1 }
/ flock\(.*\/locks\/write>, LOCK_UN/ { delete gate[pid] }

/ (open|openat|creat)\(.*\/state\.db(-wal|-shm|-journal)?", / {
  ++opened
  if ($0 !~ /O_NOFOLLOW/) violation("not opened by SQLite")
}
/ (write|writev|pwrite64|pwritev|pwritev2|ftruncate|fallocate)\([0-9]+<[^>]*\/state\.db(-wal|-journal)?>/ {
  ++written
  if (!(pid in gate)) violation("written without the gate")
}
/ pwrite64\([0-9]+<[^>]*\/state\.db>/ { ++moved }
/ (unlink|unlinkat|rename|renameat|renameat2)\(.*\/state\.db(-wal|-shm)?"/ { violation("removed or replaced") }

END { print "opened " opened + 0 ", written " written + 0 ", moved back " moved + 0 }
