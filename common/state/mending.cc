#include "state/mending.h"

#include "base/json.h"
#include "state/sources.h"

namespace cb::state {
namespace {

constexpr const char* kMended = "mended";

}  // namespace

// What another version wrote, and cannot be read, is not told.
std::optional<Mending> last_mending(db::Connection& db) {
  const auto text = get_meta(db, kMended);
  if (text.empty()) return std::nullopt;
  try {
    const auto json = parse_json(text);
    return Mending{.at = from_millis(json.at("at").get<int64_t>()),
                   .how = json.at("how").get<std::string>(),
                   .backup = json.value("backup", ""),
                   .held = json.value("held", int64_t{0}),
                   .missing = json.value("missing", int64_t{0}),
                   .told = json.value("told", "")};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void note_mending(db::Connection& db, const Mending& mending) {
  const Json json = {{"at", to_millis(mending.at)}, {"how", mending.how},
                     {"backup", mending.backup},    {"held", mending.held},
                     {"missing", mending.missing},  {"told", mending.told}};
  set_meta(db, kMended, to_line(json));
}

}  // namespace cb::state
