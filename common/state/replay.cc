#include "state/replay.h"

#include <optional>

#include "state/apply.h"

namespace cb::state {
namespace {

constexpr int kLinesOfOne = 4096;  // in one transaction

}  // namespace

JournalRead replay_journal(db::Connection& into, const Layout& layout,
                           const JournalReading& reading, Instant now) {
  LineApplier applier(into);
  std::optional<db::Transaction> transaction(std::in_place, into);
  int lines = 0;
  auto read = read_journal(layout, reading, [&](const JournalLine& line) {
    if (++lines % kLinesOfOne == 0) {
      transaction->commit();
      transaction.reset();
      transaction.emplace(into);
    }
    try {
      applier.apply(line.content);
    } catch (const Error& error) {
      if (error.fault() != Fault::data) throw;
      throw Error(Fault::data,
                  line.place + ": event " + std::to_string(line.seq) + ": " + error.what());
    }
  });
  derive_rest(into, now);
  transaction->commit();
  return read;
}

}  // namespace cb::state
