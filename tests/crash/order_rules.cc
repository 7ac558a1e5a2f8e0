#include "rules.h"

namespace cb::crash {
namespace {

constexpr Rule kOrderRules[] = {
    // --- keys
    {When::any_time, R"(
      SELECT task || ': a command of its key was alive when ' || run || ' began'
      FROM ledger
      WHERE word = 'key-overlap')"},
    {When::any_time, R"(
      SELECT b.task || ': run ' || b.run || ' began inside ' || a.run || ' of its key'
      FROM ledger a JOIN ledger z ON z.run = a.run AND z.word = 'end' JOIN keyed ka ON ka.name =
        a.task JOIN keyed kb USING (key) JOIN ledger b ON b.task = kb.name AND b.task <> a.task
        AND b.word = 'begin' AND b.line BETWEEN a.line AND z.line
      WHERE a.word = 'begin')"},

    // --- dependencies
    {When::any_time, R"(
      SELECT t.name || ': claimed by event ' || e.seq || ' before ' || d.source || ':' || d.id ||
        ' was done'
      FROM events e JOIN named t ON t.n = e.task JOIN deps d ON d.task = t.n JOIN tasks p ON p.source =
        d.source AND p.id = d.id JOIN events last ON last.seq = (SELECT max(seq) FROM events
        WHERE task = p.n AND seq < e.seq)
      WHERE e.cause = 'claimed' AND NOT (last.new = 'succeeded' OR (last.new = 'canceled' AND
        last.reason = 'done_upstream')))"},
    {When::any_time, R"(
      SELECT l.task || ': run ' || l.run || ' began before ' || d.source || ':' || d.id ||
        ' had ended'
      FROM ledger l JOIN named ON name = l.task JOIN deps d ON d.task = n
      WHERE word = 'begin' AND NOT EXISTS (SELECT 1 FROM ledger z WHERE z.word = 'end' AND z.code
        = 0 AND z.task = d.source || ':' || d.id AND z.line < l.line) AND NOT EXISTS (SELECT 1
        FROM events e JOIN tasks p ON p.n = e.task WHERE p.source = d.source AND p.id = d.id AND
        e.reason = 'done_upstream'))"},

    // --- the journal
    {When::any_time, R"(
      SELECT 'journal: event ' || seq || ' after ' || before
      FROM (SELECT seq, lag(seq, 1, 0) OVER (ORDER BY line) AS before FROM journal WHERE good)
      WHERE seq <= before)"},
    {When::any_time, R"(
      SELECT 'journal: event ' || j.seq || ' is another in the store'
      FROM journal j LEFT JOIN events e USING (seq)
      WHERE good AND (e.task, e.cause, e.old, e.new, e.reason, e.detail, e.run) IS NOT (j.n, j.cause,
        j.old, j.new, j.reason, j.detail, j.run))"},
    {When::any_time, R"(
      SELECT 'journal: event ' || seq || ' led to ' || new || ', but its row is ' || state
      FROM journal j
      WHERE good AND state <> '' AND state <> new AND seq = (SELECT max(seq) FROM events WHERE
        task = j.n))"},
    {When::settled, R"(
      SELECT 'journal: line ' || line || ' is damaged'
      FROM journal
      WHERE NOT good)"},
    {When::settled, R"(
      SELECT 'journal: event ' || seq || ' is missing'
      FROM events
      WHERE seq NOT IN (SELECT seq FROM journal WHERE good))"},

    // --- runs
    {When::any_time, R"(
      SELECT name || ': run ' || id || ' exited ' || exit || ', but never began'
      FROM runs JOIN named ON n = task
      WHERE exit IS NOT NULL AND exit NOT IN (126, 127) AND id NOT IN (SELECT run FROM ledger
        WHERE word = 'begin'))"},
    {When::any_time, R"(
      SELECT name || ': run ' || id || ' exited ' || code || ', not ' || exit
      FROM runs JOIN named ON n = runs.task JOIN ledger l ON l.run = id
      WHERE word = 'end' AND exit <> code)"},

    // --- the board
    {When::settled, R"(
      SELECT name || ': held as somebody else''s, but nobody else is there'
      FROM named
      WHERE reason = 'in_progress_elsewhere')"},
    {When::settled, R"(
      SELECT name || ': no longer on the board, but ' || state
      FROM gone JOIN named USING (n)
      WHERE state IN ('held', 'blocked', 'ready', 'running'))"},

    // --- what was answered
    {When::any_time, R"(
      SELECT a.task || ': ' || tool || ' said that run ' || a.run || ' ' || what ||
        ', but the store says ' || coalesce(outcome, 'that it lives')
      FROM answers a LEFT JOIN runs r ON r.id = a.run
      WHERE tool = 'cb-exec' AND a.what IS NOT r.outcome AND (r.id IS NOT NULL OR NOT EXISTS
        (SELECT 1 FROM named JOIN runs newer ON newer.task = n
         WHERE name = a.task AND newer.id > a.run)))"},
    {When::any_time, R"(
      SELECT a.task || ': ' || tool || ' said ' || coalesce(old, 'unknown') || ' to ' || new ||
        ', but no event does'
      FROM answers a LEFT JOIN named ON name = a.task
      WHERE what = 'verdict' AND NOT (EXISTS (SELECT 1 FROM events e WHERE e.task = n AND e.old IS
        a.old) AND EXISTS (SELECT 1 FROM events e WHERE e.task = n AND e.new = a.new)))"},
    {When::any_time, R"(
      SELECT a.task || ': ' || said || ' times ' || a.cause || ' from ' || old || ' to ' || new ||
        ' was said, and done ' || done || ' times'
      FROM (SELECT task, what AS cause, old, new, count(*) AS said, (SELECT count(*) FROM events e
        JOIN named ON n = e.task WHERE name = answers.task AND e.cause = what AND e.old =
        answers.old AND e.new = answers.new) AS done FROM answers WHERE what LIKE '%_by_user' AND
        (old <> new OR new = 'running') GROUP BY 1, 2, 3, 4) a
      WHERE done < said)"},
};

}  // namespace

std::span<const Rule> order_rules() { return kOrderRules; }

}  // namespace cb::crash
