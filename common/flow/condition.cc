#include "flow/condition.h"

#include "flow/open.h"
#include "os/block_file.h"
#include "os/file.h"
#include "state/events.h"
#include "state/journal.h"
#include "state/soundness.h"
#include "state/store.h"

namespace cb::flow {
namespace {

constexpr size_t kHeader = 100;
constexpr size_t kVersions = 18, kUserVersion = 60, kApplication = 68;  // sqlite.org/fileformat2

uint32_t big_endian(const std::string& bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = at; i < at + 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// Whether a file that cannot be opened has what makes it a store of this program: then it is
// damaged, and not simply something else. Of one that lost its header nothing tells.
bool should_open(const std::string& path) {
  const std::string magic("SQLite format 3\0", 16);
  std::string header;
  os::BlockFile::open(path).read_at(0, kHeader, header);
  if (header.size() < kHeader || !header.starts_with(magic)) return true;
  const auto version = big_endian(header, kUserVersion);
  return big_endian(header, kApplication) == state::kApplicationId &&
         version <= static_cast<uint32_t>(state::schema_version()) && header[kVersions] == 2;
}

bool is_lost(const state::Layout& layout) {
  return !os::exists(layout.database()) && (!os::list_directory(layout.runs()).empty() ||
                                            !os::list_directory(layout.journal()).empty());
}

}  // namespace

Condition examine(db::Connection& db, const state::Layout& layout) {
  const auto damage = state::find_damage(db);
  if (!damage.other.empty()) return {"damaged", damage.other};
  if (!damage.index.empty()) return {"index", damage.index};
  const auto contradictions = state::find_contradictions(db);
  if (!contradictions.empty()) return {"damaged", contradictions};
  const auto newest = state::newest_event(db);
  const auto journaled = state::newest_journaled(layout);
  if (newest < journaled)
    return {"behind",
            {"its newest event is " + std::to_string(newest) + ", the journal's " +
             std::to_string(journaled)}};
  return {};
}

Condition examine(const std::string& directory) {
  const state::Layout layout{directory};
  try {
    const auto store = open_store(directory, db::Access::read);
    return examine(*store.db, layout);
  } catch (const Error& error) {
    if (error.fault() != Fault::permanent) throw;
    if (!is_lost(layout) && !should_open(layout.database())) throw;
    return {"damaged", {error.what()}};
  }
}

}  // namespace cb::flow
