// A board file that anybody may have written: listed, changed and repeated through the whole
// helper.
#include "board.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "fuzz.h"
#include "model/task.h"

namespace cb::fuzz {
namespace {

using upstream::Failure;
using upstream_file::Board;

const Instant kNow = from_millis(1'800'000'000'000);

class Directory {
 public:
  Directory() : path_((std::filesystem::temp_directory_path() / "cb-fuzz-XXXXXX").string()) {
    require(mkdtemp(path_.data()) != nullptr, "a directory can be made", path_);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string board() const { return path_ + "/board.json"; }

 private:
  std::string path_;
};

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

template <typename Value>
const Value* value_of(const std::variant<Value, Failure>& result) {
  if (const auto* failure = std::get_if<Failure>(&result)) require_printable(failure->message);
  return std::get_if<Value>(&result);
}

// `before` with what cb itself may have changed made equal to `after`.
bool is_same_but_for(const Json& before, const Json& after, const std::string& task) {
  Json wanted = before;
  for (size_t i = 0; i < wanted["tasks"].size(); ++i) {
    Json& entry = wanted["tasks"][i];
    if (!entry.is_object() || !entry.contains("id") || entry["id"] != task) continue;
    if (!entry.contains("comments")) entry["comments"] = Json::array();
    entry["comments"].push_back(
        {{"id", "op-1"}, {"text", "a \"comment\"\n"}, {"at", format_rfc3339(kNow)}});
    entry["status"] = "in progress";
    break;
  }
  return wanted == after;
}

void require_listing(const upstream_file::Listing& listing) {
  for (const std::string& problem : listing.problems) require_printable(problem);
  for (const Json& task : listing.tasks) {
    require(std::holds_alternative<model::Task>(model::read_task(task, "board")),
            "what is listed is a task", to_line(task));
  }
}

// Once and once more; what people wrote stays.
void check_changes(const Board& board, const std::string& path, const std::string& task) {
  const std::string before = read(path);
  const upstream::Comment comment{"op-1", task, "a \"comment\"\n", false};
  if (before.find("op-1") != std::string::npos) return;
  if (!value_of(board.comment(comment, kNow))) return;
  require(value_of(board.set_status({"op-2", task, "in progress", false})) != nullptr,
          "a task that takes a comment takes a status", before);
  const std::string after = read(path);
  require(is_same_but_for(parse_json(before), parse_json(after), task), "all else survives", after);
  board.comment(comment, kNow);
  board.set_status({"op-2", task, "in progress", true});
  require(read(path) == after, "a repetition changes nothing", after);
}

void check(const std::string& path) {
  const Board board({path, "board.json", {Duration(0), Duration(0)}}, "board");
  const auto listed = board.list(std::nullopt);
  const auto* listing = value_of(listed);
  if (listing == nullptr) return;
  require_listing(*listing);
  const auto again = board.list(listing->cursor);
  require(!value_of(again)->is_full, "what did not change is not listed again");
  if (listing->tasks.empty()) return check_changes(board, path, "86a1");
  const auto task = listing->tasks.back().at("id").get<std::string>();
  require(value_of(board.get(task)) != nullptr, "what is listed can be asked for", task);
  check_changes(board, path, task);
}

}  // namespace
}  // namespace cb::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cb::fuzz;
  static const Directory directory;
  Input input(data, size);
  std::ofstream(directory.board(), std::ios::binary | std::ios::trunc) << input.take_rest();
  check(directory.board());
  return 0;
}
