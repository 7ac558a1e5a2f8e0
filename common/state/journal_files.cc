#include <algorithm>

#include "base/text.h"
#include "os/append_file.h"
#include "os/file.h"
#include "state/journal.h"
#include "state/journal_line.h"

namespace cb::state {
namespace {

constexpr std::string_view kSuffix = ".jsonl";

// Where the first line above event `last` begins; all of it when there is none.
size_t size_up_to(std::string_view text, int64_t last) {
  size_t begin = 0;
  while (begin < text.size()) {
    const auto head = read_head(text.substr(begin));
    if (head && head->seq > last) return begin;
    const auto end = text.find('\n', begin);
    if (end == std::string_view::npos) return begin;  // torn
    begin = end + 1;
  }
  return begin;
}

void cut_file(const JournalFile& file, int64_t last, const std::string& target) {
  const auto text = os::read_file(file.path);
  if (!text) return;
  const auto size = size_up_to(*text, last);
  if (size == text->size()) return;
  os::write_file(target, std::string_view(*text).substr(size), os::Sync::file_and_directory);
  os::replace_file(file.path, std::string_view(*text).substr(0, size),
                   os::Sync::file_and_directory);
}

}  // namespace

std::vector<JournalFile> journal_files(const Layout& layout) {
  std::vector<JournalFile> files;
  for (const auto& name : os::list_directory(layout.journal())) {
    if (!name.ends_with(kSuffix)) continue;
    const auto first = parse_integer(name.substr(0, name.size() - kSuffix.size()));
    if (first && *first > 0) files.push_back({layout.journal() + "/" + name, *first});
  }
  std::ranges::sort(files, {}, &JournalFile::first);
  return files;
}

void sync_journal(const Layout& layout) {
  const auto files = journal_files(layout);
  if (!files.empty()) os::sync_path(files.back().path);
  if (os::is_directory(layout.journal())) os::sync_path(layout.journal());
}

std::vector<JournalFile> removable_journal(const Layout& layout, int64_t covered, Instant before) {
  auto files = journal_files(layout);
  size_t count = 0;
  for (; count + 1 < files.size() && files[count + 1].first <= covered + 1; ++count) {
    const auto file = os::AppendFile::open(files[count].path);
    if (!file || file->status().modified >= before) break;
  }
  files.resize(std::min(count, files.size()));
  return files;
}

int prune_journal(const Layout& layout, int64_t covered, Instant before) {
  const auto files = removable_journal(layout, covered, before);
  for (const auto& file : files) os::remove_file(file.path);
  return static_cast<int>(files.size());
}

// From the newest on, so that what is left at any time has no hole.
void cut_journal(const Layout& layout, int64_t last, const std::string& aside) {
  os::make_directories(aside);
  auto files = journal_files(layout);
  for (; !files.empty(); files.pop_back()) {
    const auto& file = files.back();
    const auto target = aside + file.path.substr(file.path.rfind('/'));
    if (file.first <= last) return cut_file(file, last, target);
    os::rename_path(file.path, target);
  }
}

}  // namespace cb::state
