// A store, a configuration with a board, and a job over both.
#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "job.h"
#include "os/env.h"
#include "support/store_fixture.h"

namespace cb::poll {

class PollTest : public cb::testing::StoreTest {
 protected:
  static constexpr const char* kConfig = R"({
    "sources": {
      "board": {
        "upstream": ["/bin/sh", "helper.sh"],
        "statuses": {"ready": "to do", "running": "doing", "succeeded": "done", "failed": "broken"},
        "deadline": "20s"
      },
      "quiet": {"due_within": "1d"}
    },
    "handlers": {"work": {"match": {"kind": "Work"}, "run": ["work", "{id}"]}}
  })";

  PollTest() { options.common.json = true; }

  // Does `work` and returns the records it printed.
  template <typename Work>
  std::vector<Json> records_of(Work work) {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Report report(options);
    try {
      work(Job{options, config, environment, store, report, [this] { return now; }});
    } catch (...) {
      ::testing::internal::GetCapturedStdout();
      ::testing::internal::GetCapturedStderr();
      throw;
    }
    report.finish();
    code = report.exit_code();
    problems = ::testing::internal::GetCapturedStderr();
    std::istringstream lines(::testing::internal::GetCapturedStdout());
    std::vector<Json> records;
    for (std::string line; std::getline(lines, line);) records.push_back(parse_json(line));
    return records;
  }

  Instant now = cb::testing::kNow;
  Options options;
  config::Config config =
      config::parse(kConfig, directory / "config.json", directory.path(), directory.path());
  std::vector<std::string> environment = os::environment_list();
  int code = -1;
  std::string problems;  // what was said on stderr
};

}  // namespace cb::poll
