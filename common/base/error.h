// The one exception of cb: "this cannot go on", with what the reader can do about it.
#pragma once

#include <stdexcept>
#include <string>

namespace cb {

// What the reader of the message can do. Each maps to one exit code (see exit_code).
enum class Fault {
  answer,         // 1: done, and the answer is "look here": no such task, nothing found
  usage,          // 64: the command line is wrong
  data,           // 65: input data is wrong
  unavailable,    // 69: upstream cannot be reached
  permanent,      // 70: a damaged store, a failing disk, a bug
  temporary,      // 75: busy or short of something now; the same call may succeed later
  configuration,  // 78: the configuration is wrong
};

// Thrown when a function cannot do what its name says and no foreseen outcome describes why.
// what() is one line, "verb object: cause", naming the file, table, key or task concerned.
class Error : public std::runtime_error {
 public:
  Error(Fault fault, const std::string& line) : std::runtime_error(line), fault_(fault) {}
  Fault fault() const { return fault_; }

 private:
  Fault fault_;
};

// The process exit code for `fault`, from the table of cb(7).
int exit_code(Fault fault);

}  // namespace cb
