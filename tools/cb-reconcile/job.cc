#include "job.h"

namespace cb::reconcile {

void Job::change(const std::function<void(db::Connection&)>& work) const {
  db::Transaction transaction(*store.db);
  work(*store.db);
  if (!only_reports()) transaction.commit();
}

void Job::add(const std::vector<Record>& records) const {
  for (const auto& record : records) report.add(record);
}

}  // namespace cb::reconcile
