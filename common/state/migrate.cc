#include "state/migrate.h"

#include "os/file.h"
#include "state/store.h"

namespace cb::state {
namespace {

int64_t pragma(db::Rows rows) { return rows.next() ? rows.integer(0) : 0; }

void copy_before_migration(db::Connection& db, const Layout& layout, int version) {
  const auto target = layout.backups() + "/schema-" + std::to_string(version) + ".db";
  os::remove_file(target);  // of an attempt that died
  db.copy_to(target);
}

}  // namespace

int read_version(db::Connection& db, const Layout& layout) {
  // In this order: whoever sets both up in between leaves a version that is too low, and so looked
  // at again.
  const auto version = pragma(db.query("PRAGMA user_version"));
  const auto application = pragma(db.query("PRAGMA application_id"));
  const auto is_empty =
      application == 0 && version == 0 && !db.query("SELECT 1 FROM sqlite_schema LIMIT 1").next();
  if (application != kApplicationId && !is_empty)
    throw Error(Fault::permanent, "open " + layout.database() + ": not a store of cb");
  return static_cast<int>(version);
}

void migrate(db::Connection& db, const Layout& layout, std::span<const char* const> steps) {
  const auto version = read_version(db, layout);
  if (static_cast<size_t>(version) >= steps.size()) return;
  if (version > 0) copy_before_migration(db, layout, version);
  db::Transaction transaction(db);
  const auto current = static_cast<size_t>(read_version(db, layout));
  if (current >= steps.size()) return;
  for (const char* step : steps.subspan(current)) db.script(step);
  db.script(("PRAGMA application_id = " + std::to_string(kApplicationId) +
             "; PRAGMA user_version = " + std::to_string(steps.size()))
                .c_str());
  transaction.commit();
}

}  // namespace cb::state
