// What is refused, and in which words.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "config/config.h"

namespace cb::config {
namespace {

std::string refusal(const std::string& text) {
  try {
    parse(text, "cb.json", "/etc/cb", "/home/ann");
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::configuration) << text;
    return error.what();
  }
  return "accepted";
}

struct Case {
  std::string text, line;
};

// Each text stands where `before` and `after` put it.
void expect_refusals(const std::string& before, const std::vector<Case>& cases,
                     const std::string& after) {
  for (const Case& each : cases)
    EXPECT_EQ(refusal(before + each.text + after), "cb.json: " + each.line) << each.text;
}

TEST(ConfigRefusal, NamesThePlaceOfWhatIsNoJson) {
  expect_refusals("",
                  {{"", "the file is empty; the least is {}"},
                   {" \n", "the file is empty; the least is {}"},
                   {"[]", "expected an object, not an empty list"},
                   {"3", "expected an object, not 3"}},
                  "");
  EXPECT_TRUE(refusal("{\n  \"exec\": {,}}").starts_with("cb.json: line 2, column 12: "));
  EXPECT_TRUE(refusal("{\"a\": \"\xff\"}").starts_with("cb.json: line 1, column 8: "));
  EXPECT_TRUE(refusal(R"({"exec": {}, "exec": {}})").starts_with("cb.json: line 1, column "));
}

TEST(ConfigRefusal, OfRootMembers) {
  expect_refusals(
      "{",
      {{R"("handler": {})", R"(/handler: unknown member "handler"; did you mean "handlers"?)"},
       {R"("zzzzz": 1)", R"(/zzzzz: unknown member "zzzzz")"},
       {R"("exec": 3)", "/exec: expected an object, not 3"},
       {R"("exec": {"job": 3})", R"(/exec/job: unknown member "job"; did you mean "jobs"?)"},
       {R"("exec": {"jobs": 0})", "/exec/jobs: expected a whole number from 1 to 1000, not 0"},
       {R"("exec": {"jobs": 1.5})", "/exec/jobs: expected a whole number from 1 to 1000, not 1.5"},
       {R"("exec": {"jobs": 18446744073709551615})",
        "/exec/jobs: expected a whole number from 1 to 1000, not 18446744073709551615"},
       {R"("exec": {"jobs": "3"})",
        "/exec/jobs: expected a whole number from 1 to 1000, not \"3\""},
       {R"("sources": [])", "/sources: expected an object, not an empty list"},
       {R"("handlers": null)", "/handlers: expected an object, not null"}},
      "}");
}

TEST(ConfigRefusal, OfSources) {
  expect_refusals(
      R"({"sources": {)",
      {{R"("a b": {})",
        "/sources/a b: the name of a source consists of 1 to 64 letters, digits, '.', '_' and '-'"},
       {R"("a/b": {})",
        "/sources/a~1b: the name of a source consists of 1 to 64 letters, digits, '.', '_' and "
        "'-'"},
       {R"("a\u001b": {})",
        "/sources/a\uFFFD: the name of a source consists of 1 to 64 letters, digits, '.', '_' and "
        "'-'"},
       {R"("s": {"opt-in": "fields.X"})",
        R"(/sources/s/opt-in: unknown member "opt-in"; did you mean "opt_in"?)"},
       {R"("s": {"upstream": "file"})",
        R"(/sources/s: a source with an upstream needs "statuses": its words for ready, running, succeeded and failed)"},
       {R"("s": {"upstream": "./helper"})",
        R"(/sources/s/upstream: expected a kind of helper such as "file" (a-z, 0-9, '-'), or a list of a program and its arguments, not "./helper")"},
       {R"("s": {"upstream": []})",
        "/sources/s/upstream: expected a list of a program and its arguments, not an empty list"},
       {R"("s": {"upstream": [""]})", "/sources/s/upstream/0: must not be empty"},
       {R"("s": {"upstream": ["x", 1]})", "/sources/s/upstream/1: expected a text, not 1"},
       {R"("s": {"options": {"path": "x"}})",
        R"(/sources/s/options: there is no "upstream" to take them)"},
       {R"("s": {"options": "x"})", R"(/sources/s/options: expected an object, not "x")"},
       {R"("s": {"opt_in": "Automate"})",
        R"(/sources/s/opt_in: expected "fields.NAME", not "Automate")"},
       {R"("s": {"opt_in": "fields."})",
        R"(/sources/s/opt_in: expected "fields.NAME", not "fields.")"},
       {R"("s": {"due_within": "3 weeks"})",
        R"(/sources/s/due_within: expected a duration such as "90s", "5m", "1h30m" or "3w", not "3 weeks")"},
       {R"("s": {"due_within": 3})",
        R"(/sources/s/due_within: expected a duration such as "90s", "5m", "1h30m" or "3w", not 3)"},
       {R"("s": {"no_due_date": "wait"})",
        R"(/sources/s/no_due_date: expected "hold" or "run", not "wait")"},
       {R"("s": {"claim": true})",
        R"(/sources/s/claim: expected "confirmed" or "optimistic", not true)"},
       {R"("s": {"deadline": "0s"})", "/sources/s/deadline: must be longer than 0s"}},
      "}}");
}

TEST(ConfigRefusal, OfStatuses) {
  expect_refusals(
      R"({"sources": {"s": {"statuses": {)",
      {{R"("ready": "a", "running": "b", "succeeded": "c")",
        R"(/sources/s/statuses: "failed" is missing)"},
       {R"("running": "b", "succeeded": "c", "failed": "d")",
        R"(/sources/s/statuses: "ready" is missing)"},
       {R"("ready": [], "running": "b", "succeeded": "c", "failed": "d")",
        "/sources/s/statuses/ready: must not be empty"},
       {R"("ready": ["a", ""], "running": "b", "succeeded": "c", "failed": "d")",
        "/sources/s/statuses/ready/1: must not be empty"},
       {R"("ready": "a", "running": "", "succeeded": "c", "failed": "d")",
        "/sources/s/statuses/running: must not be empty"},
       {R"("ready": "a", "running": ["b"], "succeeded": "c", "failed": "d")",
        "/sources/s/statuses/running: expected a text, not a list"},
       {R"("ready": "To Do", "running": "b", "succeeded": "c", "failed": "to do")",
        R"(/sources/s/statuses/failed: "to do" already means ready)"},
       {R"("ready": "a", "runing": "b", "succeeded": "c", "failed": "d")",
        R"(/sources/s/statuses/runing: unknown member "runing"; did you mean "running"?)"}},
      "}}}}");
}

TEST(ConfigRefusal, OfHandlers) {
  expect_refusals(
      R"({"handlers": {"h": {)",
      {{"", R"(/handlers/h: "run" is missing)"},
       {R"("run": "make release")",
        R"(/handlers/h/run: expected a list of a program and its arguments, not "make release")"},
       {R"("run": [])",
        "/handlers/h/run: expected a list of a program and its arguments, not an empty list"},
       {R"("run": ["", "a"])", "/handlers/h/run/0: must not be empty"},
       {R"("run": ["x", null])", "/handlers/h/run/1: expected a text, not null"},
       {R"("run": ["x", "a\u0000b"])", "/handlers/h/run/1: must not contain NUL"},
       {R"("run": ["x"], "atempts": 3)",
        R"(/handlers/h/atempts: unknown member "atempts"; did you mean "attempts"?)"},
       {R"("run": ["x"], "attempts": 0)",
        "/handlers/h/attempts: expected a whole number from 1 to 1000, not 0"},
       {R"("run": ["x"], "timeout": "soon")",
        R"(/handlers/h/timeout: expected a duration such as "90s", "5m", "1h30m" or "3w", not "soon")"},
       {R"("run": ["x"], "backoff": {"factor": 0.5})",
        "/handlers/h/backoff/factor: expected a number from 1 to 100, not 0.5"},
       {R"("run": ["x"], "backoff": {"first": "2m", "max": "1m"})",
        R"(/handlers/h/backoff/max: must not be shorter than "first", 2m)"},
       {R"("run": ["x"], "permanent": [0])",
        "/handlers/h/permanent/0: expected a whole number from 1 to 255, not 0"},
       {R"("run": ["x"], "permanent": 64)", "/handlers/h/permanent: expected a list, not 64"},
       {R"("run": ["x"], "concurrency": -1)",
        "/handlers/h/concurrency: expected a whole number from 0 to 1000000, not -1"},
       {R"("run": ["x"], "artifacts": "*.md")",
        R"(/handlers/h/artifacts: expected a list, not "*.md")"},
       {R"("run": ["x"], "on_crash": "explode")",
        R"(/handlers/h/on_crash: expected "retry", "hold" or "fail", not "explode")"},
       {R"("run": ["x"], "cwd": "")", "/handlers/h/cwd: must not be empty"},
       {R"("run": ["x"], "cwd": "a\nb")", "/handlers/h/cwd: must not contain control characters"},
       {R"("run": ["x"], "needs_file": "inbox")",
        R"(/handlers/h/needs_file: there is no watch "inbox")"},
       {R"("run": ["x"], "match": [])", "/handlers/h/match: expected an object, not an empty list"},
       {R"("run": ["x"], "match": {"kindd": "x"})",
        "/handlers/h/match/kindd: unknown condition; known are source, kind, title and "
        "fields.NAME"},
       {R"("run": ["x"], "match": {"fields.": "x"})",
        "/handlers/h/match/fields.: unknown condition; known are source, kind, title and "
        "fields.NAME"},
       {R"("run": ["x"], "match": {"kind": 3})", "/handlers/h/match/kind: expected a text, not 3"},
       {R"("run": ["x"], "match": {"kind": []})", "/handlers/h/match/kind: must not be empty"},
       {R"("run": ["x"], "match": {"fields.A": ["x", null]})",
        "/handlers/h/match/fields.A/1: expected a text, a number, true or false, not null"}},
      "}}}");
  EXPECT_EQ(refusal(R"({"handlers": {"": {"run": ["x"]}}})"),
            "cb.json: /handlers/: the name of a handler consists of 1 to 64 printable bytes");
}

TEST(ConfigRefusal, OfTemplatesSaysWhatIsWrongAndWhere) {
  const auto wrong = [](const std::string& argument) {
    return refusal(R"({"handlers": {"h": {"run": ["x", ")" + argument + R"("]}}})");
  };

  EXPECT_TRUE(wrong("{titel}").starts_with("cb.json: /handlers/h/run/1: column 1: "))
      << wrong("{titel}");
  EXPECT_TRUE(wrong("ab{").starts_with("cb.json: /handlers/h/run/1: column 3: ")) << wrong("ab{");
  const std::string key = refusal(R"({"handlers": {"h": {"run": ["x"], "key": "{x"}}})");
  EXPECT_TRUE(key.starts_with("cb.json: /handlers/h/key: column 1: ")) << key;
}

TEST(ConfigRefusal, OfWatches) {
  expect_refusals(
      R"({"sources": {"board": {}}, "watches": {)",
      {{R"("in": {})", R"(/watches/in: "dir" is missing)"},
       {R"("i n": {"dir": "x"})",
        "/watches/i n: the name of a watch consists of 1 to 64 letters, digits, '.', '_' and '-'"},
       {R"("board": {"dir": "x"})", "/watches/board: a source has this name already"},
       {R"("in": {"dir": 3})", "/watches/in/dir: expected a text, not 3"},
       {R"("in": {"dir": "x", "match": ["a", 1]})", "/watches/in/match/1: expected a text, not 1"},
       {R"("in": {"dir": "x", "recursive": "yes"})",
        R"(/watches/in/recursive: expected true or false, not "yes")"},
       {R"("in": {"dir": "x", "for": {"kind": "y"}})", R"(/watches/in/for: "source" is missing)"},
       {R"("tie": {"dir": "x"})",
        "/watches/tie: a watch cannot have the name of a command of cb-watch"},
       {R"("list": {"dir": "x"})",
        "/watches/list: a watch cannot have the name of a command of cb-watch"},
       {R"("in": {"dir": "x", "fields": 3})", "/watches/in/fields: expected a text, not 3"},
       {R"("in": {"dir": "x", "fields": ["{A}", ""]})", "/watches/in/fields/1: must not be empty"},
       {R"("in": {"dir": "x", "for": {"source": "board", "key": "{oops}"}})",
        "/watches/in/for/key: column 1: unknown placeholder {oops}; a field is written "
        "{fields.NAME}"},
       {R"("in": {"dir": "x", "on_success": "."})",
        "/watches/in/on_success: must not be the watched directory itself"},
       {R"("in": {"dir": "/a/x/", "on_failure": "/a/x"})",
        "/watches/in/on_failure: must not be the watched directory itself"},
       {R"("in": {"dir": "/a/x", "on_failure": "done/../"})",
        "/watches/in/on_failure: must not be the watched directory itself"},
       {R"("in": {"dir": "x", "for": {"source": "bord"}})",
        R"(/watches/in/for/source: there is no source "bord"; did you mean "board"?)"}},
      "}}");
}

TEST(ConfigRefusal, OfAPatternOfNamesSaysWhere) {
  const std::string line = refusal(R"({"watches": {"in": {"dir": "x", "fields": ["{A}", "{}"]}}})");

  EXPECT_TRUE(line.starts_with("cb.json: /watches/in/fields/1: ")) << line;
}

TEST(ConfigRefusal, OfANeededFileSuggestsTheWatch) {
  EXPECT_EQ(refusal(R"({"handlers": {"h": {"run": ["x"], "needs_file": "inbx"}},
                        "watches": {"inbox": {"dir": "x"}}})"),
            R"(cb.json: /handlers/h/needs_file: there is no watch "inbx"; did you mean "inbox"?)");
}

TEST(ConfigRefusal, OfBackupAndKeep) {
  expect_refusals(
      "{",
      {{R"("backup": {"dest": ""})", "/backup/dest: must not be empty"},
       {R"("backup": {"keep": {"dayly": 1}})",
        R"(/backup/keep/dayly: unknown member "dayly"; did you mean "daily"?)"},
       {R"("backup": {"keep": {"daily": -1}})",
        "/backup/keep/daily: expected a whole number from 0 to 1000000, not -1"},
       {R"("backup": {"journal": 7})",
        R"(/backup/journal: expected a duration such as "90s", "5m", "1h30m" or "3w", not 7)"},
       {R"("backup": {"auto_restore": "yes"})",
        R"(/backup/auto_restore: expected true or false, not "yes")"},
       {R"("keep": {"failed": 30})",
        R"(/keep/failed: expected a duration such as "90s", "5m", "1h30m" or "3w", not 30)"},
       {R"("keep": {"runs": 0})", "/keep/runs: expected a whole number from 1 to 1000000, not 0"}},
      "}");
}

}  // namespace
}  // namespace cb::config
