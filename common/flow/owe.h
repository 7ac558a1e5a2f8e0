// Promises to upstream, made in the transaction that gives rise to them.
#pragma once

#include <string>

#include "base/time.h"
#include "db/connection.h"
#include "model/agree.h"
#include "model/evaluate.h"
#include "state/tasks.h"

namespace cb::flow {

enum class Send {
  now,    // by this process, right after the commit: may have been sent from then on
  later,  // by whoever delivers next
};

// Owes the source's own word for `meaning`; returns the operation's id, "" when the source owes
// nothing to anyone. With Send::now `row` remembers it as our last word.
std::string owe_status(db::Connection& db, const model::SourceRules& rules, state::TaskRow& row,
                       model::Meaning meaning, const std::string& run, Send send, Instant now);

// The same with a status of the command's choosing instead of the source's word.
std::string owe_status_text(db::Connection& db, state::TaskRow& row, model::Meaning meaning,
                            const std::string& status, const std::string& run, Send send,
                            Instant now);

std::string owe_comment(db::Connection& db, int64_t task, const std::string& run,
                        const std::string& text, Send send, Instant now);
std::string owe_attachment(db::Connection& db, int64_t task, const std::string& run,
                           const std::string& path, const std::string& name, Send send,
                           Instant now);

}  // namespace cb::flow
