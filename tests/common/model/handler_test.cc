#include "model/handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cb::model {
namespace {

using namespace std::chrono_literals;

Task press_release() {
  return {
      .name = {"board", "86a1"},
      .title = "Release: Acme opens in Oslo",
      .kind = "Press Release",
      .fields = R"({"Client":"Acme","Automate":true,"Count":3,"Labels":["a","b"],"None":null})"};
}

bool fits(std::vector<Match> match) {
  const Handler handlers[] = {{.name = "h", .match = std::move(match)}};
  return find_handler(handlers, press_release()) != nullptr;
}

TEST(FindHandler, TheFirstThatFitsIsTaken) {
  const Handler handlers[] = {{.name = "other", .match = {{"kind", "Report"}}},
                              {.name = "releases", .match = {{"kind", "Press Release"}}},
                              {.name = "rest"}};
  Task task = press_release();

  EXPECT_EQ(find_handler(handlers, task), &handlers[1]);
  task.kind = "Unheard of";
  EXPECT_EQ(find_handler(handlers, task), &handlers[2]);
  EXPECT_EQ(find_handler(std::span(handlers).first(1), task), nullptr);
}

TEST(FindHandler, EveryConditionMustHold) {
  EXPECT_TRUE(fits({}));
  EXPECT_TRUE(fits({{"kind", "Press Release"}, {"source", "board"}}));
  EXPECT_FALSE(fits({{"kind", "Press Release"}, {"source", "local"}}));
}

TEST(FindHandler, ConditionsOfEveryKind) {
  const struct {
    const char* key;
    Json value;
    bool fits;
  } cases[] = {
      {"source", "board", true},
      {"source", Json::array({"local", "board"}), true},
      {"kind", "press release", false},
      {"kind", Json::array(), false},
      {"title", "Release:*", true},
      {"title", "*Paris*", false},
      {"title", Json::array({"x", "*Oslo"}), true},
      {"title", 5, false},
      {"fields.Client", "Acme", true},
      {"fields.Client", Json::array({"Beta", "Acme"}), true},
      {"fields.Automate", true, true},
      {"fields.Automate", "true", false},
      {"fields.Count", 3, true},
      {"fields.None", nullptr, false},
      {"fields.Absent", "x", false},
      {"fields.", "x", false},
      {"url", "", false},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(fits({{each.key, each.value}}), each.fits) << each.key << " " << each.value;
  }
}

TEST(PolicyJson, IsReadBack) {
  const Policy policy{.timeout = 30min,
                      .grace = 1s,
                      .attempts = 7,
                      .backoff = {.first = 250ms, .factor = 1.5, .max = 48h},
                      .snooze = 90s,
                      .permanent = {1, 2},
                      .artifacts = {"*.md", "a b"},
                      .on_crash = OnCrash::hold};

  EXPECT_EQ(policy_from_json(parse_json(to_line(to_json(policy)))), policy);
  EXPECT_EQ(policy_from_json(to_json(Policy{})), Policy{});
}

TEST(PolicyJson, KeepsDefaultsForWhatIsMissingOrOfAnotherType) {
  EXPECT_EQ(policy_from_json(Json::object()), Policy{});
  EXPECT_EQ(policy_from_json(Json::array()), Policy{});
  EXPECT_EQ(policy_from_json(parse_json(
                R"({"timeout":5,"attempts":"x","backoff":{"first":"?"},"on_crash":"explode"})")),
            Policy{});
  EXPECT_EQ(policy_from_json(parse_json(R"({"attempts":1})")).attempts, 1);
}

TEST(CheckTemplate, AcceptsEveryPlaceholder) {
  for (const char* text :
       {"", "plain", "{id}", "{source}{task}", "--t={title}", "{kind} {status} {url}", "{due}",
        "{priority}", "{file}", "{run}/{attempt}", "{work}{artifacts}{config_dir}",
        "{fields.Client}", "{fields.Work Category}", "{fields.a.b}", "{{id}}", "}}{{",
        "{{{id}}}"}) {
    EXPECT_EQ(check_template(text), std::nullopt) << text;
  }
}

TEST(CheckTemplate, SaysWhatIsWrongAndWhere) {
  const struct {
    const char *text, *problem;
  } cases[] = {
      {"--c={client}", "column 5: unknown placeholder {client}; a field is written {fields.NAME}"},
      {"{}", "column 1: unknown placeholder {}; a field is written {fields.NAME}"},
      {"{fields.}", "column 1: unknown placeholder {fields.}; a field is written {fields.NAME}"},
      {"{ id }", "column 1: unknown placeholder { id }; a field is written {fields.NAME}"},
      {"a{id", "column 2: a '{' that is not closed; write {{ for a brace"},
      {"{a{id}", "column 1: a '{' that is not closed; write {{ for a brace"},
      {"{id}}", "column 5: a '}' without '{'; write }} for a brace"},
  };
  for (const auto& each : cases) EXPECT_EQ(check_template(each.text), each.problem) << each.text;
  EXPECT_EQ(check_template(std::string_view("a\0", 2)), "column 2: a NUL character");
}

TEST(Expand, FillsEveryPlaceholder) {
  Task task = press_release();
  task.status = "to do";
  task.url = "https://t/86a1";
  task.due = parse_rfc3339("2026-11-30T00:00:00Z");
  const RunValues run{.run = "R1",
                      .work = "/w",
                      .artifacts = "/a",
                      .config_dir = "/c",
                      .file = "/in/x.xlsx",
                      .attempt = 2};
  const struct {
    const char *text, *expanded;
  } cases[] = {
      {"", ""},
      {"plain", "plain"},
      {"{id}", "86a1"},
      {"{source}/{task}", "board/board:86a1"},
      {"--title={title}!", "--title=Release: Acme opens in Oslo!"},
      {"{kind}, {status}, {url}", "Press Release, to do, https://t/86a1"},
      {"{due} {priority}", "2026-11-30T00:00:00.000Z 3"},
      {"{run} {attempt} {work} {artifacts} {config_dir} {file}", "R1 2 /w /a /c /in/x.xlsx"},
      {"{fields.Client}", "Acme"},
      {"{fields.Automate} {fields.Count}", "true 3"},
      {"{fields.Labels}", "a,b"},
      {"{{id}} {{{id}}}", "{id} {86a1}"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(std::get<std::string>(expand(each.text, task, run)), each.expanded) << each.text;
  }
}

TEST(Expand, WritesOtherValuesAsJson) {
  const Task task{.fields = R"({"o":{"a":[1]},"mixed":["a",1],"e":[],"t":"","f":1.5})"};
  const auto text = [&](const char* placeholder) {
    return std::get<std::string>(expand(placeholder, task, std::nullopt));
  };

  EXPECT_EQ(text("{fields.o}"), R"({"a":[1]})");
  EXPECT_EQ(text("{fields.mixed}"), R"(["a",1])");
  EXPECT_EQ(text("{fields.e}"), "");
  EXPECT_EQ(text("{fields.t}"), "");
  EXPECT_EQ(text("{fields.f}"), "1.5");
}

TEST(Expand, NamesWhatHasNoValue) {
  const Task task{.name = {"board", "1"}, .title = "T", .fields = R"({"Empty":null})"};
  for (const std::string name : {"fields.Client", "fields.Empty", "kind", "status", "url", "due"}) {
    const auto expanded = expand("x{" + name + "}", task, std::nullopt);
    ASSERT_TRUE(std::holds_alternative<Missing>(expanded)) << name;
    EXPECT_EQ(std::get<Missing>(expanded).name, name);
  }
  EXPECT_EQ(std::get<Missing>(expand("{file}", task, RunValues{})).name, "file");
}

TEST(Expand, WithoutARunItsPlaceholdersAreEmpty) {
  const auto text = expand("<{run}{work}{artifacts}{config_dir}{file}{attempt}>", {}, std::nullopt);
  EXPECT_EQ(std::get<std::string>(text), "<>");
}

TEST(Expand, AValueIsNeverExpandedAgain) {
  const Task task{.title = "{id} {{x}} $(reboot)"};
  EXPECT_EQ(std::get<std::string>(expand("{title}", task, std::nullopt)), "{id} {{x}} $(reboot)");
}

TEST(ExpandAll, AnArgumentStaysOneArgument) {
  const std::vector<std::string> argv = {"make", "--title", "{title}", ""};
  const Task task{.title = "two words; and\nmore"};

  EXPECT_THAT(std::get<0>(expand_all(argv, task, std::nullopt)),
              testing::ElementsAre("make", "--title", "two words; and\nmore", ""));
}

TEST(ExpandAll, TheFirstMissingValueWins) {
  const std::vector<std::string> argv = {"make", "{fields.A}", "{fields.B}"};
  EXPECT_EQ(std::get<Missing>(expand_all(argv, {}, std::nullopt)).name, "fields.A");
}

}  // namespace
}  // namespace cb::model
