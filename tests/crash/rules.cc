#include "rules.h"

namespace cb::crash {
namespace {

constexpr Rule kTaskRules[] = {
    // --- the file itself
    {When::any_time, R"(
      SELECT 'integrity: ' || integrity_check
      FROM pragma_integrity_check
      WHERE integrity_check <> 'ok')"},
    {When::any_time, R"(
      SELECT 'foreign key: a row of ' || "table" || ' has no ' || parent
      FROM pragma_foreign_key_check)"},

    // --- runs and tasks
    {When::any_time, R"(
      SELECT name || ': running without a live run of its own'
      FROM named
      WHERE state = 'running' AND NOT EXISTS (SELECT 1 FROM runs WHERE id = current AND task = n
        AND ended_at IS NULL))"},
    {When::any_time, R"(
      SELECT name || ': ' || state || ' but has run ' || current
      FROM named
      WHERE state <> 'running' AND current IS NOT NULL)"},
    {When::any_time, R"(
      SELECT name || ': ' || count(*) || ' live runs'
      FROM runs JOIN named ON n = task
      WHERE ended_at IS NULL
      GROUP BY n HAVING count(*) > 1)"},
    {When::any_time, R"(
      SELECT name || ': run ' || id || ' lives but does not own it'
      FROM runs JOIN named ON n = task
      WHERE ended_at IS NULL AND current IS NOT id)"},
    {When::any_time, R"(
      SELECT name || ': run ' || id || ' ended without an outcome'
      FROM runs JOIN named ON n = task
      WHERE (ended_at IS NULL) <> (outcome IS NULL))"},
    {When::any_time, R"(
      SELECT name || ': attempt ' || attempt || ' of ' || json_extract(policy, '$.attempts')
      FROM runs JOIN named ON n = task
      WHERE attempt > json_extract(policy, '$.attempts'))"},
    {When::any_time, R"(
      SELECT name || ': without a reason'
      FROM named
      WHERE reason = '' OR state = '')"},

    // --- events
    {When::any_time, R"(
      SELECT 'event ' || (seq - 1) || ': missing'
      FROM (SELECT seq, lag(seq, 1, 0) OVER (ORDER BY seq) AS before FROM events)
      WHERE seq <> before + 1)"},
    {When::any_time, R"(
      SELECT 'event ' || seq || ': from ' || coalesce(old, 'unknown') ||
        ', but the one before led to ' || coalesce(before, 'nothing')
      FROM (SELECT *, lag(new) OVER (PARTITION BY task ORDER BY seq) AS before FROM events)
      WHERE old IS NOT before)"},
    {When::any_time, R"(
      SELECT 'event ' || seq || ': ' || coalesce(old, 'unknown') || ' to ' || new || ' by ' ||
        cause || ' is not legal'
      FROM events e
      WHERE NOT EXISTS (SELECT 1 FROM legal l WHERE l.cause = e.cause AND instr(l.old, ' ' ||
        coalesce(e.old, 'unknown') || ' ') AND instr(l.new, ' ' || e.new || ' ')))"},
    {When::any_time, R"(
      SELECT name || ': ' || state || ' (' || named.reason || '), but its last event says ' ||
        coalesce(e.new || ' (' || e.reason || ')', 'nothing')
      FROM named LEFT JOIN events e ON e.seq = (SELECT max(seq) FROM events WHERE task = n)
      WHERE e.new IS NOT state OR e.reason IS NOT named.reason)"},
    {When::any_time, R"(
      SELECT 'event ' || seq || ': put back, but nobody touched the board'
      FROM events JOIN tasks ON n = events.task
      WHERE cause IN ('put_back', 'withdrawn') AND source NOT IN (SELECT watch FROM files))",
     true},
    {When::any_time, R"(
      SELECT 'event ' || seq || ': there is no run ' || e.run
      FROM events e JOIN tasks ON n = e.task
      WHERE e.run IS NOT NULL AND e.run NOT IN (SELECT id FROM runs)
        AND NOT EXISTS (SELECT 1 FROM runs newer WHERE newer.task = e.task AND newer.id > e.run))"},
    {When::any_time, R"(
      SELECT name || ': run ' || id || ' was claimed ' || claims || ' times'
      FROM (SELECT id, task, (SELECT count(*) FROM events e WHERE e.run = id AND cause =
        'claimed') AS claims FROM runs) JOIN named ON n = task
      WHERE claims <> 1)"},
    {When::any_time, R"(
      SELECT name || ': run ' || id || ' (' || coalesce(outcome, 'live') || ') changed it ' ||
        ends || ' times'
      FROM (SELECT id, task, outcome, (SELECT count(*) FROM events e WHERE e.run = id AND old =
        'running' AND new <> 'running') AS ends FROM runs) JOIN named ON n = task
      WHERE ends <> (outcome IS NOT NULL AND outcome <> 'superseded'))"},
    {When::any_time, R"(
      SELECT name || ': run ' || r.id || ' ' || outcome || ', but its event says ' || cause
      FROM runs r JOIN named ON n = r.task JOIN events e ON e.run = r.id AND old = 'running' AND
        new <> 'running'
      WHERE outcome <> 'superseded' AND NOT (new = 'canceled' AND cause = 'canceled_by_user') AND
        cause <> CASE outcome WHEN 'succeeded' THEN 'run_succeeded' WHEN 'failed' THEN iif(new =
        'failed', 'run_failed', 'retry_scheduled') WHEN 'timed_out' THEN iif(new = 'failed',
        'run_failed', 'retry_scheduled') ELSE outcome END)"},

    // --- what is derived
    {When::any_time, R"(
      SELECT 'counts: ' || coalesce(c.tasks, 0) || ' of ' || t.tasks || ' ' || source ||
        ' tasks ' || state || ' (' || reason || ')'
      FROM (SELECT source, state, reason, count(*) AS tasks FROM tasks GROUP BY 1, 2, 3) t LEFT
        JOIN counts c USING (source, state, reason)
      WHERE c.tasks IS NOT t.tasks)"},
    {When::any_time, R"(
      SELECT 'counts: ' || tasks || ' ' || source || ' tasks ' || state || ' (' || reason ||
        ') that are not there'
      FROM counts
      WHERE tasks <> 0 AND (source, state, reason) NOT IN (SELECT source, state, reason FROM
        tasks))"},
    {When::any_time, R"(
      SELECT name || ': waits for ' || unmet || ' tasks, not ' || really
      FROM (SELECT *, (SELECT count(*) FROM deps WHERE task = n AND met = 0) AS really FROM
        named)
      WHERE unmet <> really)"},
    {When::any_time, R"(
      SELECT name || ': ' || d.source || ':' || d.id || ' counts as ' || iif(met, 'done',
        'not done')
      FROM deps d JOIN named ON n = d.task
      WHERE met <> coalesce((SELECT p.state = 'succeeded' OR (p.state = 'canceled' AND p.reason =
        'done_upstream') FROM tasks p WHERE p.source = d.source AND p.id = d.id), (SELECT done
        FROM seen s WHERE s.source = d.source AND s.id = d.id), 0))"},
    {When::any_time, R"(
      SELECT name || ': ' || state || ' and waits for ' || unmet || ' tasks'
      FROM named
      WHERE (state = 'blocked' AND unmet = 0) OR (state = 'ready' AND unmet > 0))"},
    {When::any_time, R"(
      SELECT 'key ' || key || ': ' || sum(state = 'running') || ' running, ' || sum(state =
        'ready' AND turn = 1) || ' whose turn it is'
      FROM tasks
      WHERE key IS NOT NULL AND state IN ('running', 'ready')
      GROUP BY key HAVING sum(state = 'running') + sum(state = 'ready' AND turn = 1) <> 1)"},

    // --- what is owed
    {When::any_time, R"(
      SELECT op || ': ' || kind || ' ' || text || ' of run ' || o.run || ', which ' ||
        coalesce(outcome, 'lives')
      FROM outbox o JOIN runs r ON r.id = o.run
      WHERE outcome IS NOT 'succeeded' AND (kind = 'attach' OR meaning = 'succeeded'))"},
    {When::any_time, R"(
      SELECT op || ': ' || kind || ' ' || text || ' of run ' || o.run ||
        ', after which the task went on'
      FROM outbox o JOIN events e ON e.run = o.run AND e.old = 'running' AND e.new <> 'running'
      WHERE meaning = 'failed' AND NOT (e.new = 'failed' OR e.reason = 'crashed'))"},
    {When::any_time, R"(
      SELECT name || ': run ' || r.id || ' owes ' || owed || ' attachments of ' ||
        json_array_length(policy, '$.artifacts')
      FROM (SELECT *, (SELECT count(*) FROM outbox o WHERE o.run = runs.id AND kind = 'attach')
        AS owed FROM runs) r JOIN named ON n = r.task
      WHERE name IN (SELECT name FROM board) AND outcome = 'succeeded' AND owed <
        json_array_length(policy, '$.artifacts'))"},
    {When::any_time, R"(
      SELECT name || ': run ' || e.run || ' failed for good with ' || comments || ' comments'
      FROM (SELECT run, task, (SELECT count(*) FROM outbox o WHERE o.run = events.run AND kind =
        'comment') AS comments FROM events WHERE new = 'failed') e JOIN named ON n = e.task
      WHERE name IN (SELECT name FROM board) AND comments <> 1)"},
    {When::any_time, R"(
      SELECT op || ': ' || kind || ' ' || text || ' was dropped: ' || error
      FROM outbox
      WHERE state = 'dropped' AND kind <> 'set_status')",
     true},

    // --- the board
    {When::any_time, R"(
      SELECT 'board: ' || op || ' stands there ' || count(*) || ' times'
      FROM posted
      GROUP BY op HAVING count(*) > 1)"},
    {When::any_time, R"(
      SELECT 'board: ' || kind || ' ' || p.op || ' of ' || p.name || ' is nobody''s'
      FROM posted p JOIN named USING (name)
      WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.op = p.op AND o.task = named.n AND o.kind
        = p.kind))"},
    {When::any_time, R"(
      SELECT 'board: ' || p.path || ' is not what ' || o.path || ' holds'
      FROM posted p JOIN outbox o ON o.op = p.op
      WHERE p.kind = 'attach' AND NOT same_file(p.path, o.path))"},
    {When::any_time, R"(
      SELECT 'board: comment ' || p.op || ' says another thing'
      FROM posted p JOIN outbox o ON o.op = p.op
      WHERE p.kind = 'comment' AND p.text <> o.text)"},
    {When::settled, R"(
      SELECT 'board: ' || op || ' (' || kind || ') was delivered and is not there'
      FROM outbox
      WHERE state = 'delivered' AND kind <> 'set_status' AND op NOT IN (SELECT op FROM posted)
        AND NOT EXISTS (SELECT 1 FROM gone WHERE gone.n = outbox.task))"},
    {When::settled, R"(
      SELECT 'board: ' || path || ' belongs to no task'
      FROM attached_files
      WHERE path NOT IN (SELECT path FROM posted WHERE kind = 'attach') AND EXISTS (SELECT 1 FROM
        board WHERE instr(path, '.files/' || substr(name, length('board:') + 1) || '/')))"},
    {When::settled, R"(
      SELECT name || ': ' || state || ', but the board says ' || status
      FROM named JOIN board USING (name)
      WHERE status <> CASE state WHEN 'succeeded' THEN 'done' WHEN 'failed' THEN
        'needs attention' ELSE status END)"},
    {When::settled, R"(
      SELECT name || ': ' || state || ', but the board says in progress'
      FROM named JOIN board USING (name)
      WHERE status = 'in progress' AND state <> 'running' AND reason <> 'in_progress_elsewhere')",
     true},
    {When::settled, R"(
      SELECT name || ': on the board, but not in the store'
      FROM board
      WHERE name NOT IN (SELECT name FROM named UNION SELECT source || ':' || id FROM seen))"},

    // --- what the commands saw
    {When::any_time, R"(
      SELECT task || ': a command of another run was alive when ' || run || ' began'
      FROM ledger
      WHERE word = 'overlap')"},
    {When::any_time, R"(
      SELECT b.task || ': run ' || b.run || ' began inside ' || a.run
      FROM ledger a JOIN ledger z ON z.run = a.run AND z.word = 'end' JOIN ledger b ON b.task =
        a.task AND b.run <> a.run AND b.word = 'begin' AND b.line BETWEEN a.line AND z.line
      WHERE a.word = 'begin')"},
    {When::any_time, R"(
      SELECT task || ': run ' || run || ' began ' || count(*) || ' times'
      FROM ledger
      WHERE word = 'begin'
      GROUP BY task, run HAVING count(*) > 1)"},
    {When::any_time, R"(
      SELECT task || ': run ' || run || ' ended but never began'
      FROM ledger z
      WHERE word = 'end' AND NOT EXISTS (SELECT 1 FROM ledger a WHERE a.run = z.run AND a.word =
        'begin' AND a.line < z.line))"},
    {When::any_time, R"(
      SELECT task || ': run ' || run || ' began but is not in the store'
      FROM ledger l JOIN named ON name = l.task
      WHERE word = 'begin' AND l.run NOT IN (SELECT id FROM runs WHERE runs.task = n)
        AND NOT EXISTS (SELECT 1 FROM runs newer WHERE newer.task = n AND newer.id > l.run))"},
    {When::any_time, R"(
      SELECT l.task || ': run ' || l.run || ' began, but counts as ' || outcome
      FROM ledger l JOIN runs r ON r.id = l.run
      WHERE word = 'begin' AND outcome = 'interrupted')"},
    {When::any_time, R"(
      SELECT name || ': run ' || id || ' succeeded, but its command did not'
      FROM runs JOIN named ON n = task
      WHERE outcome = 'succeeded' AND NOT EXISTS (SELECT 1 FROM ledger l WHERE l.run = id AND
        word = 'end' AND code = 0))"},
    {When::any_time, R"(
      SELECT l.task || ': run ' || l.run || ' exited 0, but counts as ' || outcome
      FROM ledger l JOIN runs r ON r.id = l.run
      WHERE word = 'end' AND code = 0 AND outcome NOT IN ('succeeded', 'superseded', 'crashed')
        AND NOT (outcome IN ('timed_out', 'canceled') OR signal IS NOT NULL)
        AND NOT (outcome = 'failed' AND message LIKE 'result: sync %'))"},  // a disk that refuses
    {When::any_time, R"(
      SELECT name || ': run ' || r.id || ' counts as crashed, but its end is known'
      FROM runs r JOIN named ON n = r.task JOIN kept k ON k.run = r.id
      WHERE outcome = 'crashed' AND message <> 'the machine was restarted while it ran')"},

    // --- nothing left to do
    {When::settled, R"(
      SELECT name || ': run ' || id || ' still lives'
      FROM runs JOIN named ON n = task
      WHERE ended_at IS NULL)"},
    {When::settled, R"(
      SELECT name || ': still ready (' || reason || ')'
      FROM named
      WHERE state = 'ready')"},
    {When::settled, R"(
      SELECT op || ': still ' || o.state || ': ' || kind || ' ' || text || ' ' || error
      FROM outbox o
      WHERE o.state = 'owed' OR (o.state = 'parked' AND task NOT IN (SELECT n FROM gone)))"},
};

}  // namespace

std::span<const Rule> rules() { return kTaskRules; }

}  // namespace cb::crash
