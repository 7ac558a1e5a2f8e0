#include "attachment.h"

#include "base/text.h"
#include "os/copy.h"
#include "os/file.h"

namespace cb::upstream_file {
namespace {

constexpr size_t kLongestName = 180;  // bytes; directory entries end at 255
constexpr size_t kLongestEnding = 20;

size_t ending_of(std::string_view name) {
  const size_t dot = name.rfind('.');
  const bool is_ending =
      dot != std::string_view::npos && dot > 0 && name.size() - dot <= kLongestEnding;
  return is_ending ? dot : name.size();
}

std::string numbered(const std::string& name, int number) {
  if (number == 1) return name;
  const size_t dot = ending_of(name);
  return name.substr(0, dot) + "-" + std::to_string(number) + name.substr(dot);
}

}  // namespace

std::string safe_name(std::string_view name) {
  std::string safe = printable(name.substr(name.rfind('/') + 1));  // npos + 1 is 0
  if (safe.empty()) return "attachment";
  if (safe.front() == '.') safe.front() = '_';
  if (safe.size() <= kLongestName) return safe;
  const std::string ending = safe.substr(ending_of(safe));
  return excerpt(safe.substr(0, ending_of(safe)), kLongestName - ending.size()) + ending;
}

std::optional<std::string> keep_attachment(const std::string& board, const std::string& task,
                                           const std::string& source, std::string_view name) {
  const std::string folder = board.substr(board.rfind('/') + 1) + ".files";
  const std::string task_folder = file_name_for(task);
  const os::Fd files = os::open_directory(os::parent_path(board) + "/" + folder);
  const os::Fd directory = os::open_directory(files.get(), task_folder);
  for (int number = 1;; ++number) {
    const std::string candidate = numbered(safe_name(name), number);
    switch (os::copy_into(source, directory.get(), candidate)) {
      case os::Copied::yes:
        return folder + "/" + task_folder + "/" + candidate;
      case os::Copied::no_source:
        return std::nullopt;
      case os::Copied::taken:
        continue;
    }
  }
}

}  // namespace cb::upstream_file
