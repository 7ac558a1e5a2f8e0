// Moving a file so that nothing is overwritten and at every moment at least one name leads to all
// of it: first it gets its new name, then, once that is recorded, it loses the old one.
#pragma once

#include <string>

#include "os/scan.h"

namespace cb::os {

struct Placed {
  enum class Is {
    placed,   // `path` leads to it, durably; the old name still does too
    changed,  // the file of `expected` is not there any more
  } is = Is::changed;
  std::string path = {};
};

// Gives the file `source` a name in `directory` (made with its parents when missing): `name` (a
// relative path, its parents made too), or, when another file has that, "name (2).ext", "name
// (3).ext" … A hard link where the file system has them (then ctime changes), else a copy
// (complete, durable and with the same mtime and mode before it has that name). A file that is
// there already and is the same (a link to it, or of the same bytes) is what an earlier call,
// killed, has left: it is taken. What a killed copy left half done is taken away by the next one
// into that directory. Throws Error as os/file.h does; Fault::configuration when `source` lies
// there already under that very name.
Placed place(const std::string& source, const FileStatus& expected, const std::string& directory,
             const std::string& name);

enum class Removed {
  yes,       // or it was gone
  replaced,  // another file has come there, which was left alone
};
// Takes away the name `source` of the file that place() gave another one; `expected` as it was then
// (ctime does not matter). Whatever else came to have that name meanwhile, at any instruction,
// keeps it; if its place is taken, too, by something still newer, it becomes "name (2).ext". What a
// killed call left, under the hidden name ".cb-leaving-…" beside `source`, is finished or put back
// first. Not durable by itself: after a loss of power the old name may be back.
Removed remove_placed(const std::string& source, const FileStatus& expected);

// The same for one who does not know any more what it was: it is taken away if it is a link to
// `placed` or, byte for byte, the same.
Removed remove_placed(const std::string& source, const std::string& placed);

}  // namespace cb::os
