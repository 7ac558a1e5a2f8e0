// Files that a watch has noticed: one row per name and content, so that each is work once.
// Functions that write must be called inside a db::Transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "db/connection.h"
#include "model/state.h"

namespace cb::state {

struct TaskRow;

enum class FileStage {
  listed,     // printed by a filter; nothing more is to be done about it
  unmatched,  // waits for a task: none surely fits
  given,      // a task has it, and has not ended or its file was not seen to
  leaving,    // has its place in `path`; its old name, `old_path`, is still to be taken away
  settled,    // its task ended, and it was moved or left
  replaced,   // other content came at its name before its task, which `task` still tells, had begun
  gone,       // it vanished before its task, which `task` still tells, had begun
};
std::string_view to_string(FileStage stage);
std::optional<FileStage> parse_file_stage(std::string_view text);

struct FileRow {
  int64_t n = 0;  // never reused; 0: not stored
  std::string
      watch;  // the watch's name; of a filter: "dir:" and its directory, or "as:" and its name
  std::string name;      // relative to the watched directory, bytes as they are
  std::string content;   // digest, 32 hexadecimal digits
  int64_t size = 0;      // bytes
  int64_t stamp = 0;     // os::stamp_of when it was last seen at its name
  std::string path;      // where it lies now; absolute, bytes as they are
  std::string old_path;  // "" unless leaving
  FileStage stage = FileStage::listed;
  int64_t task = 0;   // 0: none
  std::string match;  // JSON, one line: how it came to its task or why to none; "" = not asked
  int missed = 0;     // complete scans in a row without it
  Instant since;      // of the stage
};

std::optional<FileRow> find_file(db::Connection& db, const std::string& watch,
                                 std::string_view name, std::string_view content);
std::optional<FileRow> get_file(db::Connection& db, int64_t n);
// All contents known at that name, newest first.
std::vector<FileRow> files_named(db::Connection& db, const std::string& watch,
                                 std::string_view name);
// The file of a task: the newest that is given, leaving or settled to it; what {file} stands for.
std::optional<FileRow> file_of_task(db::Connection& db, int64_t task);
// All that ever were its files, newest first.
std::vector<FileRow> files_of_task(db::Connection& db, int64_t task);

void insert_file(db::Connection& db, FileRow& row);        // sets row.n
void update_file(db::Connection& db, const FileRow& row);  // everything but n, watch, name, content

// Before a task is forgotten: no file is given to it any more. One that waited for another source's
// task to begin is unmatched again; the others are settled where they are.
void leave_files(db::Connection& db, const TaskRow& task, Instant now);

// Calls `each` with the stamp of every file of the watch that need not be looked at when it is met:
// one that was gone or replaced is news, even if nothing about it has changed. For many files at
// once, read from an index.
void stamps_of(db::Connection& db, const std::string& watch,
               const std::function<void(int64_t)>& each);

// Files above `after` in stage `stage`, ascending by n; of any watch when `watch` is "". At most
// `limit`. Of one watch, unmatched, given and leaving ones are found without looking at others.
std::vector<FileRow> files_in(db::Connection& db, const std::string& watch, FileStage stage,
                              int64_t after, int limit);
// The same, only those given whose task has ended. Looks at the task of each given file of the
// watch: to be asked when something was committed.
struct EndedFile {
  FileRow file;
  model::State state;  // of its task: succeeded, failed or canceled
};
std::vector<EndedFile> ended_files(db::Connection& db, const std::string& watch, int64_t after,
                                   int limit);
// How many files of all watches wait for somebody to say what they are for; costs as much as there
// are that are still to be seen to.
int64_t count_unmatched(db::Connection& db);

}  // namespace cb::state
