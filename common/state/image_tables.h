// Which rows a line of the journal has beside those of its task in `tasks`.
#pragma once

#include <array>
#include <string_view>

namespace cb::state {

// In all SQL: $1 the number of the task, $2 the event's run, $3 the event's number; `parameters`
// says how many of them `where` has.
struct ImageTable {
  std::string_view name;
  std::string_view where;  // the rows that belong into the line
  int parameters;
  std::string_view exists;  // over e (the event) and t (its task): whether there may be any
  std::string_view
      before;  // what becomes of the rows that are not in the line; $2: when. "" = stay
};

inline constexpr std::array kImageTables = {
    ImageTable{.name = "deps",
               .where = "task = $1",
               .parameters = 1,
               .exists = "EXISTS (SELECT 1 FROM deps d WHERE d.task = e.task)",
               .before = "DELETE FROM deps WHERE task = $1"},
    ImageTable{.name = "runs",
               .where = "task = $1 AND id = $2",
               .parameters = 2,
               .exists = "e.run IS NOT NULL",
               .before = ""},
    // What is owed, what the run gave rise to, and what ceased to be owed since the event before.
    ImageTable{.name = "outbox",
               .where = "task = $1 AND (state = 'owed' OR run = $2 OR done_at >= coalesce((SELECT "
                        "at FROM events WHERE task = $1 AND seq < $3 ORDER BY seq DESC LIMIT 1), "
                        "0))",
               .parameters = 3,
               .exists = "EXISTS (SELECT 1 FROM outbox o WHERE o.task = e.task)",
               .before = "UPDATE outbox SET state = 'dropped', done_at = $2, error = 'not owed any "
                         "more, says the journal' WHERE task = $1 AND state = 'owed'"},
    // What is remembered of its name, and of those that it waits for.
    ImageTable{.name = "seen",
               .where = "(source, id) IN (SELECT source, id FROM tasks WHERE n = $1 UNION ALL "
                        "SELECT source, id FROM deps WHERE task = $1)",
               .parameters = 1,
               .exists = "EXISTS (SELECT 1 FROM seen s WHERE s.source = t.source AND s.id = t.id) "
                         "OR EXISTS (SELECT 1 FROM deps d JOIN seen s ON s.source = d.source AND "
                         "s.id = d.id WHERE d.task = e.task)",
               .before = ""},
    // A file that is not the task's any more and no other's is found anew in its folder.
    ImageTable{.name = "files",
               .where = "task = $1",
               .parameters = 1,
               .exists = "EXISTS (SELECT 1 FROM files f WHERE f.task = e.task)",
               .before = "DELETE FROM files WHERE task = $1"},
};

}  // namespace cb::state
