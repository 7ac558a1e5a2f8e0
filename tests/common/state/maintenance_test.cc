#include "state/maintenance.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "os/clock.h"
#include "os/file.h"
#include "support/forked.h"
#include "support/store_fixture.h"

namespace cb::state {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

class MaintenanceTest : public testing::StoreTest {
 protected:
  std::string refusal() {
    try {
      write([] {});
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::temporary);
      return error.what();
    }
    return "";
  }
};

TEST_F(MaintenanceTest, WritersAreToldAtOnceAndReadersNotHindered) {
  add({.id = "a"});
  testing::Forked restorer([&](const auto& ready) {
    const Maintenance maintenance(store.layout, "a restore", 1s);
    ready();
    os::sleep_for(30s);
    return 0;
  });
  const auto before = os::boot_time();

  EXPECT_THAT(refusal(),
              HasSubstr("a restore is under way: pid " + std::to_string(restorer.pid()) + " ("));

  EXPECT_LT(os::boot_time() - before, 2s);
  EXPECT_EQ(task("a").task.title, "a title");
  restorer.kill_now();
  EXPECT_EQ(refusal(), "");
}

TEST_F(MaintenanceTest, ATransactionUnderWayIsWaitedFor) {
  db::Transaction transaction(db());

  try {
    const Maintenance maintenance(store.layout, "a restore", 50ms);
    FAIL() << "in the middle of a transaction";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::temporary);
    EXPECT_THAT(error.what(), HasSubstr("pid " + std::to_string(os::this_process().pid)));
  }
  transaction.commit();
  EXPECT_NO_THROW(Maintenance(store.layout, "a restore", 50ms));
}

TEST_F(MaintenanceTest, WhoHadTheOldFileOpenIsFenced) {
  add({.id = "a"});
  auto old = open_store(store.layout.root, db::Access::write);
  const auto database = store.layout.database();
  {
    const Maintenance maintenance(store.layout, "a restore", 1s);
    db().copy_to(store.layout.restored());
    {
      db::Connection restored({.path = store.layout.restored(),
                               .gate_path = store.layout.restore_gate(),
                               .access = db::Access::create});
      db::Transaction transaction(restored);
      set_generation(restored, generation(restored) + 1);
      transaction.commit();
      restored.checkpoint(0);
    }
    os::make_directories(store.layout.quarantine());
    for (const char* suffix : {"", "-wal", "-shm"})
      os::rename_path(database + suffix, store.layout.quarantine() + "/state.db" + suffix);
    os::rename_path(store.layout.restored(), database);
    for (const char* suffix : {"-wal", "-shm"}) os::remove_file(store.layout.restored() + suffix);
  }

  EXPECT_THAT(refusal(), HasSubstr("restored or replaced meanwhile"));

  store = open_store(store.layout.root, db::Access::write);
  EXPECT_EQ(refusal(), "");
  EXPECT_EQ(generation(db()), 2);
  EXPECT_EQ(task("a").task.title, "a title");
}

TEST_F(MaintenanceTest, AnInterruptedRestoreIsNamed) {
  store.db.reset();
  os::rename_path(store.layout.database(), store.layout.restored());
  os::make_directories(store.layout.run("run-1"));

  try {
    open_store(store.layout.root, db::Access::create);
    FAIL() << "begun anew";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::permanent);
    EXPECT_THAT(error.what(), HasSubstr("its restore was interrupted; run cb-backup restore"));
  }
}

}  // namespace
}  // namespace cb::state
