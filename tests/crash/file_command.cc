// The command that gets a dropped file.   cb-file-command FILE
// Writes "begin TASK RUN", "got TASK RUN ID" (what the file says it is), or "torn TASK RUN" when it
// is not whole, "absent TASK RUN" when it is not there, and "end TASK RUN EXIT" to the ledger. A
// content may ask for failure.
//   CB_TEST_PAUSE   milliseconds that it takes
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

#include "content.h"

namespace {

std::string variable(const char* name) {
  const char* value = getenv(name);
  return value != nullptr ? value : "";
}

void note(const std::string& word, const std::string& rest = "") {
  const auto line = word + " " + variable("CB_TASK") + " " + variable("CB_RUN") + rest + "\n";
  const int file = open(variable("CB_TEST_LEDGER").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (write(file, line.data(), line.size()) < 0) _exit(99);
  close(file);
}

// Nobody else may be at work on this file.
void take_lock(const char* path) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file >= 0 && flock(file, LOCK_EX | LOCK_NB) != 0) note("overlap");
}

int finish(int exit) {
  note("end", " " + std::to_string(exit));
  return exit;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  note("begin");
  take_lock(argv[1]);
  if (variable("CB_FILE") != argv[1]) note("astray", " CB_FILE is " + variable("CB_FILE"));
  std::ifstream file(argv[1], std::ios::binary);
  if (!file) {
    note("absent");
    return finish(1);
  }
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto content = cb::crash::parse_content(text);
  if (!content) {
    note("torn", " " + std::string(argv[1]));
    return finish(65);
  }
  note("got", " " + content->id);
  const int pause = atoi(variable("CB_TEST_PAUSE").c_str());
  if (pause > 0) usleep(static_cast<useconds_t>(pause) * 1000);
  return finish(content->does_fail ? 65 : 0);
}
