// One listing: all pages, each task once, told while the next page is fetched.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

#include "api.h"
#include "cursor.h"
#include "upstream/serve.h"
#include "walk.h"
#include "workspace.h"

namespace cb::upstream_clickup {

// What a listing needs of the helper; all outlive it.
struct ListingNeeds {
  Api& api;
  Workspace& workspace;
  const Scope& scope;
  upstream::Tracker::OnTask on_task;
  std::function<void()> flush;                    // makes what was printed visible
  std::function<void(std::string_view)> problem;  // tells people, one line
};

// Lists all tasks of the scope that are not archived, in whatever status: a closed one may be what
// another waits for, and the store must learn that it was closed. Holds one page, and the ids and
// versions seen.
class Listing {
 public:
  // `cursor`: nullopt lists all tasks, otherwise those that changed since.
  Listing(ListingNeeds needs, const std::optional<Cursor>& cursor);

  std::variant<upstream::Listed, upstream::Failure> run();

 private:
  Answer fetch();
  std::optional<upstream::Failure> take(const Json& answer);
  std::optional<upstream::Failure> take_task(const Json& task);
  bool is_new(const Json& task);
  void hold_back(Json task);
  bool print_one();
  void print_all();
  upstream::Listed conclude();

  ListingNeeds needs_;
  std::optional<Cursor> cursor_;
  Walk walk_;
  std::string filter_;
  std::unordered_map<std::string, int64_t> seen_;  // id → when it was changed
  std::deque<Json> held_;                          // printed one by one when waiting takes long
  std::optional<Instant> started_, newest_;
  bool is_page_new_ = false;  // the current one has a task that was not seen before
  bool has_printed_ = false;  // the current one led to a line
  bool is_readable_ = true;   // all tasks so far
};

}  // namespace cb::upstream_clickup
