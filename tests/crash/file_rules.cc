#include "rules.h"

namespace cb::crash {
namespace {

// Files of watches, in the store and where they lie. A world without dropped files has nothing of
// this.
constexpr Rule kFileRules[] = {
    // --- what the store says of them
    {When::any_time, R"(
      SELECT 'file ' || files.name || ': ' || stage || ', but its task is in ' || tasks.source
      FROM files JOIN tasks ON tasks.n = files.task
      WHERE stage = 'given' AND match = '' AND tasks.source <> files.watch)"},
    {When::any_time, R"(
      SELECT 'file ' || name || ': ' || stage || ' with task ' || coalesce(task, 'none') ||
        ' and old path "' || old_path || '"'
      FROM files
      WHERE (stage IN ('given', 'leaving') AND task IS NULL) OR (stage IN ('listed', 'unmatched')
        AND task IS NOT NULL) OR (stage = 'leaving') <> (old_path <> ''))"},
    {When::any_time, R"(
      SELECT named.name || ': ' || count(*) || ' files are given to it'
      FROM files JOIN named ON named.n = task
      WHERE stage IN ('given', 'leaving')
      GROUP BY task HAVING count(*) > 1)"},
    {When::any_time, R"(
      SELECT 'task ' || named.name || ' of a watch has no file'
      FROM named JOIN tasks USING (n)
      WHERE source IN (SELECT watch FROM files) AND n NOT IN (SELECT task FROM files WHERE task
        IS NOT NULL))"},

    // --- what the commands got
    {When::any_time, R"(
      SELECT task || ': run ' || run || ' was given a file that was not whole'
      FROM ledger
      WHERE word = 'torn')"},
    {When::any_time, R"(
      SELECT task || ': CB_FILE was not the argument'
      FROM ledger
      WHERE word = 'astray')"},
    {When::any_time, R"(
      SELECT 'content ' || id || ': given to ' || count(DISTINCT task) || ' tasks'
      FROM (SELECT task, content AS id FROM got)
      GROUP BY id HAVING count(DISTINCT task) > 1)"},
    {When::any_time, R"(
      SELECT 'content ' || content || ': done ' || count(*) || ' times'
      FROM got JOIN runs ON runs.id = run
      WHERE outcome NOT IN ('crashed', 'interrupted', 'superseded')
      GROUP BY content HAVING count(*) > 1)"},
    {When::any_time, R"(
      SELECT 'content ' || id || ': nobody was to have it, and ' || task || ' got it'
      FROM dropped JOIN got ON content = id
      WHERE fate IN ('replaced', 'kept', 'printed'))"},

    // --- where they lie
    {When::any_time, R"(
      SELECT 'content ' || id || ': lost'
      FROM dropped
      WHERE fate <> 'replaced' AND id NOT IN (SELECT id FROM lying))"},
    {When::settled, R"(
      SELECT 'content ' || id || ': lies at ' || group_concat(lying.path, ' and ')
      FROM dropped JOIN lying USING (id)
      GROUP BY id HAVING count(*) > 1)"},
    {When::settled, R"(
      SELECT 'a stray file: ' || path
      FROM lying
      WHERE id NOT IN (SELECT id FROM dropped))"},
    {When::settled, R"(
      SELECT 'content ' || id || ': nobody got it'
      FROM dropped
      WHERE fate IN ('done', 'failed') AND id NOT IN (SELECT content FROM got))"},
    {When::settled, R"(
      SELECT 'file ' || files.name || ': ' || stage || ', and ' || path || ' is not where it lies'
      FROM files
      WHERE stage IN ('given', 'settled', 'unmatched') AND EXISTS (SELECT 1 FROM
        dropped) AND path NOT IN (SELECT path FROM lying))"},
    {When::settled, R"(
      SELECT 'file ' || name || ': still ' || stage
      FROM files
      WHERE stage = 'leaving')"},
    {When::settled, R"(
      SELECT 'file ' || files.name || ': its task ended, and it is still given'
      FROM files JOIN tasks ON tasks.n = files.task
      WHERE stage = 'given' AND state IN ('succeeded', 'failed', 'canceled'))"},

    // --- what a filter printed
    {When::settled, R"(
      SELECT path || ': printed ' || (SELECT count(*) FROM printed WHERE printed.path =
        dropped.path) || ' times'
      FROM dropped
      WHERE fate = 'printed' AND (SELECT count(*) FROM printed WHERE printed.path = dropped.path)
        NOT BETWEEN 1 AND 2)"},
    {When::any_time, R"(
      SELECT '"' || path || '" was printed'
      FROM printed
      WHERE path NOT IN (SELECT path FROM dropped WHERE fate = 'printed'))"},
};

}  // namespace

std::span<const Rule> file_rules() { return kFileRules; }

}  // namespace cb::crash
