// A store, what its journal says, and writers that die before they write it.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "base/warning.h"
#include "os/file.h"
#include "state/journal.h"
#include "state/journal_writer.h"
#include "support/store_fixture.h"

namespace cb::state {

class JournalTest : public testing::StoreTest {
 protected:
  ~JournalTest() override { on_warning(nullptr); }

  JournalRead read(std::vector<JournalLine>& lines, const JournalReading& reading = {}) const {
    return read_journal(store.layout, reading,
                        [&](const JournalLine& line) { lines.push_back(line); });
  }
  std::vector<int64_t> numbers() const {
    std::vector<int64_t> found;
    read_journal(store.layout, {}, [&](const JournalLine& line) { found.push_back(line.seq); });
    return found;
  }
  std::vector<int64_t> events() {
    std::vector<int64_t> found;
    for (auto rows = db().query("SELECT seq FROM events ORDER BY seq"); rows.next();)
      found.push_back(rows.integer(0));
    return found;
  }
  std::string newest() const { return journal_files(store.layout).back().path; }
  static std::string text(const std::string& path) { return os::read_file(path).value(); }

  // From now on files are finished when they have so many bytes.
  void rotate_at(uint64_t bytes) {
    db().accompany(std::make_unique<JournalWriter>(store.layout, JournalLimits{.bytes = bytes}));
  }

  // What is committed until the returned one is given back is not journaled, as if each writer was
  // killed before it wrote.
  std::unique_ptr<db::Connection> kill_writers() {
    return std::exchange(
        store.db, std::make_unique<db::Connection>(db::Settings{.path = store.layout.database(),
                                                                .gate_path = store.layout.gate(),
                                                                .access = db::Access::write}));
  }
};

}  // namespace cb::state
