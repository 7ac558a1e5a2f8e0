// What became of files: a record on stdout for each, problems on stderr.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "cli/output.h"
#include "options.h"
#include "state/files.h"
#include "state/tasks.h"

namespace cb::watch {

enum class Verdict { given, tied, unmatched, returned, replaced, gone, moved, left };
std::string_view to_string(Verdict verdict);

struct Record {
  state::FileRow file;
  Verdict verdict = Verdict::given;
  std::optional<state::TaskRow> task = {};
  std::string reason = {};  // "": made from the match
};

Json to_json(const Record& record);
// The record of `cb-watch list`.
Json listed_json(const state::FileRow& file, const std::optional<state::TaskRow>& task);
// Adds "bytes", the path with what is not plain ASCII as %XX, when `path` is not valid UTF-8.
void add_bytes(Json& json, const std::string& path);
// "0.93; then board:b 0.41": why this task, or why none. "" when nobody asked.
std::string describe_match(const state::FileRow& file);

class Report {
 public:
  explicit Report(const Options& options);

  void add(const Record& record);
  void finish();  // prints what is left of the records

  // --- lines on stderr
  void unreadable(std::string_view line);            // a directory or a file
  void unprintable(std::string_view line);           // a name
  void trouble(std::string_view line, Fault fault);  // something about a file could not be done
  void busy(std::string_view line);                  // somebody else is watching
  const cli::Messages& messages() const { return messages_; }

  // Of all that was reported: 75 before 1 before 0.
  int exit_code() const;

 private:
  cli::Messages messages_;
  cli::Records records_;
  bool follow_;
  bool needs_person_ = false, any_busy_ = false;
};

}  // namespace cb::watch
