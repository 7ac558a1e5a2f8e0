// A store, a configuration with a board, and a job over both.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "flow/sources.h"
#include "os/env.h"
#include "reconcile.h"
#include "support/store_fixture.h"

namespace cb::reconcile {

class ReconcileTest : public cb::testing::StoreTest {
 protected:
  static constexpr const char* kConfig = R"({
    "sources": {
      "board": {
        "upstream": ["/bin/sh", "helper.sh"],
        "statuses": {"ready": "to do", "running": "doing", "succeeded": "done", "failed": "broken"},
        "deadline": "5s"
      }
    },
    "handlers": {"work": {"match": {"kind": "Work"}, "run": ["work", "{id}"]}},
    "keep": {"succeeded": "90d", "failed": "365d", "runs": 2}
  })";

  ReconcileTest() { options.common.json = true; }

  template <typename Work>
  std::vector<Json> records_of(Work work) {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Report report(options);
    const Job job{options,
                  config,
                  flow::upstream_sources(config, options.sources, "reconcile"),
                  os::environment_list(),
                  store,
                  report,
                  [this] { return now; }};
    code = work(job);
    report.finish();
    problems = ::testing::internal::GetCapturedStderr();
    std::istringstream lines(::testing::internal::GetCapturedStdout());
    std::vector<Json> records;
    for (std::string line; std::getline(lines, line);) records.push_back(parse_json(line));
    return records;
  }
  std::vector<Json> reconcile() {
    return records_of([](const Job& job) { return run(job); });
  }

  // A helper that answers the greeting and then does what `script` says.
  void helper(const std::string& script) {
    std::ofstream(directory / "helper.sh")
        << "read -r line; echo "
           "'{\"ok\":true,\"can\":[\"list\",\"set_status\",\"comment\",\"attach\"]}'\n"
        << script;
  }
  // One that lists these tasks ("ID STATUS") as often as it is asked, and takes every write.
  void board(const std::vector<std::pair<std::string, std::string>>& tasks) {
    std::string listing;
    for (const auto& [id, status] : tasks)
      listing += R"(echo '{"task":{"id":")" + id + R"(","title":"T","kind":"Work","status":")" +
                 status + "\"}}'\n";
    helper(
        "while read -r line; do printf '%s\\n' \"$line\" >>asked; case $line in\n*'\"list\"'*)\n" +
        listing + "echo '{\"ok\":true,\"cursor\":\"c\",\"complete\":true}' ;;\n" +
        "*) echo '{\"ok\":true}' ;;\nesac; done\n");
  }
  std::string asked() {
    std::ifstream file(directory / "asked");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  Instant now = cb::testing::kNow;
  Options options;
  config::Config config =
      config::parse(kConfig, directory / "config.json", directory.path(), directory.path());
  int code = -1;
  std::string problems;  // what was said on stderr
};

}  // namespace cb::reconcile
