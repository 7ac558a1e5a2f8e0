// One listing of one source, taken into the store and told about.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "flow/listing.h"
#include "job.h"

namespace cb::poll {

// flow::Listing, with its numbers and problems in the job's report.
class Listing : private flow::Intake {
 public:
  Listing(const Job& job, const config::Source& source, const upstream::Settings& settings);

  const std::optional<std::string>& cursor() const { return listing_.cursor(); }

  void take(const Json& value);
  void finish(const Json& answer);
  void fail(const upstream::Failure& failure);

 private:
  void change(const std::function<void(db::Connection&)>& work) override { job_.change(work); }
  void took(const model::Task& task, const flow::Admitted& admitted) override;
  void missed(const state::TaskRow&, std::optional<model::State>, bool) override {}
  void refused(const std::string& line) override { job_.report.refuse(line); }

  const Job& job_;
  const std::string name_;
  flow::Listing listing_;
  cli::Progress progress_;
};

}  // namespace cb::poll
