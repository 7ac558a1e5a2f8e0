#include "deliver.h"

#include "base/text.h"
#include "flow/deliver.h"
#include "state/outbox.h"
#include "state/tasks.h"

namespace cb::reconcile {
namespace {

constexpr int kMostShown = 1'000'000;

const char* describe(state::Owed::Kind kind) {
  switch (kind) {
    case state::Owed::Kind::set_status:
      return "status";
    case state::Owed::Kind::comment:
      return "comment";
    case state::Owed::Kind::attach:
      return "attachment";
  }
  return "";
}

Record record_of(const Job& job, const state::Owed& owed) {
  const auto row = state::get_task(*job.store.db, owed.task);
  return {.task = model::to_string(owed.name),
          .local = std::string(model::to_string(row.state)),
          .action = "deliver",
          .reason = std::string(describe(owed.kind)) + " '" + excerpt(owed.text, 80) + "'"};
}

}  // namespace

void deliver(const Job& job, upstream::Client& client) {
  const auto& source = client.settings().source;
  if (job.only_reports()) {
    for (const auto& owed : state::next_owed(*job.store.db, source, Instant::max(), kMostShown)) {
      auto record = record_of(job, owed);
      if (!owed.error.empty()) record.reason += ": " + owed.error;
      job.report.add(record);
    }
    return;
  }
  for (const auto& delivery : flow::deliver_due(job.store, client, job.now)) {
    auto record = record_of(job, delivery.owed);
    record.done = !delivery.failure;
    if (delivery.failure) {
      record.reason += ": " + delivery.failure->message;
      record.needs_person = delivery.is_parked;
      if (delivery.is_parked) record.reason += "; it is not tried again";
    }
    job.report.add(record);
    if (delivery.failure && !delivery.is_parked)
      job.report.unreachable(record.task + ": deliver " + record.reason);
  }
}

}  // namespace cb::reconcile
