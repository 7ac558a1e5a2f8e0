#include "state/journal_writer.h"

#include "base/warning.h"
#include "os/clock.h"
#include "state/events.h"

namespace cb::state {
namespace {

constexpr auto kRest = std::chrono::seconds(5);  // between tries on a disk that refuses

}  // namespace

void JournalWriter::begun(db::Connection& connection) {
  lines_.clear();
  if (rest_until_ > Duration::zero() && os::boot_time() < rest_until_) return;
  rest_until_ = {};
  try {
    if (end_.find() == JournalEnd::Found::as_left) return;
  } catch (const Error& error) {
    return on_trouble(error);
  }
  refuse_old_copy(connection);
}

void JournalWriter::refuse_old_copy(db::Connection& connection) const {
  const auto newest = newest_event(connection);
  if (newest >= end_.last()) return;
  throw Error(Fault::permanent, "write " + layout_.database() + ": older than its journal (event " +
                                    std::to_string(newest) + ", not " +
                                    std::to_string(end_.last()) +
                                    "), as if an old copy took its place; run cb-backup restore");
}

// Whether there is anything to write.
bool JournalWriter::make(db::Connection& connection) {
  lines_.clear();
  made_ = events_.append(connection, end_.last(), kLines, lines_);
  return !lines_.empty();
}

// Before COMMIT, as what it reads is at hand then.
void JournalWriter::committing(db::Connection& connection) {
  if (rest_until_ == Duration::zero()) make(connection);
}

void JournalWriter::committed(db::Connection& connection) noexcept {
  if (lines_.empty()) return;
  try {
    write_all(connection);
  } catch (const Error& error) {
    on_trouble(error);
  } catch (const std::exception& error) {
    on_trouble(Error(Fault::temporary, "write " + layout_.journal() + ": " + error.what()));
  }
}

// After others were killed before they wrote, or on a store that had no journal, it may be many.
void JournalWriter::write_all(db::Connection& connection) {
  do {
    const auto is_more = made_ - end_.last() >= kLines;
    end_.append(lines_, made_);
    if (!is_more) break;
  } while (make(connection));
  lines_.clear();
}

void JournalWriter::on_trouble(const Error& error) noexcept {
  lines_.clear();
  rest_until_ = os::boot_time() + kRest;
  if (is_told_) return;
  is_told_ = true;
  warn(std::string(error.what()) +
       "; the journal is behind, and is completed by the next to write");
}

}  // namespace cb::state
