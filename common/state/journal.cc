#include "state/journal.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "os/append_file.h"
#include "state/journal_end.h"
#include "state/journal_line.h"

namespace cb::state {
namespace {

class Reader {
 public:
  Reader(const JournalReading& reading, const std::function<void(const JournalLine&)>& each)
      : reading_(reading), each_(each), next_(reading.above + 1) {}

  // False when nothing further is wanted.
  bool read(const JournalFile& file, bool is_newest) {
    const auto opened = os::AppendFile::open(file.path);
    if (!opened) return true;  // removed as no longer needed
    int64_t number = 0;
    bool is_enough = false;
    const auto is_torn = read_lines(*opened, 0, [&](std::string_view line) {
      is_enough = !take(file, ++number, line);
      return !is_enough;
    });
    if (is_torn && !is_newest) flaw(file, number + 1, "the line has no end");
    return !is_enough;
  }

  JournalRead result;

 private:
  bool take(const JournalFile& file, int64_t number, std::string_view line) {
    const auto head = check_line(line);
    if (!head) {
      flaw(file, number, "the line is damaged");
      return true;
    }
    if (head->seq < next_) {
      if (head->seq > reading_.above)
        flaw(file, number, "event " + std::to_string(head->seq) + " is out of order");
      return true;
    }
    if (reading_.until && head->at > *reading_.until) return false;
    if (head->seq > next_) result.missing.push_back({next_, head->seq - 1});
    next_ = head->seq + 1;
    result.is_end_flawed = false;
    if (result.lines++ == 0) result.first = head->seq;
    result.last = head->seq;
    if (each_) each_({head->seq, head->at, content(file, number, line), place(file, number)});
    return true;
  }

  static std::string place(const JournalFile& file, int64_t number) {
    return file.path + ":" + std::to_string(number);
  }

  // With a right checksum it can be no other JSON than cb wrote.
  static Json content(const JournalFile& file, int64_t number, std::string_view line) {
    try {
      return parse_json(line);
    } catch (const Error& error) {
      throw Error(Fault::data, place(file, number) + ": " + error.what());
    }
  }

  void flaw(const JournalFile& file, int64_t number, const std::string& cause) {
    result.is_end_flawed = true;
    result.flaws.push_back({file.path, number, place(file, number) + ": " + cause});
  }

  const JournalReading& reading_;
  const std::function<void(const JournalLine&)>& each_;
  int64_t next_;
};

}  // namespace

JournalRead read_journal(const Layout& layout, const JournalReading& reading,
                         const std::function<void(const JournalLine&)>& each) {
  const auto files = journal_files(layout);
  Reader reader(reading, each);
  for (size_t i = 0; i < files.size(); ++i) {
    const auto is_newest = i + 1 == files.size();
    if (!is_newest && files[i + 1].first <= reading.above + 1) continue;
    if (!reader.read(files[i], is_newest)) break;
  }
  return std::move(reader.result);
}

int64_t newest_journaled(const Layout& layout) {
  JournalEnd end(layout);
  end.find();
  return end.last();
}

}  // namespace cb::state
