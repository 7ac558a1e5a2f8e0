// What both a watch and a person do with files and their tasks.
// Everything here is to be called inside a db::Transaction.
#pragma once

#include <string>

#include "base/time.h"
#include "config/config.h"
#include "db/connection.h"
#include "state/files.h"
#include "state/tasks.h"

namespace cb::flow {

// Made for this very kind of file, by its watch.
bool is_own_task(const state::FileRow& file, const state::TaskRow& task);
// It has had an attempt, runs or has ended: what it got is not taken from it.
bool has_begun(const state::TaskRow& task);

// Inserts a new row, or writes what changed.
void save_file(db::Connection& db, state::FileRow& file);
void set_stage(state::FileRow& file, state::FileStage stage, Instant now);

// The file is the task's from now on; the task is judged again.
void give_file(db::Connection& db, const config::Config& config, state::FileRow& file,
               state::TaskRow& task, Instant now);
// After a file came or went: decides again whether an open task may run. `note` is for the event.
void judge_by_file(db::Connection& db, const config::Config& config, state::TaskRow& task,
                   const std::string& note, Instant now);
// An own task whose file is no longer there, before it has begun.
void withdraw_own_task(db::Connection& db, state::TaskRow& task, const std::string& detail,
                       Instant now);

// "file NAME", for an event.
std::string note_of_file(const state::FileRow& file);

}  // namespace cb::flow
