#include "state/migrate.h"

#include <gmock/gmock.h>

#include "os/file.h"
#include "support/store_fixture.h"

namespace cb::state {
namespace {

constexpr const char* kFirst =
    "CREATE TABLE numbers (n INTEGER) STRICT; INSERT INTO numbers VALUES (1)";
constexpr const char* kSecond = "INSERT INTO numbers SELECT n + 1 FROM numbers";
constexpr const char* kBroken = "INSERT INTO numbers VALUES (9); INSERT INTO nothing VALUES (1)";

class Migrate : public ::testing::Test {
 protected:
  db::Connection open(const std::string& path, db::Access access) {
    os::make_directories(layout.backups());
    os::make_directories(layout.root + "/locks");
    return db::Connection({.path = path, .gate_path = layout.gate(), .access = access});
  }
  int64_t sum(db::Connection& connection) {
    auto rows = connection.query("SELECT sum(n) FROM numbers");
    rows.next();
    return rows.integer(0);
  }

  testing::TemporaryDirectory directory;
  Layout layout{directory.path()};
  db::Connection db = open(layout.database(), db::Access::create);
};

TEST_F(Migrate, AppliesOnlyWhatIsMissing) {
  migrate(db, layout, std::array{kFirst});
  migrate(db, layout, std::array{kFirst, kSecond});
  migrate(db, layout, std::array{kFirst, kSecond});

  EXPECT_EQ(read_version(db, layout), 2);
  EXPECT_EQ(sum(db), 3);
}

TEST_F(Migrate, KeepsACopyFromBefore) {
  migrate(db, layout, std::array{kFirst});
  os::write_file(layout.backups() + "/schema-1.db", "left by an attempt that died");

  migrate(db, layout, std::array{kFirst, kSecond});

  auto copy = open(layout.backups() + "/schema-1.db", db::Access::create);
  EXPECT_EQ(read_version(copy, layout), 1);
  EXPECT_EQ(sum(copy), 1);
}

TEST_F(Migrate, CopiesNothingWhenNothingIsMissing) {
  migrate(db, layout, std::array{kFirst});

  migrate(db, layout, std::array{kFirst});

  EXPECT_FALSE(os::exists(layout.backups() + "/schema-1.db"));
}

TEST_F(Migrate, ChangesNothingWhenAStepFails) {
  migrate(db, layout, std::array{kFirst});

  EXPECT_THROW(migrate(db, layout, std::array{kFirst, kSecond, kBroken}), Error);

  EXPECT_EQ(read_version(db, layout), 1);
  EXPECT_EQ(sum(db), 1);
}

}  // namespace
}  // namespace cb::state
