// cb-crash-checker: whether a store, its board and what its commands wrote down agree.
#include <cstring>
#include <exception>
#include <iostream>

#include "check.h"

int main(int argc, char** argv) {
  using namespace cb::crash;
  const bool is_settled = argc > 1 && std::strcmp(argv[1], "--settled") == 0;
  char** arguments = argv + (is_settled ? 1 : 0);
  const int count = argc - (is_settled ? 1 : 0);
  if (count != 4 && count != 5) {
    std::cerr << "usage: cb-crash-checker [--settled] STATE BOARD|- LEDGER [ANSWERS]\n";
    return 64;
  }
  const std::string board = arguments[2];
  try {
    const auto checked = check({.state = arguments[1],
                                .board = board == "-" ? "" : board,
                                .ledger = arguments[3],
                                .answers = count == 5 ? arguments[4] : ""},
                               is_settled ? When::settled : When::any_time);
    for (const auto& violation : checked.violations) std::cout << violation << '\n';
    if (!checked.violations.empty()) return 1;
    std::cout << "ok: " << checked.tasks << " tasks, " << checked.runs << " runs, "
              << checked.events << " events\n";
    return 0;
  } catch (const std::exception& error) {
    std::cout << error.what() << '\n';
    return 1;
  }
}
