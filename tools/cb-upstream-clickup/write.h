// What cb writes to ClickUp: statuses, comments, attachments; each once, however often it is sent.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

#include "api.h"
#include "statuses.h"
#include "trace.h"
#include "upstream/serve.h"
#include "workspace.h"

namespace cb::upstream_clickup {

class Writer {
 public:
  using Result = std::variant<upstream::Written, upstream::Failure>;

  struct Needs {
    Api& api;
    Workspace& workspace;
    Timer timer;
    Duration settle;  // between two looks: ClickUp may show a write late
  };

  explicit Writer(Needs needs) : needs_(std::move(needs)), lists_(needs_.api, needs_.timer) {}

  // Takes note of a task that was read: its list is not asked for again.
  void note(const Json& task);

  Result set_status(const upstream::SetStatus& operation);
  // Neither tells a version: it would hide what a person did since the last status.
  Result comment(const upstream::Comment& operation);
  Result attach(const upstream::Attach& operation);

 private:
  using Found = std::variant<bool, upstream::Failure>;
  using Look = std::function<Found()>;

  Answer get_task(const std::string& task);
  std::variant<std::string, upstream::Failure> list_of_task(const std::string& task);
  // The status in the list's own words; a list without it is asked for once more.
  std::variant<std::string, upstream::Failure> canonical(const std::string& list,
                                                         const upstream::SetStatus& operation);
  Result put_status(const upstream::SetStatus& operation, const std::string& status);
  Result set_status_in(const std::string& list, const upstream::SetStatus& operation);
  Result set_refused_status(const upstream::SetStatus& operation, upstream::Failure refusal);

  Found look_twice(const Look& look);
  Found find_comment(const upstream::Comment& operation);
  Found find_file(const upstream::Attach& operation, const SoughtFile& file);

  Needs needs_;
  Lists lists_;
  std::unordered_map<std::string, std::string> list_of_;  // task → list, of those seen lately
};

}  // namespace cb::upstream_clickup
