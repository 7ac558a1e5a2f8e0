#include "cli/main.h"

#include <csignal>
#include <cstdio>
#include <exception>

#include "base/error.h"
#include "base/text.h"
#include "base/warning.h"
#include "cli/output.h"

namespace cb::cli {
namespace {

int fail(const char* name, const std::string& line, Fault fault) {
  flush();  // what was printed before stays before
  Messages(name, {}).problem(line);
  return exit_code(fault);
}

int run_body(const char* name, const std::function<int()>& body) {
  try {
    return body();
  } catch (const Error& error) {
    return fail(name, error.what(), error.fault());
  } catch (const std::exception& error) {
    return fail(name, std::string("internal error: ") + error.what(), Fault::permanent);
  } catch (...) {
    return fail(name, "internal error: an exception of unknown type", Fault::permanent);
  }
}

}  // namespace

int run_main(const char* name, const std::function<int()>& body) {
  std::signal(SIGPIPE, SIG_IGN);
  on_warning([name](const std::string& line) { Messages(name, {}).problem(line); });
  const int code = run_body(name, body);
  flush();
  const std::string failure = output_failure();
  return failure.empty() ? code : fail(name, "write standard output: " + failure, Fault::permanent);
}

}  // namespace cb::cli
