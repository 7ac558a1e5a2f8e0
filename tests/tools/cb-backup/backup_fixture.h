// A store with a directory of backups, and cb-backup's commands over both.
#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "job.h"
#include "os/env.h"
#include "support/store_fixture.h"

namespace cb::backup {

class BackupTest : public cb::testing::StoreTest {
 protected:
  BackupTest() { options.common.json = true; }

  // The records of one call; `code` and `problems` tell the rest.
  std::vector<Json> call(Command command) {
    options.command = command;
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    try {
      Shelf shelf(shelf_path());
      Report report(options);
      code = run({options, config, store.layout.root, os::environment_list(), shelf, report,
                  [this] { return now; }});
      thrown.clear();
    } catch (const Error& error) {
      code = exit_code(error.fault());
      thrown = error.what();
    }
    problems = ::testing::internal::GetCapturedStderr();
    std::istringstream lines(::testing::internal::GetCapturedStdout());
    std::vector<Json> records;
    for (std::string line; std::getline(lines, line);) records.push_back(parse_json(line));
    return records;
  }
  // Makes one that must succeed; its id.
  std::string make() {
    now += std::chrono::hours(1);
    const auto records = call(Command::create);
    EXPECT_EQ(code, 0) << thrown << problems;
    return records.empty() ? "" : records[0]["id"].get<std::string>();
  }
  std::string shelf_path() const { return store.layout.backups(); }
  std::vector<Entry> entries() const { return Shelf(shelf_path()).entries(); }
  std::string file(const std::string& id, const std::string& name) const {
    return shelf_path() + "/" + id + "/" + name;
  }

  Options options;
  config::Config config;
  Instant now = cb::testing::kNow;
  int code = 0;
  std::string thrown, problems;
};

}  // namespace cb::backup
