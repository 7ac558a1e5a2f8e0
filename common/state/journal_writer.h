// Keeps the journal: whoever commits through a connection with this companion writes there what it
// committed, and what others did not live to write.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "db/companion.h"
#include "db/connection.h"
#include "state/images.h"
#include "state/journal_end.h"

namespace cb::state {

// After COMMIT and inside of the gate, so that all lines are in order without a lock of their own:
// the lines of every event that the journal does not have yet. Nothing is synced here: it is the
// database that is durable.
//
// What the journal's files refuse (a full disk) harms no transaction: it is told once by warn(),
// tried again every few seconds, and made good by whoever writes next.
//
// Refuses a transaction, Fault::permanent, when the journal knows events that the store does not:
// then an old copy took the store's place, and would have its work done twice.
class JournalWriter : public db::Companion {
 public:
  explicit JournalWriter(const Layout& layout, const JournalLimits& limits = {})
      : layout_(layout), end_(layout, limits) {}

  void begun(db::Connection& connection) override;
  void committing(db::Connection& connection) override;
  void committed(db::Connection& connection) noexcept override;

 private:
  static constexpr int64_t kLines = 4096;  // made at once

  bool make(db::Connection& connection);
  void write_all(db::Connection& connection);
  void on_trouble(const Error& error) noexcept;
  void refuse_old_copy(db::Connection& connection) const;

  Layout layout_;
  JournalEnd end_;
  EventLines events_;
  std::string lines_;      // made and not yet written
  int64_t made_ = 0;       // the event of the last of them
  bool is_told_ = false;   // that there was trouble
  Duration rest_until_{};  // since boot
};

}  // namespace cb::state
