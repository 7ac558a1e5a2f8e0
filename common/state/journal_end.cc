#include "state/journal_end.h"

#include <algorithm>
#include <utility>

#include "os/clock.h"
#include "os/file.h"
#include "state/journal.h"
#include "state/journal_line.h"

namespace cb::state {
namespace {

constexpr uint64_t kNearEnd = 4 << 10;  // read first, in the hope that a line begins there
constexpr size_t kHead = 100;           // enough for number and time

struct Tail {
  int64_t last = 0;  // 0: no good line
  uint64_t end = 0;  // of the good lines
};

// Of what lies in a file from `offset` on, up to the first damaged line.
enum class From { line, anywhere };
Tail good_lines(const os::AppendFile& file, uint64_t offset, From from) {
  Tail tail{.last = 0, .end = offset};
  bool is_part = from == From::anywhere;
  read_lines(file, offset, [&](std::string_view line) {
    if (!std::exchange(is_part, false)) {
      const auto head = check_line(line);
      if (!head || head->seq <= tail.last) return false;
      tail.last = head->seq;
    }
    tail.end += line.size() + 1;
    return true;
  });
  return tail;
}

// Since the machine last started, nobody may have seen what a power cut left in the middle.
bool is_untouched_since_boot(const os::AppendFile::Status& status) {
  return status.modified < os::system_now() - os::boot_time();
}

Tail find_tail(const os::AppendFile& file, const os::AppendFile::Status& status) {
  if (!is_untouched_since_boot(status))
    for (uint64_t near = kNearEnd; near < status.size; near *= 8)
      if (const auto tail = good_lines(file, status.size - near, From::anywhere); tail.last != 0)
        return tail;
  return good_lines(file, 0, From::line);
}

}  // namespace

JournalEnd::Found JournalEnd::find() {
  if (is_known_ && file_) {
    const auto status = file_->status();
    if (!status.is_finished && status.size == size_) return Found::as_left;
    if (!status.is_finished && status.size > size_ && end_ == size_) {
      look_from(size_, status.size);
      return Found::moved;
    }
  }
  locate();
  return Found::moved;
}

// Whoever wrote meanwhile cut off what was damaged before, and left nothing damaged but the end.
void JournalEnd::look_from(uint64_t offset, uint64_t size) {
  const auto tail = good_lines(*file_, offset, From::line);
  if (tail.last != 0) last_ = tail.last;
  end_ = tail.end;
  size_ = size;
}

void JournalEnd::locate() {
  is_known_ = false;
  file_.reset();
  last_ = 0;
  size_ = end_ = 0;
  begun_.reset();
  auto files = journal_files(layout_);
  for (bool is_newest = true; !files.empty() && last_ == 0; is_newest = false, files.pop_back()) {
    auto file = os::AppendFile::open(files.back().path);
    if (!file) continue;
    const auto status = file->status();
    const auto tail = find_tail(*file, status);
    last_ = tail.last;
    if (!is_newest || status.is_finished) continue;
    if (const auto head = read_head(file->read(0, kHead))) begun_ = head->at;
    size_ = status.size;
    end_ = tail.end;
    file_ = std::move(file);
  }
  is_known_ = true;
}

bool JournalEnd::is_full(std::string_view lines) const {
  if (!file_ || size_ >= limits_.bytes) return true;
  const auto head = read_head(lines.substr(0, kHead));
  return begun_ && head && head->at - *begun_ >= limits_.age;
}

void JournalEnd::begin_file(std::string_view lines) {
  if (file_) {
    if (size_ > end_) file_->cut(end_);
    file_->finish();
  }
  const auto head = read_head(lines.substr(0, kHead)).value();
  auto number = std::to_string(head.seq);
  number.insert(0, 16 - std::min<size_t>(number.size(), 16), '0');
  os::make_directory(layout_.journal());
  file_ = os::AppendFile::create(layout_.journal() + "/" + number + ".jsonl");
  size_ = file_->status().size;  // of one that was damaged from its beginning
  end_ = 0;
  begun_ = head.at;
}

void JournalEnd::append(std::string_view lines, int64_t last) {
  if (lines.empty()) return;
  is_known_ = false;
  if (is_full(lines)) begin_file(lines);
  if (size_ > end_) file_->cut(end_);
  file_->append(lines);
  size_ = end_ = end_ + lines.size();
  if (!begun_) begun_ = read_head(lines.substr(0, kHead)).value().at;
  last_ = last;
  is_known_ = true;
}

}  // namespace cb::state
