#include "state/store.h"

#include "os/env.h"
#include "os/file.h"
#include "state/journal_writer.h"
#include "state/migrate.h"
#include "state/schema.h"

namespace cb::state {
namespace {

void refuse_lost_store(const Layout& layout) {
  if (os::list_directory(layout.runs()).empty() && os::list_directory(layout.journal()).empty())
    return;
  if (os::exists(layout.restored()))
    throw Error(Fault::permanent, "open " + layout.database() +
                                      ": its restore was interrupted; run cb-backup restore");
  throw Error(Fault::permanent,
              "open " + layout.database() +
                  ": the store is lost (its runs are still there); run cb-backup restore");
}

void make_layout(const Layout& layout) {
  os::make_directories(layout.root);
  for (const char* name : {"/runs", "/work", "/locks", "/journal", "/backups"})
    os::make_directory(layout.root + name);
}

void refuse_newer(const Layout& layout, int version) {
  if (version <= schema_version()) return;
  throw Error(Fault::permanent, "open " + layout.database() + ": its schema " +
                                    std::to_string(version) + " is newer than this program's " +
                                    std::to_string(schema_version()) + "; update cb");
}

}  // namespace

int schema_version() { return static_cast<int>(migrations().size()); }

Store open_store(const std::string& directory, db::Access access, NetworkFs network) {
  Store store{.layout = {directory}, .db = nullptr};
  const auto& layout = store.layout;
  if (!os::exists(layout.database())) {
    refuse_lost_store(layout);
    if (access != db::Access::create)
      throw Error(Fault::answer, "open " + layout.database() + ": there is no store yet");
    make_layout(layout);
  }
  if (network == NetworkFs::refused)
    if (const auto type = os::network_file_system(directory))
      throw Error(Fault::permanent,
                  "open " + layout.database() + ": on a network file system (" + *type +
                      "), whose locks cannot be trusted; set CB_ALLOW_NETWORK_FS=1 to try anyway");
  store.db = std::make_unique<db::Connection>(db::Settings{.path = layout.database(),
                                                           .gate_path = layout.gate(),
                                                           .maintenance_path = layout.maintenance(),
                                                           .access = access});
  const auto version = read_version(*store.db, layout);
  refuse_newer(layout, version);
  if (version < schema_version()) {
    if (access != db::Access::create)
      throw Error(version == 0 ? Fault::answer : Fault::temporary,
                  "open " + layout.database() + ": not set up yet; run cb-poll or cb-exec once");
    migrate(*store.db, layout, migrations());
  }
  if (access != db::Access::read) store.db->accompany(std::make_unique<JournalWriter>(layout));
  return store;
}

}  // namespace cb::state
