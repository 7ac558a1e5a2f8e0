// One listing of one source, taken into the store.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/json.h"
#include "config/config.h"
#include "flow/admit.h"
#include "state/sources.h"
#include "state/store.h"
#include "upstream/client.h"

namespace cb::flow {

// What the tool that lists does about it. took() and missed() are called inside of a transaction of
// change(): they keep what they are told, and tell nobody before it is over.
class Intake {
 public:
  virtual ~Intake() = default;
  // Does `work` in one transaction, which is taken back in a dry run.
  virtual void change(const std::function<void(db::Connection&)>& work) = 0;
  virtual void took(const model::Task& task, const Admitted& admitted) = 0;
  // A complete listing left it out; `is_gone`: the second in a row, and its state changed.
  virtual void missed(const state::TaskRow& row, std::optional<model::State> before,
                      bool is_gone) = 0;
  virtual void refused(const std::string& line) = 0;  // a task that cannot be taken in
};

enum class Scope { changes, everything };

// What a listing works on. The references must outlive it.
struct ListingOf {
  state::Store& store;
  const config::Config& config;
  const config::Source& source;
  const upstream::Settings& settings;  // of its helper
  Scope scope = Scope::changes;
  Look look = Look::at_news;
};

// Collects what the helper lists, admits it in batches, and settles the source's row with the last
// of them. No transaction is open between its calls. Who lists holds listing_lock().
class Listing {
 public:
  Listing(const ListingOf& of, Intake& intake, Now now);

  // nullopt: everything is to be listed.
  const std::optional<std::string>& cursor() const { return cursor_; }

  void take(const Json& value);     // one task, unvalidated
  void finish(const Json& answer);  // it ended well
  // It did not; what was admitted stays.
  void fail(const upstream::Failure& failure);

  size_t listed() const { return seen_.size(); }

 private:
  void refuse(const Json& value, const std::string& cause);
  void admit_batch(db::Connection& db);
  bool is_absence_believed(const Json& answer) const;
  void note_absence(db::Connection& db);
  void settle(db::Connection& db, const Json& answer);

  const ListingOf of_;
  Intake& intake_;
  Now now_;
  const int64_t listed_since_;
  std::optional<std::string> cursor_;
  std::vector<model::Task> batch_;
  std::unordered_set<std::string> seen_;  // ids
  int64_t refused_ = 0;
};

bool is_complete(const Json& answer);

// Asks the helper for the listing and takes it in; the failure if there was one. `on_task`, if any,
// is called after each task.
std::optional<upstream::Failure> list(Listing& listing, upstream::Client& client,
                                      const std::function<void()>& on_task = {});

// An older listing must not be taken in after a newer one: whoever lists a source holds this file.
std::string listing_lock(const state::Layout& layout, const std::string& source);

}  // namespace cb::flow
