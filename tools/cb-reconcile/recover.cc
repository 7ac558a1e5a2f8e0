#include "recover.h"

#include "flow/recover.h"
#include "flow/refresh.h"
#include "state/list.h"

namespace cb::reconcile {
namespace {

Record record_of(const Job& job, const state::RunRow& run) {
  const auto row = state::get_task(*job.store.db, run.task);
  return {.task = model::to_string(row.task.name), .local = "running", .action = "recover"};
}

void look(const Job& job) {
  for (const auto& lost : flow::lost_runs(job.store)) {
    auto record = record_of(job, lost.run);
    record.reason = "run " + lost.run.id + ": " + lost.what;
    job.report.add(record);
  }
}

// What time and the rules decided; no disagreement.
void tell_refreshed(const Job& job) {
  for (const auto& judged : flow::refresh(job.store, job.config, job.now())) {
    const auto reason = state::shown_reason(*job.store.db, judged.row);
    job.report.add(
        {.kind = Record::Kind::cleaning,
         .task = model::to_string(judged.row.task.name),
         .local = judged.before ? std::string(model::to_string(*judged.before)) : "",
         .action = "evaluate",
         .done = true,
         .reason = "now " + std::string(model::to_string(judged.row.state)) + ": " + reason});
  }
}

}  // namespace

void recover(const Job& job) {
  if (job.only_reports()) return look(job);
  const auto recovery = flow::recover(job.store, job.config, job.now());
  for (const auto& ended : recovery.ended) {
    auto record = record_of(job, ended.run);
    const auto row = state::get_task(*job.store.db, ended.run.task);
    record.done = true;
    record.reason = "run " + ended.run.id + " " +
                    std::string(model::to_string(ended.conclusion.outcome)) +
                    (ended.run.message.empty() ? "" : ": " + ended.run.message) + "; now " +
                    std::string(model::to_string(row.state));
    job.report.add(record);
  }
  for (const auto& run : recovery.orphans) {
    auto record = record_of(job, run);
    record.reason = "run " + run.id +
                    ": its cb-exec is gone, but its command still runs; the next cb-exec ends it";
    job.report.add(record);
  }
  tell_refreshed(job);
}

}  // namespace cb::reconcile
