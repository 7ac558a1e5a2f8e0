#include "flow/owe.h"

#include "os/clock.h"
#include "state/outbox.h"

namespace cb::flow {
namespace {

std::string add(db::Connection& db, state::Owed owed, Send send, Instant now) {
  owed.op = "op-" + os::new_id(now);
  owed.maybe_sent = send == Send::now;
  owed.next_try = now;
  state::owe(db, owed, now);
  return owed.op;
}

}  // namespace

std::string owe_status(db::Connection& db, const model::SourceRules& rules, state::TaskRow& row,
                       model::Meaning meaning, const std::string& run, Send send, Instant now) {
  const auto status = model::status_for(meaning, rules);
  if (!rules.has_upstream || status.empty()) return "";
  return owe_status_text(db, row, meaning, status, run, send, now);
}

std::string owe_status_text(db::Connection& db, state::TaskRow& row, model::Meaning meaning,
                            const std::string& status, const std::string& run, Send send,
                            Instant now) {
  state::Owed owed;
  owed.task = row.n;
  owed.run = run;
  owed.kind = state::Owed::Kind::set_status;
  owed.meaning = meaning;
  owed.text = status;
  const auto op = add(db, owed, send, now);
  if (send == Send::now) {
    row.sent = meaning;
    state::update_notes(db, row);
  }
  return op;
}

std::string owe_comment(db::Connection& db, int64_t task, const std::string& run,
                        const std::string& text, Send send, Instant now) {
  state::Owed owed;
  owed.task = task;
  owed.run = run;
  owed.kind = state::Owed::Kind::comment;
  owed.text = text;
  return add(db, owed, send, now);
}

std::string owe_attachment(db::Connection& db, int64_t task, const std::string& run,
                           const std::string& path, const std::string& name, Send send,
                           Instant now) {
  state::Owed owed;
  owed.task = task;
  owed.run = run;
  owed.kind = state::Owed::Kind::attach;
  owed.text = name;
  owed.path = path;
  return add(db, owed, send, now);
}

}  // namespace cb::flow
